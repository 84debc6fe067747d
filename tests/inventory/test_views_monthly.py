"""The monthly summary as the API answers it: who sees what, how it is asked for, and how it is paged."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission

from companies.models import UsuarioEmpresa

RUTA = "/api/movimientos/resumen_mensual/"
FILA = {
    "mes": "2026-03", "moneda": "", "movimientos": 1, "cantidad": "2.5000", "cantidad_con_signo": "-2.5000",
    "valor": "2500.0000",
}  # fmt: skip


@pytest.fixture
def lector(django_user_model, db):
    user = django_user_model.objects.create_user("lector", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_movimientoinventario"))
    return user


@pytest.fixture
def api(client, lector):
    client.force_login(lector)
    return client


def filas(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_summary_is_by_month_and_currency(api, crear_movimiento, empresa):
    crear_movimiento()
    crear_movimiento(moneda="USD", fecha=date(2026, 3, 31), sentido=1)
    crear_movimiento(moneda="USD", fecha=date(2026, 3, 1), sentido=0, cantidad=Decimal(-1))
    response = api.get(RUTA[:-1])
    usd = {
        "moneda": "USD",
        "movimientos": 2,
        "cantidad": "1.5000",
        "cantidad_con_signo": "2.5000",
        "valor": "5000.0000",
    }
    assert filas(response) == [{"empresa_servidor_id": empresa.pk} | FILA | otra for otra in ({}, usd)]
    assert (response.json()["next"], response.json()["previous"]) == (None, None)


@pytest.mark.parametrize(
    ("por", "columnas"),
    [
        ("articulo", {"articulo_codigo": "A1", "articulo_nombre": "Tornillo"}),
        ("bodega", {"codigo_bodega": "01", "sistema_bodega": "B"}),
        ("tipo_documento", {"tipo_documento": "FACTURA_VENTA"}),
        (
            "tipo_documento, articulo",
            {"tipo_documento": "FACTURA_VENTA", "articulo_codigo": "A1", "articulo_nombre": "Tornillo"},
        ),
    ],
)
def test_por_adds_its_columns(api, crear_movimiento, empresa, por, columnas):
    crear_movimiento(codigo_bodega="01", sistema_bodega="B")
    assert filas(api.get(RUTA, {"por": por})) == [{"empresa_servidor_id": empresa.pk} | FILA | columnas]


def test_filters_of_the_list_narrow_the_summary(api, crear_movimiento, crear_empresa):
    for dia in (1, 15, 31):
        crear_movimiento(fecha=date(2026, 3, dia))
    otra = crear_movimiento(empresa_servidor=crear_empresa(), articulo_codigo="A2", codigo_bodega="09")
    for query, esperados in (
        ("fecha_desde=2026-03-02&fecha_hasta=2026-03-15", [1]), ("articulo_codigo=A2", [1]), ("codigo_bodega=09", [1]),
        (f"empresa_servidor_id={otra.empresa_servidor_id}", [1]), ("documento=NADA", []),
        ("tipo_documento=FACTURA_VENTA", [3, 1]), ("empresa_servidor_id=999999", []), ("empresa_servidor_id=", [3, 1]),
    ):  # fmt: skip
        assert [fila["movimientos"] for fila in filas(api.get(f"{RUTA}?{query}"))] == esperados, query


def test_pages_follow_one_another_with_campos(api, crear_movimiento, crear_empresa):
    for empresa in (crear_empresa(), crear_empresa()):
        for mes in (1, 2, 2):
            crear_movimiento(empresa_servidor=empresa, fecha=date(2026, mes, 1), articulo_codigo=f"A{mes}")
    vistas, enlace = [], f"{RUTA}?por=articulo&campos=articulo_codigo,movimientos&page_size=3"
    while enlace:
        ultima = api.get(enlace)
        vistas += filas(ultima)
        enlace = ultima.json()["next"]
    assert [tuple(fila.values()) for fila in vistas] == [("A1", 1), ("A2", 2)] * 2
    assert filas(api.get(ultima.json()["previous"])) == vistas[:3]


@pytest.mark.parametrize(
    ("query", "campo"),
    [
        ("por=medico", "por"), ("por=", "por"), ("por=articulo,paciente", "por"), ("campos=articulo_codigo", "campos"),
        ("campos=paciente", "campos"), ("ordering=-fecha", "ordering"), ("cursor=x", "cursor"),
        ("paciente=x", "paciente"),
        ("page_size=1001", "page_size"), ("fecha_desde=2026-02-30", "fecha_desde"),
        ("empresa_servidor_id=1.5", "empresa_servidor_id"),
    ],
)  # fmt: skip
def test_parameter_that_is_bad_is_refused_by_name(api, query, campo):
    response = api.get(f"{RUTA}?{query}")
    assert (response.status_code, list(response.json()["error"]["campos"])) == (400, [campo])


@pytest.mark.parametrize("para", ["", "&por=bodega", "&por=articulo,bodega"])
def test_cursor_of_other_dimensions_is_refused(api, crear_movimiento, para):
    for n in (1, 2):
        crear_movimiento(articulo_codigo=f"A{n}")
    cursor = api.get(f"{RUTA}?por=articulo&page_size=1").json()["next"].partition("cursor=")[2].partition("&")[0]
    response = api.get(f"{RUTA}?cursor={cursor}{para}")
    assert (response.status_code, list(response.json()["error"]["campos"])) == (400, ["cursor"])


def test_key_sums_up_its_own_companies_only(client, clave_de, crear_movimiento, crear_empresa, empresa):
    crear_movimiento()
    ajeno = crear_movimiento(empresa_servidor=crear_empresa(), moneda="AJENA")
    clave = clave_de(empresa.nit_base)
    assert filas(client.get(RUTA, **clave)) == [{"empresa_servidor_id": empresa.pk} | FILA]
    assert filas(client.get(f"{RUTA}?empresa_servidor_id={ajeno.empresa_servidor_id}", **clave)) == []
    assert client.get(RUTA, **clave_de(empresa.nit_base, alcances=["ventas"])).status_code == 403


def test_limited_user_sums_up_their_companies_only(api, lector, crear_movimiento, crear_empresa):
    suyo = crear_movimiento()
    crear_movimiento(empresa_servidor=crear_empresa())
    UsuarioEmpresa.objects.create(usuario=lector, empresa=suyo.empresa_servidor)
    assert [fila["empresa_servidor_id"] for fila in filas(api.get(RUTA))] == [suyo.empresa_servidor_id]


@pytest.mark.parametrize("metodo", ["post", "put", "patch", "delete"])
def test_summary_is_not_writable(client, admin, metodo):
    client.force_login(admin)
    assert getattr(client, metodo)(RUTA).status_code == 405
