"""Columns of many rows as numpy arrays: what a source's blocks, their conversion and the bulk writer hand each other.

Every column has `nulos`, True where there is no value, or None where that is nowhere; what the other arrays hold in
such a place means nothing. Arrays may be views of memory that the next block overwrites.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Mascara: TypeAlias = NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Enteros:
    valores: NDArray[np.int64]
    nulos: Mascara | None = None


@dataclass(frozen=True, slots=True)
class Decimales:
    """12.50 with `escala` 2 is 1250."""

    unidades: NDArray[np.int64]
    escala: int
    nulos: Mascara | None = None


@dataclass(frozen=True, slots=True)
class Logicos:
    valores: Mascara
    nulos: Mascara | None = None


@dataclass(frozen=True, slots=True)
class Fechas:
    dias: NDArray[np.datetime64]  # datetime64[D]
    nulos: Mascara | None = None


@dataclass(frozen=True, slots=True)
class Horas:
    microsegundos: NDArray[np.int64]  # since midnight
    nulos: Mascara | None = None


@dataclass(frozen=True, slots=True)
class Instantes:
    """`utc`: an instant; else a date and time of day as the source's clock showed them."""

    momentos: NDArray[np.datetime64]  # datetime64[us]
    utc: bool = False
    nulos: Mascara | None = None


@dataclass(frozen=True, slots=True)
class Textos:
    """Row n is the first `largos[n]` of the bytes `octetos[n]`, in `codec`; what follows them means nothing."""

    octetos: NDArray[np.uint8]  # rows × greatest width
    largos: NDArray[np.int64]
    codec: str
    nulos: Mascara | None = None


class Glosario:
    """A few texts that many rows share; what is made of all of them is made once."""

    def __init__(self, textos: Textos) -> None:
        self.textos = textos
        self._hecho: dict[Hashable, Any] = {}

    def una_vez(self, que: Hashable, hacer: Callable[[Textos], T]) -> T:
        """What `hacer` makes of the texts, kept under the name `que`."""
        if que not in self._hecho:
            self._hecho[que] = hacer(self.textos)
        hecho: T = self._hecho[que]
        return hecho


@dataclass(frozen=True, slots=True)
class Glosados:
    """Row n is the text `cuales[n]` of the glossary, whose own `nulos` are in these rows' `nulos`."""

    glosario: Glosario
    cuales: NDArray[np.intp]
    nulos: Mascara | None = None

    @property
    def largos(self) -> NDArray[np.int64]:
        return self.glosario.textos.largos.take(self.cuales)

    def extendidos(self) -> Textos:
        """The same with a text for every row."""
        textos = self.glosario.textos
        return Textos(textos.octetos.take(self.cuales, axis=0), self.largos, textos.codec, self.nulos)


Columna: TypeAlias = Enteros | Decimales | Logicos | Fechas | Horas | Instantes | Textos | Glosados


def arreglos(columna: Columna) -> dict[str, Any]:
    """The arrays of a column, by their names in it."""
    return {name: value for name in columna.__slots__ if isinstance(value := getattr(columna, name), np.ndarray)}


@dataclass(frozen=True, slots=True)
class Bloque:
    """Rows of one statement, column by column under their upper-case names; good until the next block is asked for.

    `fila(n)` is the row as the row reader would have given it. `raras` marks rows that hold a value which no array can
    (a double that is no decimal of its column's scale, say): only `fila` has them right.
    """

    columnas: Mapping[str, Columna]
    filas: int
    fila: Callable[[int], tuple[Any, ...]]
    raras: Mascara | None = None
