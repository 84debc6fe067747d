"""Values of Python become the arrays that give the same values back."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import connection

from lib.array_values import valores
from lib.columns import Columna
from lib.value_arrays import LARGO_MAXIMO, arreglos
from tests.lib.conftest import Muestra

LEJOS = timezone(timedelta(hours=-4, minutes=-56, seconds=-16))


def columnas(*nombres):
    return [Columna(Muestra._meta.get_field(nombre), connection) for nombre in nombres]


@pytest.mark.parametrize(
    ("campo", "values"),
    [
        ("grupo", [0, -(2**31), 2**31 - 1]),
        ("entero", [-(2**63), None, 2**63 - 1]),
        ("texto", ["", "ñ\t\\N\n😀", "a" * LARGO_MAXIMO]),
        ("corto", ["", None, "x"]),
        ("corto", [None, None]),
        ("numero", [Decimal("-0.0001"), None, Decimal("99999999999999.9999"), Decimal("0.0000")]),
        ("valor", [Decimal("1234567890123.5678")]),
        ("dia", [date.min, None, date.max, date(1969, 12, 31)]),
        ("hora", [time.min, None, time.max]),
        ("activo", [True, None, False]),
        ("instante", [datetime(1, 1, 2, tzinfo=UTC), None, datetime(9999, 12, 30, 1, 2, 3, 4, LEJOS)]),
    ],
)
def test_arreglos_hold_the_values(campo, values):
    (array,) = arreglos([values], columnas(campo))
    assert valores(array) == values


@pytest.mark.parametrize(
    ("campo", "value"),
    [("texto", "a" * (LARGO_MAXIMO + 1)), ("valor", Decimal("12345678901234567890.0000")), ("datos", {}), ("uuid", "")],
)
def test_arreglos_are_none_where_a_column_has_no_plain_ones(campo, value):
    assert arreglos([[1], [value]], columnas("grupo", campo)) is None
