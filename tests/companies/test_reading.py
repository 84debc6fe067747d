from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.reading import convertir
from lib.errors import Rejected
from servers.models import Servidor, TipoServidor

FIREBIRD = Servidor(tipo_servidor=TipoServidor.FIREBIRD)

FILA = ("01", "Ortopedia del Valle", "900.123.456-8", 2025, r"C:\Datos TNS\ORTO2025.GDB")
VALORES = st.one_of(st.none(), st.text(max_size=60), st.integers(), st.decimals(allow_nan=True), st.booleans())


def fila(**cambios):
    return tuple((dict(zip(("codigo", "nombre", "nit", "anio", "ruta"), FILA, strict=True)) | cambios).values())


def test_convertir_gives_a_company_of_a_row():
    leida = convertir(FILA, FIREBIRD)
    assert (leida.codigo, leida.nombre, leida.ruta_base) == ("01", "Ortopedia del Valle", FILA[4])
    assert leida.clave == ("900123456", 2025)


@pytest.mark.parametrize("anio", [2025, "2025", " 2025 ", Decimal(2025), Decimal("2025.00")])
def test_convertir_reads_the_year_in_every_type(anio):
    assert convertir(fila(anio=anio), FIREBIRD).anio_fiscal == 2025


def test_convertir_reads_numbers_where_texts_are_usual():
    leida = convertir(fila(codigo=7, nit=900123456), FIREBIRD)
    assert (leida.codigo, leida.nit.base) == ("7", "900123456")


def test_convertir_keeps_accents_and_drops_control_characters():
    assert convertir(fila(nombre="  Clínica\x00 Ñandú\x81\tS.A.S "), FIREBIRD).nombre == "Clínica Ñandú S.A.S"


@pytest.mark.parametrize(
    ("cambio", "codigo"),
    [
        ({"codigo": None}, "codigo_vacio"),
        ({"codigo": " \x00 "}, "codigo_vacio"),
        ({"codigo": "9" * 51}, "texto_demasiado_largo"),
        ({"nombre": None}, "nombre_vacio"),
        ({"nombre": "x" * 256}, "texto_demasiado_largo"),
        ({"nit": ""}, "nit_vacio"),
        ({"nit": None}, "nit_vacio"),
        ({"nit": "PENDIENTE"}, "nit_invalido"),
        ({"anio": None}, "anio_invalido"),
        ({"anio": 25}, "anio_invalido"),
        ({"anio": "20X5"}, "anio_invalido"),
        ({"anio": "²⁰²⁵"}, "anio_invalido"),
        ({"anio": Decimal("2025.5")}, "anio_invalido"),
        ({"anio": 9999}, "anio_invalido"),
        ({"ruta": None}, "ruta_base_vacio"),
        ({"ruta": "x" * 501}, "texto_demasiado_largo"),
        ({"ruta": "evil:/x"}, "ruta_invalida"),
        ({"ruta": "inet://otro:3050/C:/x.gdb"}, "ruta_invalida"),
        ({"ruta": r"\\srv\share\x.gdb"}, "ruta_invalida"),
        ({"ruta": r"C:\Datos\..\x.gdb"}, "ruta_invalida"),
        ({"ruta": "C:\\Datos\x00\\x.gdb"}, "ruta_invalida"),
    ],
)
def test_convertir_rejects_a_row_with_its_reason(cambio, codigo):
    with pytest.raises(Rejected) as caught:
        convertir(fila(**cambio), FIREBIRD)
    assert caught.value.codigo == codigo


@given(st.tuples(VALORES, VALORES, VALORES, VALORES, VALORES))
def test_convertir_ends_in_a_company_or_a_rejection(valores):
    try:
        leida = convertir(valores, FIREBIRD)
    except Rejected:
        return
    assert leida.codigo
    assert leida.nombre


def test_convertir_takes_the_database_name_of_a_sql_server():
    servidor = Servidor(tipo_servidor=TipoServidor.SQL_SERVER)
    assert convertir(fila(ruta="ORTO 2025"), servidor).ruta_base == "ORTO 2025"
    with pytest.raises(Rejected):
        convertir(FILA, servidor)
