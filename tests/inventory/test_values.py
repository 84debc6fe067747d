from datetime import date, datetime, time
from decimal import Decimal

import pytest

from inventory import values
from lib.errors import Rejected


@pytest.mark.parametrize(
    ("raw", "text", "dirty"),
    [
        (None, "", False),
        ("  a b ", "a b", False),
        ("a\x00b\x81", "ab", True),
        ("uno\r\ndos", "uno dos", True),
        (7, "7", False),
    ],
)
def test_limpiar_trims_and_drops_control_characters(raw, text, dirty):
    assert values.limpiar(raw) == (text, dirty)


@pytest.mark.parametrize(
    ("raw", "number", "rounded"),
    [
        (Decimal("1.00005"), Decimal("1.0001"), True),
        (Decimal("-1.00005"), Decimal("-1.0001"), True),
        (Decimal("2.5000000"), Decimal("2.5"), False),
        (3, Decimal(3), False),
        (" 4.25 ", Decimal("4.25"), False),
        (Decimal("99999999999999.9999"), Decimal("99999999999999.9999"), False),
    ],
)
def test_decimal_rounds_half_up_and_says_so(raw, number, rounded):
    assert values.decimal(raw, "CANTIDAD", solo_15_cifras=False) == (number, rounded)


@pytest.mark.parametrize(
    ("raw", "codigo"),
    [
        ("1,5", "numero_invalido"), (Decimal("NaN"), "numero_invalido"), (1.5, "numero_invalido"),
        (Decimal("1e14"), "fuera_de_rango"), (Decimal("99999999999999.99995"), "fuera_de_rango"),
        (Decimal("123456789012.3456"), "precision"),
    ],
)  # fmt: skip
def test_decimal_refuses_what_cannot_be_kept(raw, codigo):
    with pytest.raises(Rejected) as error:
        values.decimal(raw, "CANTIDAD", solo_15_cifras=True)
    assert error.value.codigo == codigo
    assert "CANTIDAD" in error.value.mensaje


@pytest.mark.parametrize("raw", [date(2024, 5, 6), datetime(2024, 5, 6, 23, 59), "2024-05-06", "2024-05-06 10:00:00"])
def test_fecha_is_the_day_as_written(raw):
    assert values.fecha(raw, "FECHA") == date(2024, 5, 6)


def test_fecha_refuses_what_is_no_date():
    with pytest.raises(Rejected, match="fecha_invalida"):
        values.fecha("06/05/2024", "FECHA")
    assert values.fecha(" ", "FECHA") is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (time(8, 5), time(8, 5)), ("08:05", time(8, 5)), ("8:05:09", time(8, 5, 9)), ("08:05 p.m.", time(20, 5)),
        ("12:01 AM", time(0, 1)), ("25:00", None), ("mañana", None), (None, time(23, 59, 30)),
    ],
)  # fmt: skip
def test_hora_is_read_from_its_column_or_from_the_date(raw, expected):
    day = datetime(2024, 5, 6, 23, 59, 30) if raw is None else datetime(2024, 5, 6)
    assert values.hora(raw, day) == expected


@pytest.mark.parametrize(
    ("raw", "expected"), [("S", True), ("N", False), (" ", False), (Decimal("2.0"), True), (0, False), (None, False)]
)
def test_afirmado_reads_flags_and_numbers(raw, expected):
    assert values.afirmado(raw) is expected


def test_como_json_shows_a_nul():
    assert values.como_json("a\x00b") == "a␀b"
    assert values.como_json(Decimal("1.10")) == "1.10"
    assert values.como_json(date(2024, 5, 6)) == "2024-05-06"
