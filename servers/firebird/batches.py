"""Rows gathered into batches on their way to the parent; imported by the child, nothing of Django here."""

import time
from collections.abc import Iterator
from typing import Any

from servers.firebird.values import Cursor

FILAS_POR_LOTE = 1000
BYTES_POR_LOTE = 4 << 20
ADELANTO = 4  # batches that may be under way before the parent asks for more
SEGUNDOS_POR_LOTE = 1.0  # a slow server's rows leave at least this often


def convertidas(cursor: Cursor) -> Iterator[tuple[Any, ...]]:
    """The rows with every value as it leaves the adapter."""
    cambios = [(n, c.convertir) for n, c in enumerate(cursor.columnas) if c.convertir]
    if not cambios:
        yield from map(tuple, cursor)
        return
    for fila in cursor:
        valores_de_fila = list(fila)
        for n, convertir in cambios:
            valores_de_fila[n] = convertir(valores_de_fila[n])
        yield tuple(valores_de_fila)


def lotes(cursor: Cursor) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in batches bounded by count, bytes and time."""
    blobs = [n for n, c in enumerate(cursor.columnas) if c.es_blob]
    ancho = sum(c.ancho for c in cursor.columnas) or 1
    tope = max(1, min(FILAS_POR_LOTE, BYTES_POR_LOTE // ancho))
    lote: list[tuple[Any, ...]] = []
    pesado, hasta = 0, time.monotonic() + SEGUNDOS_POR_LOTE
    for fila in convertidas(cursor):
        lote.append(fila)
        pesado += sum(len(fila[n] or "") for n in blobs) if blobs else 0
        if len(lote) >= tope or pesado >= BYTES_POR_LOTE or time.monotonic() >= hasta:
            yield lote
            lote, pesado, hasta = [], 0, time.monotonic() + SEGUNDOS_POR_LOTE
    if lote:
        yield lote
