from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from lib.array_rows import ausente, juntar, octetos, tomar
from lib.array_values import valores
from tests.inventory import arrays

COLUMNAS = {
    "textos": (arrays.textos, ["ñandú", None, "", "un texto más largo"]),
    "enteros": (arrays.enteros, [1, None, -3, 2**63 - 1]),
    "decimales": (arrays.decimales(2), [Decimal("1.50"), None, Decimal(0), Decimal("-0.01")]),
    "fechas": (arrays.fechas, [date(2026, 1, 1), None, date(1, 1, 1), date(9999, 12, 31)]),
    "sin nulos": (arrays.textos, ["a", "b", "ccc", ""]),
}


@pytest.fixture(params=COLUMNAS.values(), ids=COLUMNAS)
def caso(request):
    return request.param


def test_tomar_gives_rows_in_the_order_asked_for(caso):
    hacer, values = caso
    assert valores(tomar(hacer(values), np.array([3, 1, 1, 0]))) == [values[n] for n in (3, 1, 1, 0)]


def test_juntar_puts_one_column_after_the_other(caso):
    hacer, values = caso
    junta = juntar([hacer(values[:1]), hacer(values[1:]), hacer([])])
    assert valores(junta) == values


def test_juntar_keeps_what_the_next_block_overwrites(caso):
    hacer, values = caso
    column = hacer(values)
    junta = juntar([column])
    arrays_of_it = [value for name in column.__slots__ if isinstance(value := getattr(column, name), np.ndarray)]
    for array in arrays_of_it:
        array[:] = array[0]
    assert valores(junta) == values


def test_juntar_makes_texts_no_wider_than_the_longest():
    junta = juntar([arrays.textos(["a", "bb"]), arrays.textos(["dddd", None])])
    assert junta.octetos.shape == (4, 4)
    assert octetos(junta) == 16 + 4 * 8 + 4


def test_ausente_is_a_row_without_a_value(caso):
    hacer, values = caso
    assert valores(juntar([hacer(values), ausente(hacer(values))])) == [*values, None]
    assert valores(ausente(hacer([]))) == [None]
