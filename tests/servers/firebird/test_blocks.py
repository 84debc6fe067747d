"""Blocks of columns: the same rows as one by one, whatever their types, values and character sets."""

import math
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.arrays import Textos
from lib.errors import TrastiendaError
from servers import source
from servers.firebird import adapter as firebird
from servers.firebird import blocks, ring
from servers.firebird import rows as filas
from servers.firebird import values as valores
from servers.firebird.rows import Campo, Molde
from tests.servers.firebird.columns import filas_de, por_bloques

TIPOS = """
CREATE TABLE T (
  A INTEGER, B SMALLINT, C BIGINT, D NUMERIC(18,4), E NUMERIC(9,2), F NUMERIC(4,1), G NUMERIC(18,0), H DATE, I TIME,
  J TIMESTAMP, K CHAR(10), L VARCHAR(20), M BOOLEAN, N DECIMAL(18,18), O CHAR(300), P FLOAT, Q DOUBLE PRECISION,
  R BLOB SUB_TYPE TEXT);
COMMIT;
INSERT INTO T VALUES (1, 2, 3, 4.5, -1.25, 0.1, 7, '2024-01-02', '10:11:12.1234', '2024-01-02 03:04:05.6789', 'hola',
  'mundo', true, 0.5, 'o', 1.5, 1.5, 'r');
INSERT INTO T (A) VALUES (NULL);
INSERT INTO T (A, B, C, D, E, F, G, H, I, J, K, L, M, N, O)
  VALUES (-2147483648, -32768, -9223372036854775808, -922337203685477.5808, -21474836.48, -3276.8, -1,
  '0001-01-01', '00:00', '0001-01-01', '', '', false, -0.000000000000000001, '');
INSERT INTO T (A, B, C, D, E, F, G, H, I, J, K, L, M, N, O)
  VALUES (2147483647, 32767, 9223372036854775807, 922337203685477.5807, 21474836.47, 3276.7, 1, '9999-12-31',
  '23:59:59.9999', '9999-12-31 23:59:59.9999', ' a b ', '  ', true, 9.223372036854775807, ' o ');
COMMIT;
"""
TODAS = "SELECT A, B, C, D, E, F, G, H, I, J, K, L, M, N, O FROM T"
MUCHAS = """
SELECT FIRST {} A.RDB$TYPE AS N, A.RDB$TYPE_NAME, B.RDB$TYPE AS B, A.RDB$FIELD_NAME, DATE '2024-01-02' AS D
FROM RDB$TYPES A, RDB$TYPES B, RDB$TYPES C
"""
CABEN = ring.tope(8)  # rows of a slot, at most


@pytest.fixture(scope="module")
def tipos(firebird_db) -> str:
    return str(firebird_db("TIPOS.GDB", TIPOS))


@pytest.fixture
def foto(servidor_firebird, tipos):
    """A snapshot of the database with every type."""
    with source.abrir(servidor_firebird("firebird-driver"), tipos) as fuente, fuente.instantanea() as foto:
        yield foto


def test_bloques_hold_every_type_and_its_extremes(foto):
    esperadas = list(foto.filas(TODAS))
    assert por_bloques(foto.filas(TODAS)) == (esperadas, esperadas)


@pytest.mark.parametrize("cuantas", [0, 1, 40_000])
def test_bloques_give_as_many_rows_as_there_are(foto, cuantas):
    esperadas = list(foto.filas(MUCHAS.format(cuantas)))
    assert len(esperadas) == cuantas
    assert por_bloques(foto.filas(MUCHAS.format(cuantas))) == (esperadas, esperadas)


def test_bloques_are_bounded_by_a_slot(foto):
    bloques = [bloque.filas for bloque in foto.filas(MUCHAS.format(40_000)).bloques()]
    assert len(bloques) > ring.RANURAS
    assert max(bloques) <= CABEN


@pytest.mark.parametrize("columnas", ["P", "A, P", "Q", "R", "A + 1.5e0 AS X", "A, B AS A", "A, A"])
def test_bloques_are_none_for_types_without_an_array_and_equal_names(foto, columnas):
    sql = f"SELECT {columnas} FROM T"
    filas = foto.filas(sql)
    assert filas.bloques() is None
    assert list(filas) == list(foto.filas(sql))


def test_bloques_are_none_with_the_pure_driver(servidor_firebird, tipos):
    with source.abrir(servidor_firebird("firebirdsql"), tipos) as fuente, fuente.instantanea() as foto:
        filas = foto.filas("SELECT B FROM T")
        assert filas.bloques() is None
        assert list(filas) == [(2,), (None,), (-32768,), (32767,)]


def test_bloques_left_in_the_middle_end_with_the_next_statement(foto):
    bloques = foto.filas(MUCHAS.format(200_000)).bloques()
    next(bloques)
    assert por_bloques(foto.filas("SELECT B FROM T WHERE A = 1"))[0] == [(2,)]
    assert list(foto.filas("SELECT C FROM T WHERE A = 1")) == [(3,)]
    with pytest.raises(RuntimeError):
        next(bloques)


def test_bloques_asked_for_and_never_read_are_left_too(foto):
    assert foto.filas(MUCHAS.format(200_000)).bloques() is not None
    assert list(foto.filas("SELECT C FROM T WHERE A = 1")) == [(3,)]


def test_bloques_and_rows_of_one_statement_are_not_given_both(foto):
    filas = foto.filas("SELECT A FROM T")
    bloques = filas.bloques()
    with pytest.raises(RuntimeError):
        list(filas)
    with pytest.raises(RuntimeError):
        filas.bloques()
    assert sum(bloque.filas for bloque in bloques) == 4


def test_bloques_of_a_closed_snapshot_do_not_end_in_silence(servidor_firebird, tipos):
    with source.abrir(servidor_firebird("firebird-driver"), tipos) as fuente:
        with fuente.instantanea() as foto:
            bloques = foto.filas(MUCHAS.format(200_000)).bloques()
            next(bloques)
        with pytest.raises(RuntimeError):
            next(bloques)


def test_bloques_end_with_the_error_of_the_statement(foto):
    bloques = foto.filas("SELECT 10 / (A - 1) AS X FROM T WHERE A = 1").bloques()
    with pytest.raises(TrastiendaError) as error:
        list(bloques)
    assert error.value.codigo == "dato_no_convertible"


# Character sets: the connection's is chosen by what the database declares, as for rows.

LETRAS = "".join(bytes([n]).decode(valores.LATIN) for n in range(1, 256)) if not valores.registrar_codecs() else ""
COLUMNAS = "A VARCHAR(30) CHARACTER SET {0}, B CHAR(12) CHARACTER SET {0}"


@pytest.fixture(scope="module", params=["NONE", "ISO8859_1", "WIN1252", "UTF8"])
def textos(request, firebird_db) -> tuple[str, str]:
    """A database whose texts are of one character set, and its name."""
    sql = f"CREATE TABLE T ({COLUMNAS.format(request.param)}); COMMIT;"
    return str(firebird_db("TEXTOS.GDB", sql, charset=request.param)), request.param


def _alfabeto(juego: str) -> st.SearchStrategy[str]:
    if juego == "UTF8":
        return st.characters(codec="utf-8")
    return st.sampled_from(LETRAS + "\0" if juego != "ISO8859_1" else LETRAS)


class Deshacer(Exception):
    """Roll back."""


@contextmanager
def _escritura(servidor_firebird, ruta: str) -> Iterator[firebird.TransaccionFirebird]:
    """A transaction that writes and is rolled back."""
    servidor = servidor_firebird("firebird-driver")
    with firebird.abrir(servidor, ruta, escritura=True) as fuente, suppress(Deshacer), fuente.transaccion() as foto:
        yield foto
        raise Deshacer


def test_bloques_hold_any_text_of_the_character_set(servidor_firebird, textos):
    ruta, juego = textos
    with _escritura(servidor_firebird, ruta) as foto:

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.none() | st.text(_alfabeto(juego), max_size=30), st.none() | st.text(_alfabeto(juego), max_size=12))
        def escribir(a, b):
            foto.ejecutar("INSERT INTO T VALUES (?, ?)", [a, b])

        escribir()
        esperadas = list(foto.filas("SELECT A, B FROM T"))
        assert len(esperadas) >= 60
        assert por_bloques(foto.filas("SELECT A, B FROM T")) == (esperadas, esperadas)


def test_bloques_read_latin_bytes_of_a_none_column_over_a_utf8_connection(servidor_firebird, firebird_db):
    ruta = firebird_db(
        "MEZCLA.GDB",
        "CREATE TABLE T (A VARCHAR(9) CHARACTER SET UTF8, B VARCHAR(9), C CHAR(9)); COMMIT;"
        "INSERT INTO T VALUES (NULL, 'ñ\x81', 'ñ'); INSERT INTO T VALUES (NULL, _UTF8 X'C3B1', _UTF8 X'C3B1'); COMMIT;",
    )
    with source.abrir(servidor_firebird("firebird-driver"), str(ruta)) as fuente, fuente.instantanea() as foto:
        assert fuente.juego_caracteres == "UTF8"
        esperadas = list(foto.filas("SELECT A, B, C FROM T"))
        assert esperadas == [(None, "ñ\x81", "ñ"), (None, "ñ", "ñ")]
        assert por_bloques(foto.filas("SELECT A, B, C FROM T")) == (esperadas, esperadas)


# Dialect 1, where TNS keeps its amounts as doubles.


@pytest.fixture(scope="module")
def dialecto_1(firebird_db) -> str:
    tabla = "CREATE TABLE T (A NUMERIC(15,4), B NUMERIC(15,2), C NUMERIC(9,2), D DATE, E NUMERIC(15,0)); COMMIT;"
    return str(firebird_db("DIALECTO1.GDB", tabla, dialect=1))


IMPORTES = st.decimals(-(10**11), 10**11, places=4) | st.decimals(-100, 100, places=2)
DOBLES = IMPORTES.map(float) | st.floats(-1e17, 1e17) | st.floats(-1e-9, 1e-9)


def test_bloques_hold_the_amounts_of_dialect_1(servidor_firebird, dialecto_1):
    with _escritura(servidor_firebird, dialecto_1) as foto:

        @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.none() | DOBLES, st.none() | DOBLES)
        def escribir(a, b):
            foto.ejecutar("INSERT INTO T VALUES (?, ?, ?, '2024-01-02 03:04:05', ?)", [a, b, "1.25", "7"])

        escribir()
        sql = "SELECT A, B, C, D FROM T"
        esperadas = list(foto.filas(sql))
        assert por_bloques(foto.filas(sql)) == (esperadas, esperadas)
        bloques = foto.filas("SELECT SUM(C) AS C, MAX(A) AS A FROM T").bloques()
        assert bloques is not None


# The layout and the bytes as a hostile child might make them up.

DATOS = {
    filas.CORTO: st.integers(-(2**15), 2**15 - 1).map(lambda n: struct.pack("<h", n)),
    filas.LARGO: st.integers(-(2**31), 2**31 - 1).map(lambda n: struct.pack("<i", n)),
    filas.GRANDE: st.integers(-(2**63), 2**63 - 1).map(lambda n: struct.pack("<q", n)),
    filas.DOBLE: (DOBLES | st.floats()).map(lambda n: struct.pack("<d", n)),
    filas.FECHA: st.integers(-700_000, 3_000_000).map(lambda n: struct.pack("<i", n))
    | st.binary(min_size=4, max_size=4),
    filas.HORA: st.integers(0, 900_000_000).map(lambda n: struct.pack("<I", n)),
    filas.LOGICO: st.binary(min_size=1, max_size=1),
}
DATOS[filas.INSTANTE] = st.tuples(DATOS[filas.FECHA], DATOS[filas.HORA]).map(b"".join)


def _dato(tipo: int, ancho: int) -> st.SearchStrategy[bytes]:
    if tipo in DATOS:
        return DATOS[tipo]
    ancho += 2 if tipo == filas.VARIABLE else 0
    letras = st.binary(min_size=ancho, max_size=ancho)
    return letras | st.integers(0, ancho).map(lambda n: struct.pack("<H", n) + b"a" * ancho).map(lambda b: b[:ancho])


@st.composite
def mensajes(draw) -> tuple[Molde, bytes, int]:
    """A layout, messages in it, and how many."""
    tipos = draw(st.lists(st.sampled_from([*DATOS, filas.CHAR, filas.VARIABLE]), min_size=1, max_size=5))
    campos, desde, datos = [], 2 * len(tipos), []
    for n, tipo in enumerate(tipos):
        ancho = draw(st.sampled_from([0, 1, 3, 300]))
        dato = _dato(tipo, ancho)
        largo = len(draw(dato)) if tipo in DATOS else ancho
        escala = -draw(st.integers(1, 18)) if tipo == filas.DOBLE else -draw(st.integers(0, 18))
        campos.append(Campo(tipo, desde, largo, 2 * n, escala, draw(st.integers(0, 2))))
        desde += largo + (2 if tipo == filas.VARIABLE else 0)
        datos.append(dato)
    paso = -(-desde // 8) * 8
    nulos = st.lists(st.sampled_from([0, 0, -1, 1]), min_size=len(tipos), max_size=len(tipos))
    fila = st.tuples(nulos, *datos).map(lambda t: struct.pack(f"<{len(tipos)}h", *t[0]) + b"".join(t[1:]))
    cuerpos = draw(st.lists(fila.map(lambda cuerpo: cuerpo.ljust(paso, b"\xff")), min_size=1, max_size=6))
    codec = draw(st.sampled_from([valores.LATIN, valores.UTF8]))
    return Molde(paso, codec, tuple(campos)), b"".join(cuerpos), len(cuerpos)


@pytest.fixture(scope="module")
def anillo() -> Iterator[int]:
    descriptor = ring.crear()
    yield descriptor
    os.close(descriptor)


@given(mensajes())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bloque_is_what_the_row_reader_makes_of_any_bytes(anillo, caso):
    molde, crudo, cuantas = caso
    assert molde.cabe()
    ring.abrir(anillo, escritura=True)[: len(crudo)] = crudo
    nombres = tuple(f"C{n}" for n in range(len(molde.campos)))
    bloque = blocks.Decodificador(molde, nombres, anillo).bloque(0, cuantas)
    esperadas = [_fila(bloque, n) for n in range(cuantas)]
    if None not in esperadas:
        assert _iguales(filas_de(bloque), esperadas)
    assert all(bloque.raras is not None and bloque.raras[n] for n, fila in enumerate(esperadas) if fila is None)


def _fila(bloque, n):
    try:
        return bloque.fila(n)
    except TrastiendaError:
        return None  # a date that no calendar has


def _iguales(unas, otras) -> bool:
    """Equal rows; NaN, which no number equals, is as good as NaN."""
    return all(
        a == b or (a is not None and a != a and b != b)
        for una, otra in zip(unas, otras, strict=True)
        for a, b in zip(una, otra, strict=True)
    )


BUENO = (filas.VARIABLE, 2, 10, 0, 0, 0)


@pytest.mark.parametrize(
    "molde",
    [
        7,
        (16, valores.LATIN),
        (16, "rot13", (BUENO,)),
        (16, valores.LATIN, (BUENO, BUENO)),
        (0, valores.LATIN, (BUENO,)),
        (ring.BYTES_POR_RANURA + 1, valores.LATIN, (BUENO,)),
        (8, valores.LATIN, (BUENO,)),
        (16, valores.LATIN, ((filas.VARIABLE, 2, 10, 0, 0),)),
        (16, valores.LATIN, ((filas.VARIABLE, 2, 10, 0, 0, "0"),)),
        (16, valores.LATIN, ((filas.VARIABLE, 2, -9, 0, 0, 0),)),
        (16, valores.LATIN, ((filas.VARIABLE, -2, 10, 0, 0, 0),)),
        (16, valores.LATIN, ((filas.VARIABLE, 1, 10, 0, 0, 0),)),
        (16, valores.LATIN, ((filas.CHAR, 2, 10, -2, 0, 0),)),
        (16, valores.LATIN, ((filas.LARGO, 2, 8, 0, 0, 0),)),
        (16, valores.LATIN, ((filas.GRANDE, 2, 8, 0, -400, 0),)),
        (16, valores.LATIN, ((filas.GRANDE, 2, 8, 0, 4, 0),)),
        (16, valores.LATIN, ((filas.DOBLE, 2, 8, 0, 0, 0),)),
        (16, valores.LATIN, ((filas.SIMPLE, 2, 4, 0, 0, 0),)),
        (16, valores.LATIN, ((12345, 2, 8, 0, 0, 0),)),
    ],
)
def test_revisado_refuses_a_layout_that_cannot_be(molde):
    assert blocks.revisado(molde, 1) is None


def test_revisado_takes_one_that_can():
    assert blocks.revisado((16, valores.LATIN, (BUENO,)), 1) == Molde(16, valores.LATIN, (Campo(*BUENO),))


def test_bloque_cuts_a_length_beyond_its_room(anillo):
    molde = Molde(16, valores.LATIN, (Campo(*BUENO),))
    ring.abrir(anillo, escritura=True)[:32] = struct.pack("<hH12shH12s", 0, 65535, b"abcdefghij", 0, 3, b"abcdefghij")
    textos = blocks.Decodificador(molde, ("A",), anillo).bloque(0, 2).columnas["A"]
    assert isinstance(textos, Textos)
    assert textos.largos.tolist() == [10, 3]
    assert textos.octetos.shape == (2, 10)


def test_bloque_is_a_copy_of_what_the_child_may_still_change(anillo):
    memoria = ring.abrir(anillo, escritura=True)
    memoria[:16] = struct.pack("<hH12s", 0, 3, b"abc")
    bloque = blocks.Decodificador(Molde(16, valores.LATIN, (Campo(*BUENO),)), ("A",), anillo).bloque(0, 1)
    memoria[:16] = struct.pack("<hH12s", 0, 3, b"xyz")
    assert filas_de(bloque) == [("abc",)]
    assert bloque.fila(0) == ("abc",)


@pytest.mark.parametrize("valor", [math.nan, math.inf, 0.123456, 1e12 + 0.5, 3e14, -1e300])
def test_bloque_leaves_to_the_row_reader_what_is_no_decimal_of_the_scale(anillo, valor):
    ring.abrir(anillo, escritura=True)[:16] = struct.pack("<6xhd", 0, valor)
    molde = Molde(16, valores.LATIN, (Campo(filas.DOBLE, 8, 8, 6, -4, 1),))
    bloque = blocks.Decodificador(molde, ("A",), anillo).bloque(0, 1)
    assert bloque.raras is not None
    assert bloque.raras.tolist() == [True]
