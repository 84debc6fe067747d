"""Stock beside the sum of its movements: exact, one statement for a page, for staff only; stock stays the source's."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory import balance
from inventory.models import Existencia, MovimientoInventario

RUTA = "/api/existencias/"
MOVIMIENTOS = st.lists(
    st.tuples(
        st.sampled_from(["A1", "a1", "Ñ"]), st.sampled_from(["", "01"]), st.sampled_from([-1, 0, 1]),
        st.integers(-(10**14), 10**14).map(lambda n: Decimal(n).scaleb(-4)),
    ),
    max_size=15,
)  # fmt: skip


@pytest.fixture
def crear_existencia(empresa):
    def crear(**campos):
        valores = {
            "empresa_servidor": empresa, "articulo_codigo": "A1", "codigo_bodega": "01", "cantidad": Decimal(3),
            "leida": timezone.now(),
        }  # fmt: skip
        return Existencia.objects.create(**valores | campos)

    return crear


@pytest.fixture
def personal(django_user_model, db):
    """Staff that may see stock and movements."""
    user = django_user_model.objects.create_user("lector", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_existencia", "view_movimientoinventario"]))
    return user


@pytest.fixture
def api(client, personal):
    client.force_login(personal)
    return client


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(movimientos=MOVIMIENTOS)
def test_sumar_equals_the_sums_of_the_rows(crear_movimiento, crear_empresa, empresa, movimientos):
    MovimientoInventario.objects.all().delete()
    crear_movimiento(empresa_servidor=crear_empresa(), codigo_bodega="01", cantidad=Decimal(1000))
    for articulo, bodega, sentido, cantidad in movimientos:
        crear_movimiento(articulo_codigo=articulo, codigo_bodega=bodega, sentido=sentido, cantidad=cantidad)
    claves = [(empresa.pk, articulo, bodega) for articulo in ("A1", "a1", "Ñ", "X") for bodega in ("", "01")]
    assert balance.sumar_movimientos(claves) == {
        clave: sum((c * s for a, b, s, c in movimientos if (a, b) == clave[1:]), Decimal(0)) for clave in claves
    }


def test_sumar_nothing_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert balance.sumar_movimientos([]) == {}


def test_list_tells_the_difference_of_its_page_by_one_statement_more(
    api, crear_existencia, crear_movimiento, django_assert_num_queries
):
    for n in range(1, 4):
        crear_existencia(articulo_codigo=f"A{n}")
    crear_movimiento(codigo_bodega="01", sentido=1, cantidad=Decimal("0.1"))
    crear_movimiento(codigo_bodega="01", sentido=1, cantidad=Decimal("0.2"))
    crear_movimiento(codigo_bodega="02", sentido=1)
    sin = len(captured(api, f"{RUTA}?page_size=2"))
    with django_assert_num_queries(sin + 1):
        filas = api.get(f"{RUTA}?diferencia=true&page_size=2").json()["results"]
    assert [(fila["suma_movimientos"], fila["diferencia"], fila["cantidad"]) for fila in filas] == [
        ("0.3000", "2.7000", "3.0000"), ("0.0000", "3.0000", "3.0000"),
    ]  # fmt: skip


def captured(api, ruta):
    with CaptureQueriesContext(connection) as consultas:
        assert "diferencia" not in api.get(ruta).json()["results"][0]
    return consultas


def test_difference_comes_with_what_it_is_made_of(api, crear_existencia):
    existencia = crear_existencia()
    columnas = {"bodega", *balance.CLAVE, "cantidad", "suma_movimientos", "diferencia"}
    assert set(api.get(f"{RUTA}?campos=bodega&diferencia=true").json()["results"][0]) == columnas
    assert set(api.get(f"{RUTA}{existencia.pk}/?campos=bodega&diferencia=true").json()) == columnas
    assert set(api.get(f"{RUTA}?campos=bodega&diferencia=false").json()["results"][0]) == {"bodega"}


@pytest.mark.parametrize("query", ["diferencia=1", "diferencia=", "diferencia=si", "campos=diferencia"])
def test_difference_that_is_asked_for_badly_is_refused(api, crear_existencia, query):
    assert api.get(f"{RUTA}?{query}").status_code == 400


def test_difference_is_not_exported(api, crear_existencia):
    crear_existencia()
    assert api.get(f"{RUTA}exportar/?diferencia=true").status_code == 400


def test_no_key_learns_the_difference(client, clave_de, empresa, crear_existencia):
    existencia = crear_existencia()
    clave = clave_de(empresa.nit_base)
    for ruta in (RUTA, f"{RUTA}{existencia.pk}/"):
        for valor in ("true", "false"):
            assert client.get(f"{ruta}?diferencia={valor}", **clave).status_code == 400
        assert "diferencia" not in client.get(ruta, **clave).text


def test_who_sees_no_movements_learns_no_difference(api, personal, crear_existencia):
    personal.user_permissions.remove(Permission.objects.get(codename="view_movimientoinventario"))
    crear_existencia()
    assert api.get(f"{RUTA}?diferencia=true").status_code == 400
    assert "frente a sus movimientos</" not in api.get("/admin/inventory/existencia/").text


@pytest.mark.parametrize(
    ("sentido", "cantidad", "texto"),
    [(1, 3, "Cuadra"), (1, "0.5", ">2,5 más<"), (1, 5, ">2 menos<"), (-1, 1, ">4 más<")],
)
def test_admin_list_tells_the_difference_in_words(api, crear_existencia, crear_movimiento, sentido, cantidad, texto):
    crear_existencia()
    crear_movimiento(codigo_bodega="01", sentido=sentido, cantidad=Decimal(cantidad))
    pagina = api.get("/admin/inventory/existencia/").text
    assert texto in re.sub(r"\s*([<>])\s*", r"\1", pagina)
    assert "Qué significa «frente a sus movimientos»" in pagina


def test_admin_list_compares_its_page_by_one_statement(api, crear_existencia):
    for n in range(5):
        crear_existencia(articulo_codigo=f"A{n}")
    with CaptureQueriesContext(connection) as consultas:
        api.get("/admin/inventory/existencia/")
    assert sum('FROM "movimientos_inventario"' in consulta["sql"] for consulta in consultas) == 1
