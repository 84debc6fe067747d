"""The figures of a block are those of its rows, one by one."""

from datetime import date
from decimal import Decimal
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.block_joins import fundir
from inventory.block_numbers import como_texto, suma
from inventory.block_sums import figuras
from inventory.block_texts import vacios
from inventory.ledger import CAMPOS_DE_HUELLA, Figuras, Sumador
from tests.inventory import arrays

CAMPOS = (*CAMPOS_DE_HUELLA, "valor_total")
NUMEROS = st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(-20_000, 20_000)
UNIDADES = NUMEROS.map(lambda n: Decimal(n).scaleb(-4))


def textos(codec):
    letras = st.sampled_from("aZ9 ñÉ€\x1e")
    return st.text(letras, max_size=9)


@st.composite
def movimientos(draw):
    codec = draw(st.sampled_from([arrays.LATIN, arrays.UTF8]))
    tipos = st.sampled_from(["FACTURA_VENTA", "REMISION_SALIDA"])
    fila = st.tuples(
        textos(codec), st.dates(date(2026, 2, 1), date(2026, 2, 28)), tipos, textos(codec), textos(codec),
        UNIDADES, UNIDADES, UNIDADES,
    )  # fmt: skip
    return codec, draw(st.lists(fila, min_size=1, max_size=8))


@settings(max_examples=100, deadline=None)
@given(movimientos(), st.sampled_from([arrays.textos, arrays.glosados]))
def test_figuras_are_those_of_the_rows(parte, nombres):
    codec, filas = parte
    texto, nombre = partial(arrays.textos, codec=codec), partial(nombres, codec=codec)
    numero = arrays.decimales(4)
    tipos = dict(zip(CAMPOS, (texto, arrays.fechas, texto, nombre, nombre, numero, numero, numero), strict=True))
    por_filas, por_bloques = Sumador(CAMPOS), Sumador(CAMPOS)
    for fila in filas:
        por_filas.sumar(fila)
    por_bloques.sumar_bloque(figuras(arrays.bloque(tipos, filas).columnas, len(filas)))
    assert por_bloques.resumen() == por_filas.resumen()


def test_figuras_of_no_rows_are_zero():
    columnas = {name: arrays.decimales(4)([]) for name in ("cantidad", "precio_unitario", "valor_total")}
    assert figuras(columnas, 0) == Figuras()


@pytest.mark.parametrize("numeros", [[0, -1, 9, 10, -10, 99, 100], [10**18 - 1, -(10**18) + 1, 0], [7]])
def test_como_texto_writes_numbers_as_python_does(numeros):
    trozo, largos = como_texto(np.array(numeros, np.int64))
    assert bytes(fundir([trozo])).decode() == "".join(map(str, numeros))
    assert largos.tolist() == [len(str(n)) for n in numeros]


def test_suma_does_not_overflow():
    numeros = [10**18 - 1] * 50 + [-5]
    assert suma(np.array(numeros, np.int64)) == sum(numeros)


def test_vacios_take_no_room():
    assert vacios(10**9).octetos.base.size == 1
