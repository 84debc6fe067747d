"""The bytes themselves; that PostgreSQL takes them is shown by tests/lib/test_bulk_blocks.py."""

from datetime import UTC, date, datetime
from decimal import Decimal
from struct import unpack_from

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.arrays import Decimales, Enteros
from lib.copy_binary import codificar
from tests.lib.blocks import decimales, enteros, fechas, iguales, instantes, logicos, textos

NULO = b"\xff\xff\xff\xff"


def campos(columna, tipo, filas):
    """The one field of each row, None for NULL."""
    data, place, found = codificar([columna], [tipo], filas).tobytes(), 0, []
    for _ in range(filas):
        count, length = unpack_from(">hi", data, place)
        assert count == 1
        place += 6
        found.append(None if length < 0 else data[place : place + length])
        place += max(length, 0)
    assert place == len(data)
    return found


@pytest.mark.parametrize(
    ("columna", "tipo", "expected"),
    [
        (enteros([1, None, -2]), "int2", [b"\0\1", None, b"\xff\xfe"]),
        (enteros([1, None]), "int4", [b"\0\0\0\1", None]),
        (enteros([-(2**63), 2**63 - 1]), "int8", [b"\x80" + bytes(7), b"\x7f" + b"\xff" * 7]),
        (logicos([True, None, False]), "bool", [b"\1", None, b"\0"]),
        (fechas([date(2000, 1, 2), None, date(1999, 12, 31)]), "date", [b"\0\0\0\1", None, b"\xff" * 4]),
        (instantes([datetime(2000, 1, 1, 0, 0, 0, 5, UTC)]), "timestamptz", [bytes(7) + b"\5"]),
        (textos(["ñ", "", None, "x" * 200]), "text", ["ñ".encode(), b"", None, b"x" * 200]),
        (textos(["ab", "cd"]), "text", [b"ab", b"cd"]),
        (textos([None, None]), "text", [None, None]),
        (iguales(["12345678-1234-5678-1234-567812345678"] * 2), "uuid", [bytes.fromhex("1234567812345678" * 2)] * 2),
        (Enteros(np.broadcast_to(np.int64(0), 3), np.broadcast_to(np.True_, 3)), "int4", [None] * 3),
    ],
)
def test_codificar_writes_each_kind(columna, tipo, expected):
    assert campos(columna, tipo, len(expected)) == expected


def test_codificar_puts_the_fields_of_a_row_side_by_side():
    row = codificar([enteros([7, None]), textos(["a", "bc"])], ["int2", "text"], 2).tobytes()
    assert row == b"\0\2\0\0\0\2\0\7\0\0\0\1a" + b"\0\2" + NULO + b"\0\0\0\2bc"


def numero(data):
    count, weight, sign, scale = unpack_from(">hhHh", data)
    digits = unpack_from(f">{count}h", data, 8)
    assert all(0 <= digit < 10_000 for digit in digits)
    whole = sum(Decimal(digit).scaleb(4 * (weight - place)) for place, digit in enumerate(digits))
    return (-whole if sign == 0x4000 else whole), scale


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=1), st.integers(0, 9))
def test_codificar_writes_any_decimal(units, escala):
    wanted = [None if unit is None else Decimal(unit).scaleb(-escala) for unit in units]
    column = Decimales(
        np.array([unit or 0 for unit in units], np.int64), escala, np.array([unit is None for unit in units])
    )
    found = campos(column, "numeric", len(units))
    assert [value and numero(value) for value in found] == [None if w is None else (w, escala) for w in wanted]


def test_codificar_takes_few_digits_for_small_decimals():
    assert [len(field) for field in campos(decimales([Decimal("9999.9999")]), "numeric", 1)] == [12]
