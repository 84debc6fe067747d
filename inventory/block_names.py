"""Names that many rows share (lib/arrays.py: Glosados): cleaned, and decided about, once for all rows of a window."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from inventory import block_texts, values
from lib.array_values import tramo, valores
from lib.arrays import Columna, Glosados, Glosario, Mascara, Textos

Nombres: TypeAlias = Textos | Glosados
T = TypeVar("T")


def limpiar(columna: Glosados, ancho: int | None, raras: Mascara, limpiadas: NDArray[np.int64]) -> Glosados:
    """As block_texts.limpiar, but odd is only what is too long; `limpiadas` counts texts with control characters."""
    limpio, largas, sucias = columna.glosario.una_vez(("limpio", ancho), partial(_limpio, ancho))
    raras |= largas.take(columna.cuales)
    limpiadas += sucias.take(columna.cuales)
    return Glosados(limpio, columna.cuales)


def _limpio(ancho: int | None, textos: Textos) -> tuple[Glosario, Mascara, Mascara]:
    """The clean texts, and which of them are too long and which held control characters.

    What is not plainly good is looked at as Conversor looks at it, for it is few; of what is too long nothing is left.
    """
    dudosos, largas, sucias = np.zeros((3, len(textos.largos)), bool)
    limpios = block_texts.limpiar(textos, ancho, dudosos)
    crudos: dict[int, bytes] = {}
    for n in np.flatnonzero(dudosos).tolist():
        texto, sucias[n] = values.limpiar(valores(tramo(textos, n, n + 1))[0])
        largas[n] = ancho is not None and len(texto) > ancho
        crudos[n] = b"" if largas[n] else texto.encode(textos.codec)
    return Glosario(_con(limpios, crudos)), largas, sucias


def _con(textos: Textos, crudos: dict[int, bytes]) -> Textos:
    """The texts with these in place of those of their numbers."""
    if not crudos:
        return textos
    ancho = max(textos.octetos.shape[1], *map(len, crudos.values()))
    octetos = np.pad(textos.octetos, ((0, 0), (0, ancho - textos.octetos.shape[1])))
    largos = textos.largos.copy()
    for n, crudo in crudos.items():
        octetos[n, : len(crudo)] = np.frombuffer(crudo, np.uint8)
        largos[n] = len(crudo)
    return Textos(octetos, largos, textos.codec)


def por_distinto(nombres: Nombres, decidir: Callable[[str], T], raras: Mascara) -> tuple[list[T], NDArray[np.intp]]:
    """As block_texts.por_distinto."""
    if isinstance(nombres, Textos):
        return block_texts.por_distinto(nombres, decidir, raras)

    def hacer(textos: Textos) -> tuple[list[T], NDArray[np.intp], Mascara]:
        dudosos = np.zeros(len(textos.largos), bool)
        return *block_texts.por_distinto(textos, decidir, dudosos), dudosos

    decididos, cual, dudosos = nombres.glosario.una_vez(decidir, hacer)
    raras |= dudosos.take(nombres.cuales)
    return decididos, cual.take(nombres.cuales)


def extendida(columna: Columna) -> Columna:
    """The column as one that has a value for every row."""
    return columna.extendidos() if isinstance(columna, Glosados) else columna
