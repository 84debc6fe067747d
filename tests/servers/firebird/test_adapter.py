"""The adapter against a real Firebird server, through both drivers."""

import datetime
from decimal import Decimal

import pytest

from lib.errors import Fatal
from servers import source
from servers.models import Servidor

TIPOS = """
CREATE TABLE TIPOS (ID INTEGER, NOMBRE VARCHAR(20), CODIGO CHAR(5), PRECIO NUMERIC(15,2), FECHA DATE,
  INSTANTE TIMESTAMP, DOBLE DOUBLE PRECISION, SIMPLE FLOAT, HORA TIME, NOTA BLOB SUB_TYPE TEXT, ENTERA NUMERIC(9,0),
  GRANDE BIGINT);
INSERT INTO TIPOS VALUES (1, 'Peña', 'ab', 1.25, '2024-01-02', '2024-01-02 10:11:12.345', 0.1, 0.1, '10:11:12',
  'con ñ', 5, 9223372036854775807);
INSERT INTO TIPOS (ID) VALUES (2);
COMMIT;
"""
FILA = (
    1,
    "Peña",
    "ab",
    Decimal("1.25"),
    datetime.date(2024, 1, 2),
    datetime.datetime(2024, 1, 2, 10, 11, 12, 345000),
    Decimal("0.1"),
    Decimal("0.1"),
    datetime.time(10, 11, 12),
    "con ñ",
    Decimal("5"),
    9223372036854775807,
)


@pytest.fixture(params=["firebird-driver", "firebirdsql"])
def servidor(request, servidor_firebird) -> Servidor:
    """The private server, through each driver."""
    return servidor_firebird(request.param)


@pytest.fixture(scope="module")
def tipos(firebird_db) -> str:
    return str(firebird_db("TIPOS.GDB", TIPOS))


def test_filas_give_exact_typed_values(servidor, tipos):
    with source.abrir(servidor, tipos) as fuente, fuente.instantanea() as foto:
        filas = foto.filas("SELECT * FROM TIPOS WHERE ID < ? ORDER BY ID", [10])
        assert filas.columnas[:3] == ("ID", "NOMBRE", "CODIGO")
        leidas = list(filas)
    assert leidas == [FILA, (2, *[None] * 11)]
    assert [type(v) for v in leidas[0]] == [type(v) for v in FILA]


def test_abrir_tells_version_dialect_charset_and_driver(servidor, tipos):
    with source.abrir(servidor, tipos) as fuente:
        assert fuente.version.startswith("3.0")
        assert (fuente.dialecto, fuente.juego_caracteres) == (3, "ISO8859_1")
        assert fuente.controlador == servidor.controlador


def test_catalogo_names_user_columns_only(servidor, tipos):
    with source.abrir(servidor, tipos) as fuente, fuente.instantanea() as foto:
        catalogo = foto.catalogo()
    assert set(catalogo) == {"TIPOS"}
    assert {"ID", "NOMBRE", "GRANDE"} <= catalogo["TIPOS"]


def test_filas_refuse_to_write(servidor, tipos):
    with source.abrir(servidor, tipos) as fuente, fuente.instantanea() as foto:
        with pytest.raises(Fatal) as error:
            foto.filas("UPDATE TIPOS SET ID = 3")
        assert error.value.codigo == "solo_lectura"
        assert list(foto.filas("SELECT COUNT(*) FROM TIPOS")) == [(2,)]


EXTREMOS = """
INSERT INTO TIPOS VALUES (-2147483648, '', '', -9999999999999.99, '0001-01-01', '0001-01-01 00:00:00', 1e300, -1e30,
  '23:59:59.9999', '', -999999999, -9223372036854775808);
INSERT INTO TIPOS VALUES (2147483647, '  a  ', '     ', 0.01, '9999-12-31', '9999-12-31 23:59:59.9999', 1e-300, 1e-30,
  '00:00', '  ', 0, 0);
COMMIT;
"""
RAROS = """
SELECT T.*, '' VACIO, NULL NADA, 'x' EQUIS, 1.5 * 2.25 PRODUCTO, CAST(1 AS NUMERIC(4,1)) CORTO FROM TIPOS T ORDER BY ID
"""


def test_filas_are_the_same_through_both_drivers(servidor_firebird, firebird, firebird_db):
    ruta = str(firebird_db("EXTREMOS.GDB", TIPOS + EXTREMOS))
    leidas = []
    for controlador in ("firebird-driver", "firebirdsql"):
        with source.abrir(servidor_firebird(controlador), ruta) as fuente, fuente.instantanea() as foto:
            filas = foto.filas(RAROS)
            leidas.append((filas.columnas, [tuple(map(repr, fila)) for fila in filas]))
    assert leidas[0] == leidas[1]
    assert leidas[0][1][-1][1:3] == ("'  a  '", "''")
    assert leidas[0][1][0][8] == "datetime.time(23, 59, 59, 999900)"


DOCE = ", ".join(f"ID COLUMNA_LARGA_{n}" for n in range(12))


def test_filas_take_twelve_columns_and_two_parameters(servidor, tipos):
    sql = f"SELECT {DOCE} FROM TIPOS WHERE FECHA >= ? AND FECHA < ?"
    dias = [datetime.date(2024, 1, 1), datetime.date(2024, 2, 1)]
    with source.abrir(servidor, tipos) as fuente, fuente.instantanea() as foto:
        assert list(foto.filas(sql, dias)) == [(1,) * 12]


@pytest.mark.parametrize("valor", [Decimal("1.25"), "1.25", 1.25])
def test_filas_take_decimals_as_parameters(servidor, tipos, valor):
    with source.abrir(servidor, tipos) as fuente, fuente.instantanea() as foto:
        assert list(foto.filas("SELECT ID FROM TIPOS WHERE PRECIO = ?", [valor])) == [(1,)]


LARGO = 70_000  # above what one segment of a BLOB holds


@pytest.fixture(scope="module")
def con_blobs(firebird_db) -> str:
    """BLOBs of 70,000 and of 2,100,000 letters."""
    sql = f"""CREATE TABLE T (ID INTEGER, A BLOB SUB_TYPE TEXT); COMMIT;
        SET TERM ^;
        EXECUTE BLOCK AS DECLARE B BLOB SUB_TYPE TEXT; DECLARE N INTEGER = 0; BEGIN
          B = ''; WHILE (N < {LARGO // 1000}) DO BEGIN B = B || RPAD('', 1000, 'ñ'); N = N + 1; END
          INSERT INTO T VALUES (1, :B);
          B = :B || :B || :B || :B || :B || :B; B = :B || :B || :B || :B || :B;
          INSERT INTO T VALUES (2, :B);
        END^
        SET TERM ;^ COMMIT;"""
    return str(firebird_db("BLOB.GDB", sql))


def test_filas_hold_a_large_text_blob(servidor, con_blobs):
    with source.abrir(servidor, con_blobs) as fuente, fuente.instantanea() as foto:
        assert list(foto.filas("SELECT A FROM T WHERE ID = 1")) == [("ñ" * LARGO,)]


def test_filas_refuse_a_text_blob_above_the_bound(servidor_firebird, con_blobs):
    with source.abrir(servidor_firebird("firebird-driver"), con_blobs) as fuente, fuente.instantanea() as foto:
        with pytest.raises(Fatal) as error:
            list(foto.filas("SELECT A FROM T WHERE ID = 2"))
        assert list(foto.filas("SELECT 1 FROM RDB$DATABASE")) == [(1,)]
    assert error.value.codigo == "texto_demasiado_grande"


def test_instantanea_has_its_moment_in_utc(servidor, tipos):
    antes = datetime.datetime.now(datetime.UTC)
    with source.abrir(servidor, tipos) as fuente, fuente.instantanea() as foto:
        assert antes <= foto.momento <= datetime.datetime.now(datetime.UTC)
