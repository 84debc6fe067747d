"""A block of columns as the rows that it stands for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from lib.arrays import Bloque, Columna, Decimales, Enteros, Fechas, Horas, Instantes, Logicos, Textos
from servers.source import Filas

MEDIANOCHE = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def valores(columna: Columna) -> list[object]:
    """The values of a column as a row would have them."""
    crudos = _con_todo(columna)
    if columna.nulos is None:
        return crudos
    return [None if nulo else valor for nulo, valor in zip(columna.nulos, crudos, strict=True)]


def _con_todo(columna: Columna) -> list[object]:
    match columna:
        case Enteros(numeros) | Logicos(numeros):
            return numeros.tolist()
        case Decimales(unidades, escala):
            return [Decimal(n).scaleb(-escala) for n in unidades.tolist()]
        case Fechas(dias):
            return dias.tolist()
        case Instantes(momentos):
            return momentos.tolist()
        case Horas(microsegundos):
            return [(MEDIANOCHE + timedelta(microseconds=n)).time() for n in microsegundos.tolist()]
        case Textos(octetos, largos, codec):
            return [fila[:n].tobytes().decode(codec) for fila, n in zip(octetos, largos, strict=True)]


def filas_de(bloque: Bloque) -> list[tuple[object, ...]]:
    """Its rows by the arrays, and by `fila` where those cannot hold them."""
    por_columnas = list(zip(*map(valores, bloque.columnas.values()), strict=True))
    raras = np.zeros(bloque.filas, bool) if bloque.raras is None else bloque.raras
    return [bloque.fila(n) if raras[n] else fila for n, fila in enumerate(por_columnas)]


def por_bloques(filas: Filas) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """All rows of a statement that comes in blocks: by the arrays, and each by `fila`."""
    bloques = filas.bloques()
    assert bloques is not None
    por_columnas, una_a_una = [], []
    for bloque in bloques:
        por_columnas += filas_de(bloque)
        una_a_una += [bloque.fila(n) for n in range(bloque.filas)]
    return por_columnas, una_a_una
