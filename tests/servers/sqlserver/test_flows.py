"""Discovery and an administrator's SQL over a SQL Server: the same flows as over Firebird, against the fake."""

from datetime import date
from decimal import Decimal

import pytest

from companies import discovery
from companies.models import EmpresaServidor, PerfilConsulta
from inventory import extraction
from inventory.models import MovimientoInventario
from jobs.models import Estado
from jobs.running import ejecutar
from tests.fakes import tds
from tests.servers.conftest import CLAVE

EMPRESAS = tds.Tabla(
    {
        "CODIGO": tds.nchar(10),
        "NOMBRE": tds.nvarchar(80),
        "NIT": tds.varchar(20),
        "ANOFIS": tds.bigint(),
        "ARCHIVO": tds.nvarchar(250),
    },
    [
        ("01", "Peña & Hijos", "900.123.456-8", 2026, "CONTA2026"),
        ("02", "Sin NIT", None, 2026, "OTRA"),
        ("03", "Ruta hostil", "830555111", 2026, "x];DROP DATABASE y"),
    ],
)
VENTAS = tds.Tabla(
    {
        "TIPO_DOCUMENTO": tds.nvarchar(20),
        "FECHA": tds.date(),
        "ARTICULO_CODIGO": tds.varchar(30),
        "ARTICULO_NOMBRE": tds.nvarchar(80),
        "CANTIDAD": tds.decimal(18, 4),
        "PRECIO_UNITARIO": tds.money(),
        "CLAVE_ORIGEN": tds.varchar(40),
    },
    [
        ("FV", "2026-03-01", "A1", "Tornillo ñ", 2.5, "1000.1234", "V:1"),
        ("FV", "2026-03-31", "A2", "Tuerca", 1, "10", "V:2"),
        ("FC", "2026-04-01", "A1", "Tornillo ñ", 7, "900", "C:1"),
    ],
)
CONSULTA = """
SELECT TIPO_DOCUMENTO, FECHA, ARTICULO_CODIGO, ARTICULO_NOMBRE, CANTIDAD, PRECIO_UNITARIO, CLAVE_ORIGEN
FROM VENTAS WHERE FECHA >= ? AND FECHA < ?;
"""


@pytest.fixture
def servidor(crear_servidor):
    with tds.FakeTDS({"ADMIN": {"EMPRESAS": EMPRESAS}, "CONTA2026": {"VENTAS": VENTAS}}, clave=CLAVE) as fake:
        yield crear_servidor(
            nombre="SQL", tipo_servidor="SQL_SERVER", host="127.0.0.1", puerto=fake.puerto, usuario="sa",
            ruta_maestra="ADMIN",
        )  # fmt: skip


def correr(modulo, *args, **kwargs):
    run, _ = modulo.solicitar(*args, encolar=False, **kwargs)
    return ejecutar(str(run.pk), modulo.cumplir)


def test_descubrir_over_sql_server_finds_the_companies(servidor):
    run = correr(discovery, servidor)
    assert run.estado == Estado.COMPLETADA_CON_ERRORES  # the hostile path is written down, not followed
    empresa = EmpresaServidor.objects.get()
    assert (empresa.codigo, empresa.nombre, empresa.nit_base) == ("01", "Peña & Hijos", "900123456")
    assert empresa.ruta_base == "CONTA2026"


def test_extraer_an_administrators_sql_over_sql_server(servidor):
    correr(discovery, servidor)
    empresa = EmpresaServidor.objects.get()
    empresa.perfil_consulta, empresa.consulta_sql = PerfilConsulta.SQL, CONSULTA
    empresa.save()
    run = correr(extraction, empresa, date(2026, 3, 1), date(2026, 4, 30))
    assert run.estado == Estado.COMPLETADA, run.error
    rows = MovimientoInventario.objects.order_by("fecha").values_list("fecha", "articulo_nombre", "cantidad", "sentido")
    assert list(rows) == [
        (date(2026, 3, 1), "Tornillo ñ", Decimal("2.5"), -1),
        (date(2026, 3, 31), "Tuerca", Decimal(1), -1),
        (date(2026, 4, 1), "Tornillo ñ", Decimal(7), 1),
    ]
