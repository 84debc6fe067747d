from datetime import UTC, date, datetime, time
from decimal import Decimal

import numpy as np
import pytest

from lib.array_values import en_textos, valores
from lib.arrays import Decimales, Enteros, Fechas, Horas, Instantes, Logicos, Textos

NULO = np.array([False, True])


def textos(*values: bytes, codec: str = "cp1252", sobra: int = 0x81) -> Textos:
    octets = np.full((len(values), max(map(len, values)) + 2), sobra, np.uint8)
    for row, value in zip(octets, values, strict=True):
        row[: len(value)] = np.frombuffer(value, np.uint8)
    return Textos(octets, np.array([len(value) for value in values]), codec)


@pytest.mark.parametrize(
    ("columna", "expected"),
    [
        (Enteros(np.array([-(2**63), 1]), NULO), [-(2**63), None]),
        (Decimales(np.array([-(2**63), 1]), 4), [Decimal("-922337203685477.5808"), Decimal("0.0001")]),
        (Decimales(np.array([120, 1]), 2, NULO), [Decimal("1.20"), None]),
        (Logicos(np.array([True, False])), [True, False]),
        (Fechas(np.array(["0001-01-01", "9999-12-31"], "datetime64[D]")), [date.min, date.max]),
        (Fechas(np.array(["2026-02-28", "NaT"], "datetime64[D]"), NULO), [date(2026, 2, 28), None]),
        (Horas(np.array([86_399_999_999, 0])), [time.max, time.min]),
        (Horas(np.array([0, -1]), NULO), [time.min, None]),
        (Instantes(np.array(["2026-01-01T05:00:00.000001"] * 2, "M8[us]")), [datetime(2026, 1, 1, 5, 0, 0, 1)] * 2),
        (Instantes(np.array(["2026-01-01"] * 2, "M8[us]"), True), [datetime(2026, 1, 1, tzinfo=UTC)] * 2),
    ],
)
def test_valores_are_those_of_the_arrays(columna, expected):
    found = valores(columna)
    assert found == expected
    assert list(map(str, found)) == list(map(str, expected))


def test_valores_of_texts_end_where_their_length_says():
    assert valores(textos(b"\xf1and\xfa", b"", b" a ")) == ["ñandú", "", " a "]
    assert valores(textos("ñ😀".encode(), b"x", codec="utf-8")) == ["ñ😀", "x"]


def test_valores_of_texts_keep_a_nul():
    assert valores(textos(b"a\0b", b"c")) == ["a\0b", "c"]


def test_valores_of_texts_mind_no_bytes_of_a_null():
    column = textos(b"a", b"\x81\x81")
    assert valores(Textos(column.octetos, column.largos, "cp1252", NULO)) == ["a", None]


def test_valores_refuses_bytes_that_the_codec_lacks():
    with pytest.raises(UnicodeDecodeError):
        valores(textos(b"\x81", b""))


def test_valores_of_one_value_for_all_rows():
    column = Enteros(np.broadcast_to(np.int64(7), (3,)))
    assert valores(column) == [7, 7, 7]


def test_en_textos_writes_numbers_that_are_the_values():
    written = en_textos(Decimales(np.array([-(2**63), 0, 1250, 7]), 2, np.array([False, False, False, True])))
    assert [text and Decimal(text) for text in written] == [Decimal("-92233720368547758.08"), 0, Decimal("12.5"), None]
