from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lib.spanish import cantidad, dia, en_miles, instante, mes_corto


@pytest.mark.parametrize(
    ("valor", "decimales", "texto"),
    [("48512.125", 2, "48.512,13"), ("-0.005", 2, "-0,01"), ("1E+3", None, "1.000"), ("2.5", None, "2,5")],
)
def test_en_miles_writes_decimals_as_in_colombia(valor, decimales, texto):
    assert en_miles(Decimal(valor), decimales=decimales) == texto


def test_en_miles_writes_counts():
    assert [en_miles(n) for n in (0, 999, 1234567, -1000)] == ["0", "999", "1.234.567", "-1.000"]


@pytest.mark.parametrize(("valor", "texto"), [("2.0000", "2"), ("1200.5000", "1.200,5"), ("0.0000", "0"), ("-3", "-3")])
def test_cantidad_drops_the_zeros_of_its_column(valor, texto):
    assert cantidad(Decimal(valor)) == texto


def test_dates_name_the_month():
    assert mes_corto(date(2025, 3, 1)) == "mar 2025"
    assert dia(date(2025, 12, 31)) == "31 dic 2025"


def test_instante_is_told_in_the_zone_of_the_screens():
    assert instante(datetime(2025, 1, 1, 3, 5, tzinfo=UTC)) == "31 dic 2024 22:05"
