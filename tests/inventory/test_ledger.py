"""The window's sums and hash: the same over the rows as read and by one query over the rows as stored."""

import re
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.models import EmpresaServidor
from inventory import ledger
from inventory.models import MovimientoInventario, TipoDocumento, VentanaExtraccion
from lib import bulk
from lib.errors import Fatal
from lib.money import producto
from servers.models import Servidor

ENERO, FEBRERO = date(2026, 1, 1), date(2026, 2, 1)
CAMPOS = (
    "empresa_servidor_id", "clave_origen", "tipo_documento", "fecha", "hora", "codigo_bodega", "articulo_codigo",
    "cantidad", "sentido", "precio_unitario", "valor_total",
)  # fmt: skip


@pytest.fixture
def empresa(db):
    servidor = Servidor.objects.create(nombre="BCE", host="127.0.0.1", usuario="SYSDBA", ruta_maestra="ADMIN.gdb")
    return EmpresaServidor.objects.create(
        servidor=servidor, codigo="1", nombre="Quirúrgicos", nit="900123456", nit_original="900.123.456-8",
        nit_base="900123456", anio_fiscal=2026, ruta_base="/datos/Q2026.gdb",
    )  # fmt: skip


def fila(empresa, clave="K:1", *, fecha=ENERO, articulo="A1", bodega="01", cantidad="2", precio="10.5"):
    number, price = Decimal(cantidad), Decimal(precio)
    return (
        empresa.pk, clave, TipoDocumento.FACTURA_VENTA.value, fecha, time(23, 59), bodega, articulo, number, -1, price,
        producto(number, price),
    )  # fmt: skip


def guardar(filas):
    with bulk.preparar(MovimientoInventario, CAMPOS) as lote:
        lote.agregar(filas)
        with transaction.atomic():
            lote.fusionar(clave=("empresa_servidor_id", "clave_origen"), ambito=Q(fecha__gte=date.min))


def resumir(filas):
    sumador = ledger.Sumador(CAMPOS)
    for each in filas:
        sumador.sumar(each)
    return sumador.resumen()


def anotar(empresa, leido, **extra):
    with transaction.atomic():
        return ledger.anotar_ventana(
            empresa, ENERO, FEBRERO, leido=leido, origen="1:/datos", receta="r", leida=timezone.now(), **extra
        )


@transaction.atomic
def guardar_y_anotar(empresa, filas, leido):
    guardar(filas)
    anotar(empresa, leido)


def test_resumen_of_stored_rows_is_that_of_the_rows_read(empresa):
    rows = [fila(empresa), fila(empresa, "K:2", cantidad="-0.0001", precio="99999999999.9999", articulo="Ñandú 😀")]
    guardar(rows)
    stored = ledger.resumen_guardado(empresa, ENERO, FEBRERO)
    assert stored == resumir(rows)
    assert (stored.filas, stored.suma_cantidad, stored.suma_valor) == (2, Decimal("1.9999"), Decimal("-9999979.0000"))


def test_resumen_of_an_empty_window_is_zero(empresa):
    assert ledger.resumen_guardado(empresa, ENERO, FEBRERO) == resumir([]) == ledger.Resumen(0, 0, 0, "0")


def test_resumen_takes_the_window_of_the_company_only(empresa):
    rows = [fila(empresa), fila(empresa, "K:2", fecha=FEBRERO), fila(empresa, "K:3", fecha=date(2025, 12, 31))]
    guardar(rows)
    assert ledger.resumen_guardado(empresa, ENERO, FEBRERO) == resumir(rows[:1])


def test_resumen_does_not_depend_on_the_order(empresa):
    rows = [fila(empresa, f"K:{n}") for n in range(5)]
    assert resumir(rows) == resumir(rows[::-1])


@pytest.mark.parametrize(
    "change",
    [
        {"clave": "K:2"}, {"fecha": date(2026, 1, 2)}, {"articulo": "A2"}, {"bodega": ""}, {"cantidad": "2.0001"},
        {"precio": "10.5001"}, {"articulo": "A", "bodega": "101"},
    ],
)  # fmt: skip
def test_huella_tells_rows_that_differ(empresa, change):
    assert resumir([fila(empresa, **change)]).huella != resumir([fila(empresa)]).huella


TEXTOS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
QUINCE_CIFRAS = st.builds(
    lambda n, places: Decimal(n).scaleb(-places), st.integers(-(10**15) + 1, 10**15 - 1), st.integers(1, 4)
)
CANTIDADES = st.sampled_from(["0", "0.0001", "-0.0001", "99999999999.9999", "-99999999999.9999"]).map(Decimal) | (
    QUINCE_CIFRAS.filter(lambda n: abs(n) < 10**14)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(TEXTOS, st.dates(ENERO, date(2026, 1, 31)), TEXTOS, TEXTOS, CANTIDADES, CANTIDADES), max_size=6)
)
def test_resumen_is_the_same_in_python_and_in_the_database(empresa, partes):
    rows = [
        (empresa.pk, f"{n}{clave}", "FACTURA_VENTA", fecha, None, bodega, articulo, cantidad, 1, precio, precio)
        for n, (clave, fecha, articulo, bodega, cantidad, precio) in enumerate(partes)
    ]
    guardar(rows)
    assert ledger.resumen_guardado(empresa, ENERO, FEBRERO) == resumir(rows)


def test_anotar_ventana_writes_the_ledger_row_and_later_the_same_one(empresa):
    rows = [fila(empresa), fila(empresa, "K:2")]
    guardar(rows)
    first = anotar(empresa, resumir(rows), rechazadas=3, redondeadas=1, origen_filas=5, origen_cantidad="7.5")
    again = anotar(empresa, resumir(rows))
    stored = VentanaExtraccion.objects.get()
    assert stored.pk == first.pk == again.pk
    assert (stored.filas, stored.suma_cantidad, stored.suma_valor) == (2, Decimal(4), Decimal(42))
    assert (stored.huella, stored.rechazadas, stored.origen_filas) == (resumir(rows).huella, 0, None)


def test_anotar_ventana_refuses_what_does_not_square_and_undoes_the_window(empresa):
    rows = [fila(empresa), fila(empresa, "K:2")]
    with pytest.raises(Fatal) as error:
        guardar_y_anotar(empresa, rows, resumir(rows[:1]))
    assert error.value.codigo == "cuadre_fallido"
    assert not MovimientoInventario.objects.exists()
    assert not VentanaExtraccion.objects.exists()


def test_anotar_ventana_refuses_sums_beyond_the_ledger(empresa):
    rows = [fila(empresa, cantidad="99999999999", precio="100000")]
    guardar(rows)
    with pytest.raises(Fatal) as error:
        anotar(empresa, resumir(rows))
    assert error.value.codigo == "suma_desbordada"


@pytest.mark.django_db(transaction=True)
def test_anotar_ventana_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        ledger.anotar_ventana(None, ENERO, FEBRERO, leido=resumir([]), origen="", receta="", leida=timezone.now())


def test_the_worked_example_of_the_docs_is_true(empresa):
    text = (Path(django_settings.BASE_DIR) / "docs" / "data-flow.md").read_text()
    shares = re.findall(r"^\| `(K:\d+)␟(\S+?)␟(\w+)␟([^␟]*)␟([^␟]*)␟(-?\d+)␟(-?\d+)` \| `(\w{15})` \|$", text, re.M)
    total = re.search(r"^huella = `(\w+)`$", text, re.M)
    assert len(shares) == 2
    assert [f"{ledger.huella_de_fila(*parts):015x}" for *parts, _ in shares] == [share for *_, share in shares]
    assert f"{sum(int(share, 16) for *_, share in shares):x}" == total[1]
