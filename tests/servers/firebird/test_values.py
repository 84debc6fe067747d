"""How a driver's values become exact ones."""

import math
import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servers.firebird import values as valores

valores.registrar_codecs()


@given(st.floats(), st.integers(-18, 0))
def test_de_doble_gives_a_decimal_of_any_double(valor, escala):
    decimal = valores.de_doble(escala)(valor)
    assert decimal is not None
    assert math.isnan(valor) or math.isclose(float(decimal), valor, rel_tol=1e-11, abs_tol=1e-11)


@given(st.binary(max_size=50))
def test_lenient_codecs_read_any_bytes(datos):
    assert len(datos.decode(valores.LATIN)) == len(datos)
    assert isinstance(datos.decode(valores.UTF8), str)


@given(st.binary(max_size=50))
def test_latin_codec_writes_back_what_it_read(datos):
    assert datos.decode(valores.LATIN).encode(valores.LATIN) == datos


def test_latin_codec_knows_what_cp1252_lacks():
    assert b"\x80\x93\x94 \x81\x8d\x8f\x90\x9d \xf1".decode(valores.LATIN) == "€“” \x81\x8d\x8f\x90\x9d ñ"


@given(st.text(max_size=30).filter(lambda t: not any(0xD800 <= ord(c) < 0xE000 for c in t)))
def test_utf8_codec_reads_utf8(texto):
    assert texto.encode().decode(valores.UTF8) == texto


def test_utf8_codec_takes_other_bytes_for_cp1252():
    assert "Peña €".encode("cp1252").decode(valores.UTF8) == "Peña €"


@given(st.decimals(min_value=-9_999_999_999, max_value=9_999_999_999, places=4))
def test_de_doble_gives_the_declared_decimal_back(valor):
    assert valores.de_doble(-4)(float(valor)) == valor


@given(st.floats())
def test_de_doble_without_scale_is_the_shortest_text(valor):
    leido = valores.de_doble(0)(valor)
    assert isinstance(leido, Decimal)
    assert float(leido) == valor or math.isnan(valor)


@pytest.mark.parametrize(
    ("valor", "texto"),
    [(0.1 + 0.2, "0.30"), (-0.0, "0.00"), (1.239, "1.239"), (1e18, "1E+18"), (1234.5600000000001, "1234.56")],
)
def test_de_doble_drops_noise_and_keeps_digits(valor, texto):
    assert str(valores.de_doble(-2)(valor)) == texto


@given(st.floats(width=32, allow_nan=False))
def test_de_simple_is_the_shortest_of_single_precision(valor):
    leido = valores.de_simple(valor)
    assert struct.pack("f", float(leido)) == struct.pack("f", valor)
    assert len(leido.as_tuple().digits) <= 9


def test_converters_leave_null_alone():
    nulos = [valores.de_doble(-2), valores.de_simple, valores.de_entero_numerico, valores.sin_relleno]
    assert [convertir(None) for convertir in nulos] == [None] * 4
