"""Rows of columns of arrays, in memory of their own: some of a column's, one column's after another's, an empty one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Columna, Mascara, Textos, arreglos

C = TypeVar("C", bound=Columna)


def tomar(columna: C, filas: NDArray[np.intp]) -> C:
    """The same column with these rows only."""
    tomados: dict[str, Any] = {name: array.take(filas, axis=0) for name, array in arreglos(columna).items()}
    return replace(columna, **tomados)


def juntar(columnas: Sequence[C]) -> C:
    """The rows of columns of one kind, one column's after the other's; texts take no more room than they need."""
    ajustadas = _ajustadas(columnas)
    partes = {name: [getattr(columna, name) for columna in ajustadas] for name in arreglos(columnas[0])}
    if any(columna.nulos is not None for columna in columnas):
        partes["nulos"] = [_nulos(columna) for columna in columnas]
    juntos: dict[str, Any] = {name: np.concatenate(arreglos) for name, arreglos in partes.items()}
    return replace(columnas[0], **juntos)


def ausente(columna: C) -> C:
    """One row without a value, as another of this column."""
    nada: dict[str, Any] = {
        name: np.zeros((1, *array.shape[1:]), array.dtype) for name, array in arreglos(columna).items()
    }
    return replace(columna, **{**nada, "nulos": np.ones(1, bool)})


def octetos(columna: Columna) -> int:
    """The bytes that its arrays take."""
    return sum(array.nbytes for array in arreglos(columna).values())


def _ajustadas(columnas: Sequence[Any]) -> Sequence[Any]:
    """Texts in matrices as wide as the longest of all."""
    if not isinstance(columnas[0], Textos):
        return columnas
    largos = [np.where(_nulos(columna), 0, columna.largos) for columna in columnas]
    ancho = max(1, *(int(largo.max(initial=0)) for largo in largos))
    return [
        replace(columna, octetos=_de_ancho(columna.octetos, ancho), largos=largo)
        for columna, largo in zip(columnas, largos, strict=True)
    ]


def _de_ancho(octetos: NDArray[np.uint8], ancho: int) -> NDArray[np.uint8]:
    falta = ancho - octetos.shape[1]
    return np.pad(octetos, ((0, 0), (0, falta))) if falta > 0 else octetos[:, :ancho]


def _nulos(columna: Columna) -> Mascara:
    return np.zeros(_filas(columna), bool) if columna.nulos is None else columna.nulos


def _filas(columna: Columna) -> int:
    return len(next(iter(arreglos(columna).values())))
