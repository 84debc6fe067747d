from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from inventory.conversion import CAMPOS, Conversor
from inventory.models import ReglaBodega, TipoBodega
from inventory.months import Mes
from inventory.warehouses import Clasificador
from lib.errors import Rejected

FILA = {
    "CLAVE_ORIGEN": "K:17", "TIPO_DOCUMENTO": "FV", "PREFIJO": "00", "NUMERO": "000123 ", "LINEA": 2,
    "FECHA": datetime(2026, 3, 31, 23, 59, 30), "HORA": None, "PAGADOR": " Clínica del Café ", "CODIGO_BODEGA": "01",
    "SISTEMA_BODEGA": "IMPLANTES", "ARTICULO_CODIGO": "TOR-1 ", "ARTICULO_NOMBRE": "Tornillo",
    "CANTIDAD": Decimal("2.5"), "PRECIO_UNITARIO": Decimal("10.33335"), "REMTOTFAC": Decimal("2.5"),
}  # fmt: skip
REGLAS = [ReglaBodega(palabras="IMPLANTES", tipo_bodega=TipoBodega.IMPLANTE)]


def conversor(columnas=FILA, **opciones):
    return Conversor(tuple(columnas), mes=Mes(date(2026, 3, 1)), clasificador=Clasificador(REGLAS), **opciones)


def convertir(conversor_=None, **cambios):
    fila = FILA | cambios
    made = (conversor_ or conversor(fila)).convertir(tuple(fila.values()))
    return dict(zip(CAMPOS, made, strict=True))


def motivo(conversor_=None, **cambios):
    with pytest.raises(Rejected) as error:
        convertir(conversor_, **cambios)
    return error.value.codigo


def test_convertir_makes_a_movement():
    made = convertir()
    assert made["clave_origen"] == "K:17"
    assert made["tipo_documento"] == "FACTURA_VENTA"
    assert made["documento"] == "FV-00-000123"
    assert (made["fecha"], made["hora"]) == (date(2026, 3, 31), time(23, 59, 30))
    assert (made["cantidad"], made["sentido"]) == (Decimal("2.5"), -1)
    assert made["precio_unitario"] == Decimal("10.3334")
    assert made["valor_total"] == Decimal("25.8335")
    assert made["articulo_codigo"] == "TOR-1"
    assert made["pagador"] == "Clínica del Café"
    assert made["tipo_bodega"] == "IMPLANTE"
    assert (made["es_implante"], made["es_instrumental"], made["es_equipo_poder"]) == (True, False, False)
    assert made["linea"] == 2
    assert made["paciente"] == ""


@pytest.mark.parametrize(
    ("code", "tipo", "sentido"),
    [
        ("FV", "FACTURA_VENTA", -1), ("FC", "FACTURA_COMPRA", 1), ("DV", "DEVOLUCION_VENTA", 1),
        ("DC", "DEVOLUCION_COMPRA", -1), ("RS", "REMISION_SALIDA", -1), ("re ", "REMISION_ENTRADA", 1),
        ("TRS", "TRASLADO_SALIDA", -1), ("TRE", "TRASLADO_ENTRADA", 1), ("factura_venta", "FACTURA_VENTA", -1),
    ],
)  # fmt: skip
def test_convertir_knows_kind_and_direction(code, tipo, sentido):
    made = convertir(TIPO_DOCUMENTO=code)
    assert (made["tipo_documento"], made["sentido"]) == (tipo, sentido)


@pytest.mark.parametrize("code", ["ZZ", "CT", "FVX"])
def test_convertir_rejects_an_unknown_kind(code):
    assert motivo(TIPO_DOCUMENTO=code) == "tipo_desconocido"


@pytest.mark.parametrize("column", ["TIPO_DOCUMENTO", "FECHA", "ARTICULO_CODIGO", "CANTIDAD", "CLAVE_ORIGEN"])
def test_convertir_rejects_an_empty_obligatory_field(column):
    assert motivo(**{column: None}) == "campo_vacio"


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 4, 1)])
def test_convertir_rejects_a_date_that_was_not_asked_for(day):
    assert motivo(FECHA=day) == "fuera_de_ventana"


def test_convertir_keeps_the_sign_of_the_source():
    maker = conversor()
    made = convertir(maker, CANTIDAD=Decimal(-3))
    assert (made["cantidad"], made["sentido"], made["valor_total"]) == (Decimal(-3), -1, Decimal("-31.0002"))
    assert maker.cuentas["negativas"] == 1


def test_convertir_counts_a_line_without_a_price():
    maker = conversor()
    made = convertir(maker, PRECIO_UNITARIO=None)
    assert (made["precio_unitario"], made["valor_total"]) == (0, 0)
    assert maker.cuentas["sin_precio"] == 1


def test_convertir_counts_rounded_values_and_cleaned_texts():
    maker = conversor()
    made = convertir(maker, CANTIDAD=Decimal("1.00005"), PAGADOR="a\x00b")
    assert made["cantidad"] == Decimal("1.0001")
    assert made["pagador"] == "ab"
    assert maker.cuentas == {"redondeadas": 2, "limpiadas": 1}


def test_convertir_rejects_a_text_that_does_not_fit():
    assert motivo(ARTICULO_NOMBRE="x" * 256) == "texto_largo"
    assert motivo(NUMERO="9" * 60) == "texto_largo"


def test_convertir_rejects_what_sqlite_would_not_keep():
    maker = conversor(solo_15_cifras=True)
    assert motivo(maker, CANTIDAD=Decimal("123456789012.3456")) == "precision"
    assert motivo(maker, CANTIDAD=Decimal("12345678.1234"), PRECIO_UNITARIO=Decimal("98765.4321")) == "precision"
    assert convertir(CANTIDAD=Decimal("123456789012.3456"))["cantidad"] == Decimal("123456789012.3456")


@pytest.mark.parametrize(("value", "sentido"), [(Decimal(1), 0), ("S", 0), (Decimal(0), -1), ("N", -1), (None, -1)])
def test_convertir_gives_no_direction_to_an_invoiced_remission_under_the_rule(value, sentido):
    assert convertir(conversor(remision_no_mueve=True), REMTOTFAC=value)["sentido"] == sentido
    assert convertir(REMTOTFAC=value)["sentido"] == -1


@pytest.mark.parametrize(("code", "sentido"), [("FC", 0), ("RS", -1), ("RE", 1), ("DV", 1)])
def test_convertir_takes_the_direction_from_invoices_only_under_the_rule(code, sentido):
    """A remission that was invoiced has moved the goods; it must not lose its direction as well."""
    assert convertir(conversor(remision_no_mueve=True), TIPO_DOCUMENTO=code)["sentido"] == sentido


def test_convertir_rejects_a_value_that_no_sum_would_hold():
    assert motivo(CANTIDAD=Decimal(10**9), PRECIO_UNITARIO=Decimal(10**9)) == "fuera_de_rango"


def test_convertir_takes_a_given_kind_of_warehouse():
    made = convertir(TIPO_BODEGA="equipo de poder")
    assert made["tipo_bodega"] == "EQUIPO DE PODER"
    assert convertir(TIPO_BODEGA="otra")["tipo_bodega"] == "IMPLANTE"
    assert convertir(SISTEMA_BODEGA=None)["tipo_bodega"] == ""


def test_convertir_counts_the_days_since_the_order():
    assert convertir(FECHA_ORDEN_PEDIDO=date(2026, 3, 1))["lead_time_dias"] == 30


def test_clave_is_the_hash_of_the_row_and_its_ordinal():
    rest = {name: value for name, value in FILA.items() if name != "CLAVE_ORIGEN"}
    maker = conversor(rest)
    first, second = (maker.clave(tuple(rest.values())) for _ in range(2))
    assert first.endswith(":1")
    assert second == first[:-1] + "2"
    assert len(first) < 80
    other = conversor(dict(reversed(rest.items())), ordinales=Counter())
    same = tuple(Decimal("2.50") if value == Decimal("2.5") else value for value in reversed(rest.values()))
    assert other.clave(same) == first


def test_crudo_can_be_kept_as_json():
    row = conversor().crudo(tuple(FILA.values()))
    assert row["FECHA"] == "2026-03-31T23:59:30"
    assert row["CANTIDAD"] == "2.5"
