"""Texts as the customer's programs wrote them: NONE, WIN1252 and UTF8 columns, bytes that cp1252 lacks, dialect 1."""

import datetime
from decimal import Decimal

import pytest

from lib.errors import Fatal, Rejected
from servers import source
from servers.firebird.charset import decidir

RARAS = "\x81\x8d\x8f\x90\x9d"  # bytes without a letter in Windows-1252
TEXTO = f"Peña € “x” {RARAS}"

ambos = pytest.mark.parametrize("controlador", ["firebird-driver", "firebirdsql"])


@pytest.fixture(scope="module")
def con_none(firebird_db):
    return firebird_db(
        "NONE.GDB",
        "CREATE TABLE T (ID INTEGER, A VARCHAR(40), B CHAR(9), C BLOB SUB_TYPE TEXT,"
        "D VARCHAR(9) CHARACTER SET OCTETS);"
        f"INSERT INTO T VALUES (1, '{TEXTO}', 'ñ\t', '{TEXTO}', 'x'); COMMIT;",
    )


@pytest.fixture(scope="module")
def con_win1252(firebird_db):
    return firebird_db(
        "WIN1252.GDB",
        "CREATE TABLE T (ID INTEGER, A VARCHAR(40) CHARACTER SET WIN1252, B CHAR(9) CHARACTER SET WIN1252,"
        "C BLOB SUB_TYPE TEXT CHARACTER SET WIN1252, D VARCHAR(40));"
        f"INSERT INTO T VALUES (1, '{TEXTO}', 'ñ', '{TEXTO}', '{TEXTO}'); COMMIT;",
    )


@pytest.fixture(scope="module")
def con_utf8(firebird, firebird_db):
    ruta = firebird_db(
        "UTF8.GDB",
        "CREATE TABLE T (ID INTEGER, A VARCHAR(40) CHARACTER SET UTF8, B CHAR(9) CHARACTER SET UTF8,"
        "C BLOB SUB_TYPE TEXT CHARACTER SET UTF8, D VARCHAR(40), E VARCHAR(9) CHARACTER SET UNICODE_FSS); COMMIT;",
    )
    firebird.isql(ruta, "INSERT INTO T VALUES (1, 'Peña 世', 'ñ', '世', NULL, 'ñ €'); COMMIT;", charset="UTF8")
    firebird.isql(ruta, f"UPDATE T SET D = '{TEXTO}'; COMMIT;")
    return ruta


@pytest.fixture(scope="module")
def dialecto_1(firebird_db):
    return firebird_db(
        "DIALECTO1.GDB",
        """CREATE TABLE T (ID INTEGER, A NUMERIC(15,2), B DATE, C NUMERIC(9,2), D DOUBLE PRECISION, E NUMERIC(18,4));
        INSERT INTO T VALUES (1, 1.1, '2024-01-31 23:59:01', 1.5, 0.1, 12345678901.2345);
        INSERT INTO T VALUES (2, 1.239, '2024-02-01', -1.5, NULL, 0); COMMIT;""",
        dialect=1,
    )


@pytest.fixture
def leer(servidor_firebird):
    def leer(ruta, sql, parametros=(), **campos):
        with source.abrir(servidor_firebird(**campos), str(ruta)) as fuente, fuente.instantanea() as foto:
            return fuente.juego_caracteres, list(foto.filas(sql, parametros))

    return leer


@pytest.mark.parametrize(
    ("usados", "juego"),
    [
        ([], "ISO8859_1"),
        ([None, "NONE ", "ASCII", "ISO8859_1"], "ISO8859_1"),
        (["NONE", "WIN1252"], "WIN1252"),
        (["UTF8", "WIN1252"], "WIN1252"),
        (["NONE", "UNICODE_FSS"], "UTF8"),
        (["DOS850"], "UTF8"),
    ],
)
def test_decidir_takes_the_narrowest_charset_that_holds_all(usados, juego):
    assert decidir(usados) == juego


@ambos
def test_filas_read_none_columns_whatever_their_bytes(leer, con_none, controlador):
    leidas = leer(con_none, "SELECT A, B, C FROM T", controlador=controlador)
    assert leidas == ("ISO8859_1", [(TEXTO, "ñ\t", TEXTO)])


@ambos
def test_filas_read_win1252_columns(leer, con_win1252, controlador):
    leidas = leer(con_win1252, "SELECT A, B, C, D FROM T", controlador=controlador)
    assert leidas == ("WIN1252", [(TEXTO, "ñ", TEXTO, TEXTO)])


@ambos
def test_filas_read_utf8_columns_beside_none(leer, con_utf8, controlador):
    leidas = leer(con_utf8, "SELECT A, B, C, D, E FROM T", controlador=controlador)
    assert leidas == ("UTF8", [("Peña 世", "ñ", "世", TEXTO, "ñ €")])


@ambos
@pytest.mark.parametrize("valor", ["ñ", "€"])
def test_filas_find_rows_by_letters_beyond_ascii(leer, con_none, con_win1252, controlador, valor):
    for ruta in (con_none, con_win1252):
        _, leidas = leer(ruta, "SELECT ID FROM T WHERE A CONTAINING ?", [valor], controlador=controlador)
        assert leidas == [(1,)]


@ambos
def test_filas_in_a_charset_that_cannot_hold_the_text_say_so(leer, con_win1252, controlador):
    with pytest.raises(Fatal) as error:
        leer(con_win1252, "SELECT A FROM T", controlador=controlador, juego_caracteres="ISO8859_1")
    assert error.value.codigo == "transliteracion"
    assert "WIN1252" in error.value.remedio


@ambos
def test_filas_refuse_a_parameter_that_the_database_cannot_hold(leer, con_none, controlador):
    with pytest.raises(Rejected) as error:
        leer(con_none, "SELECT ID FROM T WHERE A = ?", ["世"], controlador=controlador)
    assert error.value.codigo == "texto_no_representable"


@ambos
def test_filas_refuse_binary_columns_by_name(leer, con_none, controlador):
    with pytest.raises(Fatal) as error:
        leer(con_none, "SELECT ID, D FROM T", controlador=controlador)
    assert (error.value.codigo, error.value.extra["columna"]) == ("columna_no_legible", "D")


@ambos
def test_filas_of_dialect_1_are_exact(leer, dialecto_1, controlador):
    _, leidas = leer(dialecto_1, "SELECT * FROM T ORDER BY ID", controlador=controlador)
    assert leidas == [
        (1, Decimal("1.10"), datetime.datetime(2024, 1, 31, 23, 59, 1), Decimal("1.50"), Decimal("0.1"),
         Decimal("12345678901.2345")),
        (2, Decimal("1.239"), datetime.datetime(2024, 2, 1), Decimal("-1.50"), None, Decimal("0.0000")),
    ]  # fmt: skip
    assert not any(isinstance(valor, float) for fila in leidas for valor in fila)


@ambos
def test_filas_of_dialect_1_mean_what_its_own_programs_mean(leer, dialecto_1, controlador):
    _, leidas = leer(dialecto_1, 'SELECT FIRST 1 10/4, "texto" FROM T', controlador=controlador)
    assert leidas == [(Decimal("2.5"), "texto")]


@ambos
def test_filas_of_dialect_1_take_dates_as_parameters(leer, dialecto_1, controlador):
    dias = [datetime.date(2024, 1, 1), datetime.date(2024, 2, 1)]
    _, leidas = leer(dialecto_1, "SELECT ID FROM T WHERE B >= ? AND B < ?", dias, controlador=controlador)
    assert leidas == [(1,)]
