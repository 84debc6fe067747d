"""Blocks cut into whole groups: rows that follow one another with the same value in the first column."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import ne
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.array_values import tramo, valores
from lib.arrays import Bloque, Mascara

Grupo: TypeAlias = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Grupos:
    """Whole groups of a block, in a block of their own; group n begins at the row `inicios[n]`."""

    bloque: Bloque
    inicios: NDArray[np.intp]

    def de_cada_fila(self) -> NDArray[np.intp]:
        """The number of the group of each row."""
        largos = np.diff(self.inicios, append=self.bloque.filas)
        return np.repeat(np.arange(len(self.inicios)), largos)

    def con(self, filas: Mascara) -> Mascara:
        """Which groups have one of these rows."""
        algunas: Mascara = np.logical_or.reduceat(filas, self.inicios)
        return algunas

    def grupo(self, numero: int) -> Grupo:
        desde, hasta = np.append(self.inicios, self.bloque.filas)[numero : numero + 2].tolist()
        return [self.bloque.fila(n) for n in range(desde, hasta)]


def grupos(bloques: Iterator[Bloque]) -> Iterator[Grupos | Grupo]:
    """All rows in their order; the last group of a block, which the next one may go on with, as rows by itself."""
    abierto: Grupo = []
    for bloque in bloques:
        inicios, desde = _inicios(bloque), 0
        if abierto and abierto[0][0] == bloque.fila(0)[0]:
            desde = inicios[1] if len(inicios) > 1 else bloque.filas
            abierto += map(bloque.fila, range(desde))
        if desde == bloque.filas:
            continue
        if abierto:
            yield abierto
        if desde < (hasta := inicios[-1]):
            suyos = [inicio - desde for inicio in inicios[:-1] if inicio >= desde]
            yield Grupos(_parte(bloque, desde, hasta), np.array(suyos, np.intp))
        abierto = [bloque.fila(n) for n in range(hasta, bloque.filas)]
    if abierto:
        yield abierto


def _inicios(bloque: Bloque) -> list[int]:
    """Where each group begins."""
    try:
        firsts = valores(next(iter(bloque.columnas.values())))
    except UnicodeDecodeError:
        firsts = [bloque.fila(n)[0] for n in range(bloque.filas)]
    for rara in [] if bloque.raras is None else np.flatnonzero(bloque.raras).tolist():
        firsts[rara] = bloque.fila(rara)[0]
    inicios: list[int] = np.flatnonzero([True, *map(ne, firsts, firsts[1:])]).tolist()
    return inicios


def _parte(bloque: Bloque, desde: int, hasta: int) -> Bloque:
    return Bloque(
        {name: tramo(columna, desde, hasta) for name, columna in bloque.columnas.items()},
        hasta - desde,
        lambda n: bloque.fila(desde + n),
        None if bloque.raras is None else bloque.raras[desde:hasta],
    )
