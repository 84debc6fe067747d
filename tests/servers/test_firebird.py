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
def servidor(request, firebird) -> Servidor:
    """The private server, through each driver."""
    servidor = Servidor(nombre="Prueba", host="127.0.0.1", puerto=firebird.port, usuario=firebird.usuario)
    servidor.password = firebird.password
    servidor.controlador = request.param
    return servidor


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


def test_abrir_with_wrong_password_says_so(servidor, tipos):
    servidor.password = "otra"
    with pytest.raises(Fatal) as error, source.abrir(servidor, tipos):
        pass
    assert error.value.codigo == "acceso_denegado"
