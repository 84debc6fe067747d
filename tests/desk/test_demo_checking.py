from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from companies.models import EmpresaServidor
from desk.demo.checking import diferencias, diferencias_de_hallazgo
from desk.demo.tns_truth import Suma, Verdad, VerdadEmpresa
from inventory.models import MovimientoInventario
from servers.models import Servidor

UNA = {(3, "FACTURA_VENTA"): Suma(1, Decimal("2.5000"), Decimal("25.0000"))}


def _verdad(movimientos=UNA):
    verdad = Verdad()
    verdad.datos["900123456", 2026] = VerdadEmpresa("900123456", 2026, movimientos, 0, 0, 0, 0)
    return verdad


@pytest.fixture
def empresa(db):
    servidor = Servidor.objects.create(nombre="S", host="h", usuario="u", ruta_maestra="/a.gdb")
    return EmpresaServidor.objects.create(
        servidor=servidor, codigo="01", nombre="Uno", nit="900123456", nit_original="900123456",
        nit_base="900123456", anio_fiscal=2026, ruta_base="/b.gdb",
    )  # fmt: skip


def _movimiento(empresa, cantidad="2.5"):
    MovimientoInventario.objects.create(
        empresa_servidor=empresa, clave_origen="K:1", tipo_documento="FACTURA_VENTA", fecha=date(2026, 3, 31),
        articulo_codigo="A", cantidad=Decimal(cantidad), sentido=-1, precio_unitario=Decimal(10),
        valor_total=Decimal(cantidad) * 10,
    )  # fmt: skip


def test_diferencias_are_none_where_all_is_well(empresa):
    _movimiento(empresa)
    assert diferencias(_verdad()) == []


def test_diferencias_tell_of_a_missing_company(db):
    assert diferencias(_verdad())[0] == "Falta la empresa con NIT 900123456 del año 2026."


def test_diferencias_tell_of_a_missing_row(empresa):
    assert "mes 3, FACTURA_VENTA: 0 filas" in diferencias(_verdad())[0]


def test_diferencias_tell_of_a_row_too_many(empresa):
    _movimiento(empresa)
    assert "deben ser 0" in diferencias(_verdad({}))[0]


def test_diferencias_tell_of_a_ten_thousandth(empresa):
    _movimiento(empresa, "2.5001")
    assert len(diferencias(_verdad())) == 1


def test_hallazgo_takes_a_company_kept_from_before_as_good():
    assert diferencias_de_hallazgo(Counter(creada=2), Counter(sin_cambios=1, actualizada=1), "S") == []


def test_hallazgo_tells_of_one_that_was_not_left_out():
    told = diferencias_de_hallazgo(Counter(creada=1, omitida=1), Counter(creada=2), "S")
    assert told == ["S: 2 empresas guardadas y deben ser 1.", "S: 0 empresas omitidas y deben ser 1."]
