"""The monthly summary equals sums made row by row in Python, whole and page by page, forth and back."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.models import EmpresaServidor
from inventory import monthly
from inventory.models import MovimientoInventario, TipoDocumento
from inventory.monthly import DIMENSIONES, ResumenMensual, clave, columnas
from lib.pagination import Cursor, InvalidCursor

POR = [(), ("articulo",), ("bodega", "tipo_documento"), tuple(DIMENSIONES)]
NUMERO = st.integers(-(10**14), 10**14).map(lambda n: Decimal(n).scaleb(-4))  # what SQLite keeps
FILA = st.fixed_dictionaries(
    {
        "empresa": st.integers(0, 2),
        "fecha": st.dates(date(2025, 11, 1), date(2026, 3, 31)),
        "articulo_codigo": st.sampled_from(["A1", "a1", "Ñ 2", "😀"]),
        "codigo_bodega": st.sampled_from(["", "01"]),
        "tipo_documento": st.sampled_from(TipoDocumento.values),
        "moneda": st.sampled_from(["", "COP", "USD"]),
        "sentido": st.sampled_from([-1, 0, 1]),
        "cantidad": NUMERO,
        "valor_total": NUMERO,
    }
)


@pytest.fixture
def empresas(crear_empresa):
    return [crear_empresa() for _ in range(3)]


@pytest.fixture
def guardar(crear_movimiento, empresas):
    """A function that stores these movements and no others."""
    modelo = crear_movimiento()

    def guardar(filas):
        MovimientoInventario.objects.all().delete()
        base = {f.attname: getattr(modelo, f.attname) for f in modelo._meta.fields if not f.primary_key}
        MovimientoInventario.objects.bulk_create(
            MovimientoInventario(
                **base | {k: v for k, v in fila.items() if k != "empresa"}
                | {"clave_origen": f"K:{n}", "empresa_servidor_id": empresas[fila["empresa"]].pk}
            )
            for n, fila in enumerate(filas)
        )  # fmt: skip

    return guardar


def resumen(por=()):
    return ResumenMensual(MovimientoInventario.objects.all(), EmpresaServidor.objects.all(), por)


def sumado_en_python(por):
    sumas = defaultdict(lambda: [0, Decimal(0), Decimal(0), Decimal(0)])
    for m in MovimientoInventario.objects.all():
        grupo = (m.empresa_servidor_id, f"{m.fecha:%Y-%m}", *(getattr(m, DIMENSIONES[una]) for una in por), m.moneda)
        parte = (1, m.cantidad, m.cantidad * m.sentido, m.valor_total)
        sumas[grupo] = [a + b for a, b in zip(sumas[grupo], parte, strict=True)]
    return dict(sumas)


def por_grupo(filas, por):
    pares = [(tuple(fila[c] for c in clave(por)), [fila[c] for c in monthly.SUMAS]) for fila in filas]
    assert len(dict(pares)) == len(pares)
    return dict(pares)


def paginas(por, tamano, cursor):
    vistas = []
    while cursor:
        pagina = resumen(por).pagina(Cursor.leer(str(cursor)), tamano)
        assert len(pagina.filas) <= tamano
        vistas.append(pagina.filas)
        cursor = pagina.anterior if cursor.atras else pagina.siguiente
    return vistas


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filas=st.lists(FILA, max_size=25), por=st.sampled_from(POR), tamano=st.integers(1, 9))
def test_summary_equals_the_sums_of_the_rows_however_it_is_paged(guardar, filas, por, tamano):
    guardar(filas)
    esperado = sumado_en_python(por)
    todas = list(resumen(por).filas())
    assert por_grupo(todas, por) == esperado
    adelante = paginas(por, tamano, Cursor())
    assert [*chain(*adelante)] == todas
    atras = paginas(por, tamano, Cursor(atras=True))
    assert [*chain(*atras[::-1])] == todas


def test_filas_name_article_and_warehouse_after_the_key(guardar, empresas, crear_movimiento):
    MovimientoInventario.objects.all().delete()
    crear_movimiento(articulo_codigo="A1", articulo_nombre="Tornillo", codigo_bodega="01", sistema_bodega="IMPLANTES")
    [fila] = resumen(("articulo", "bodega")).filas()
    assert tuple(fila) == columnas(("articulo", "bodega"))
    assert (fila["articulo_nombre"], fila["sistema_bodega"], fila["mes"]) == ("Tornillo", "IMPLANTES", "2026-03")
    assert [str(fila[c]) for c in monthly.SUMAS] == ["1", "2.5000", "-2.5000", "2500.0000"]


def test_sums_are_exact_where_doubles_are_not(crear_movimiento):
    for _ in range(10):
        crear_movimiento(cantidad=Decimal("99999999999.9999"), valor_total=Decimal("0.1"))
    [fila] = resumen().filas()
    assert (fila["cantidad"], fila["valor"]) == (Decimal("999999999999.9990"), Decimal("1.0000"))


@pytest.fixture
def anios(crear_movimiento):
    """A movement a month for two years."""
    for n in range(24):
        crear_movimiento(fecha=date(2025 + n // 12, n % 12 + 1, 15))


def test_page_sums_up_twelve_months_at_most(anios, django_assert_num_queries):
    with django_assert_num_queries(25):  # one for the company, then one for each month and one for the next
        pagina = resumen().pagina(Cursor(), 1000)
    assert [fila["mes"] for fila in pagina.filas] == [f"2025-{n:02}" for n in range(1, 13)]
    segunda = resumen().pagina(pagina.siguiente, 1000)  # the month of the cursor is one of the twelve
    assert [fila["mes"] for fila in segunda.filas] == [f"2026-{n:02}" for n in range(1, 12)]
    assert resumen().pagina(segunda.siguiente, 1000).siguiente is None


def test_page_stops_at_the_month_that_fills_it(anios, django_assert_num_queries):
    with django_assert_num_queries(5):
        pagina = resumen().pagina(Cursor(), 2)
    assert (len(pagina.filas), pagina.anterior) == (2, None)


def test_page_before_the_first_is_empty_and_leads_back(anios):
    primera = resumen().pagina(Cursor(), 2)
    antes = resumen().pagina(
        Cursor(atras=True, valores=(str(primera.filas[0]["empresa_servidor_id"]), "2025-01", "")), 2
    )
    assert (antes.filas, antes.anterior) == ([], None)
    assert resumen().pagina(antes.siguiente, 2).filas == primera.filas


@pytest.mark.parametrize(
    "valores",
    [
        ("1", "2026-03"), ("1", "2026-03", "", ""), ("x", "2026-03", ""), ("1", "2026-13", ""), ("1", "9999-12", ""),
        ("1", "2026-3", ""), ("1", "", ""), (str(2**70), "2026-03", ""), ("1", "2026-03", "\0"),
        ("1", "2026-03", "MONEDALARGA"), ("1", "2026-03", "\ud800"),
    ],
)  # fmt: skip
def test_cursor_that_is_none_is_refused(db, valores):
    with pytest.raises(InvalidCursor):
        resumen().pagina(Cursor(valores=valores), 10)
