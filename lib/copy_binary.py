"""Columns of many rows as the tuples of PostgreSQL's COPY … (FORMAT binary), without a Python loop over rows.

The format is that of https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format": a tuple is a 16-bit count of
fields and, for each, a 32-bit length (−1: NULL) and so many bytes, all of it big-endian. A field holds what its type's
receive function takes (src/backend/utils/adt/): integers and booleans in their width, a date as days and a time or an
instant as microseconds, the first and the last counted from 2000-01-01 (UTC); a text as its bytes in the client's
encoding; a numeric as four 16-bit numbers — how many digits follow, the power of 10,000 of the first of them, its sign
(0x4000: negative) and the decimals to show — and then the digits to the base of 10,000. `numeric_recv` strips zero
digits at both ends, so a column takes as many digits for every value as its largest needs.

Rows are written into a matrix as wide as the longest of each text, from a template that holds what all have in common;
a mask as large says which bytes count, and one selection by it leaves the rows with their true lengths.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from lib.array_values import primera_si_constante, valores
from lib.arrays import Columna, Decimales, Fechas, Instantes, Mascara, Textos

COMIENZO = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, flags, length of the extension
FIN = b"\xff\xff"

LARGO = 4  # bytes of a field's length
BASE = 10_000  # of a numeric's digits
DECIMALES_POR_CIFRA = 4
NEGATIVO = 0x40  # the first byte of a numeric's sign
ANCHO_DE_TABLA = 128  # up to which the masks of a text of each length are kept ready
DESDE = np.datetime64("2000-01-01", "D")

Octetos: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Celda:
    """One column's part of a row.

    `plantilla` is what all rows have in common, beginning with the length; `partes` are the values to write over it,
    each with its place and its type; `largos` the lengths where they differ (−1: NULL).
    """

    plantilla: bytes
    partes: list[tuple[int, str, NDArray[Any]]] = field(default_factory=list)
    largos: NDArray[np.int64] | None = None


def codificar(columnas: Sequence[Columna], tipos: Sequence[str], filas: int) -> Octetos:
    """The rows as COPY's tuples; `tipos` names PostgreSQL's type of each column (int2, numeric, text, …).

    Texts are UTF-8. Values that the type does not hold are the caller's fault.
    """
    cells = [_celda(column, kind, filas) for column, kind in zip(columnas, tipos, strict=True)]
    template = len(cells).to_bytes(2, "big") + b"".join(cell.plantilla for cell in cells)
    rows = np.empty((filas, len(template)), np.uint8)
    rows[:] = np.frombuffer(template, np.uint8)
    mask = np.ones(rows.shape, np.bool_)
    place = 2
    for cell in cells:
        for offset, kind, values in cell.partes:
            _vista(rows, place + offset, kind)[:] = values
        if cell.largos is not None:
            _recortar(cell.largos, rows, mask, place, len(cell.plantilla) - LARGO)
        place += len(cell.plantilla)
    return rows.reshape(-1) if all(cell.largos is None for cell in cells) else rows[mask]


def ancho(columnas: Sequence[Columna]) -> int:
    """About how many bytes a row takes while it is encoded."""
    return sum(LARGO + (column.octetos.shape[1] if isinstance(column, Textos) else 16) for column in columnas)


def _recortar(lengths: NDArray[np.int64], rows: Octetos, mask: Mascara, place: int, width: int) -> None:
    """Write the true lengths, and leave what is beyond them out of the mask."""
    _vista(rows, place, ">i4")[:] = lengths
    start, lengths = place + LARGO, np.maximum(lengths, 0)
    if 0 < width <= ANCHO_DE_TABLA:
        _vista(mask, start, f"V{width}")[:] = _mascaras(width).take(lengths)
    elif width:
        np.less(np.arange(width), lengths[:, None], out=mask[:, start : start + width])


@lru_cache(ANCHO_DE_TABLA)
def _mascaras(width: int) -> NDArray[np.void]:
    """The masks of a text of no bytes, of one, … of `width`."""
    masks = np.arange(width) < np.arange(width + 1)[:, None]
    return masks.view(f"V{width}").reshape(-1)


def _vista(matrix: NDArray[Any], place: int, kind: str) -> NDArray[Any]:
    """One value of each row, at that byte of it."""
    return np.ndarray((len(matrix),), kind, matrix, place, (matrix.strides[0],))


def _celda(column: Columna, kind: str, filas: int) -> Celda:
    if filas > 1 and (first := primera_si_constante(column)):
        return Celda(codificar([first], [kind], 1)[2:].tobytes())
    cell = CELDAS[kind](column)
    if column.nulos is None:
        return cell
    width = len(cell.plantilla) - LARGO
    return replace(cell, largos=np.where(column.nulos, -1, width if cell.largos is None else cell.largos))


def _fija(kind: str) -> Callable[[NDArray[Any]], Celda]:
    """Values that all take the bytes of that type."""
    width = np.dtype(kind).itemsize
    return lambda values: Celda(width.to_bytes(LARGO, "big") + bytes(width), [(LARGO, kind, values)])


def _fecha(column: Fechas) -> Celda:
    return _fija(">i4")((column.dias - DESDE).view(np.int64))


def _instante(column: Instantes) -> Celda:
    return _fija(">i8")((column.momentos - DESDE).view(np.int64))


def _texto(column: Textos) -> Celda:
    width = column.octetos.shape[1]
    parts = [(LARGO, f"V{width}", column.octetos.view(f"V{width}")[:, 0])] if width else []
    same = not width or int(column.largos.min()) == width
    return Celda(width.to_bytes(LARGO, "big") + bytes(width), parts, None if same else column.largos)


def _uuid(column: Textos) -> Celda:
    octets = b"".join(bytes(16) if value is None else UUID(value).bytes for value in valores(column))
    return _fija("V16")(np.frombuffer(octets, "V16"))


def _numero(column: Decimales) -> Celda:
    digits, after = _cifras(column)
    head = [len(digits), len(digits) - after - 1, 0, column.escala]
    width = 2 * (len(head) + len(digits))
    template = width.to_bytes(LARGO, "big") + b"".join(word.to_bytes(2, "big", signed=True) for word in head)
    parts = [(LARGO + 2 * place, ">i2", values) for place, values in enumerate(digits, len(head))]
    parts.append((LARGO + 4, "u1", (column.unidades < 0) * np.uint8(NEGATIVO)))
    return Celda(template + bytes(2 * len(digits)), parts)


def _cifras(column: Decimales) -> tuple[list[NDArray[np.uint64]], int]:
    """The digits to the base of 10,000, as many as the largest value needs, and how many come after the point."""
    rest = np.abs(column.unidades).view(np.uint64)  # that of -2**63 too
    digits, after = list[NDArray[np.uint64]](), -(-column.escala // DECIMALES_POR_CIFRA)
    if missing := -column.escala % DECIMALES_POR_CIFRA:
        unit = np.uint64(10 ** (DECIMALES_POR_CIFRA - missing))
        rest, last = _dividir(rest, unit)
        digits.append(last * np.uint64(10**missing))
    while len(digits) <= after or rest.any():
        rest, last = _dividir(rest, np.uint64(BASE))
        digits.append(last)
    return digits[::-1], after


def _dividir(values: NDArray[np.uint64], by: np.uint64) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    whole = values // by  # by a scalar, numpy multiplies; its divmod divides
    return whole, values - whole * by


CELDAS: dict[str, Callable[[Any], Celda]] = {
    "int2": lambda column: _fija(">i2")(column.valores),
    "int4": lambda column: _fija(">i4")(column.valores),
    "int8": lambda column: _fija(">i8")(column.valores),
    "bool": lambda column: _fija("u1")(column.valores),
    "date": _fecha,
    "time": lambda column: _fija(">i8")(column.microsegundos),
    "timestamptz": _instante,
    "text": _texto,
    "numeric": _numero,
    "uuid": _uuid,
}
