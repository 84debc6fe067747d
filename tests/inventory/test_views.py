"""The reading API: what may be asked, who sees what, and how the answers are written."""

import csv
import io
import logging
from datetime import date, time
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from companies.models import UsuarioEmpresa
from inventory.models import Articulo, Existencia, MovimientoInventario, TipoDocumento, VentanaExtraccion
from inventory.privacy import PERSONALES

RUTA = "/api/movimientos/"


@pytest.fixture
def dar_permiso():
    def dar(user, *codenames):
        user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))

    return dar


@pytest.fixture
def lector(django_user_model, dar_permiso, db):
    """Staff that may read movements, without personal data."""
    user = django_user_model.objects.create_user("lector", is_staff=True)
    dar_permiso(user, "view_movimientoinventario")
    return user


@pytest.fixture
def api(client, lector):
    client.force_login(lector)
    return client


def claves(response):
    assert response.status_code == 200, response.content
    return [fila["clave_origen"] for fila in response.json()["results"]]


def test_list_runs_from_newest_to_oldest(api, crear_movimiento):
    for clave, dia in (("K:1", 1), ("K:2", 3), ("K:3", 3), ("K:4", 2)):
        crear_movimiento(clave_origen=clave, fecha=date(2026, 3, dia))
    assert claves(api.get(RUTA)) == ["K:3", "K:2", "K:4", "K:1"]


def test_list_pages_through_every_movement_once(api, crear_movimiento):
    esperadas = {crear_movimiento().clave_origen for _ in range(7)}
    vistas, enlace = [], f"{RUTA}?page_size=3"
    while enlace:
        response = api.get(enlace)
        vistas += claves(response)
        enlace = response.json()["next"]
    assert (len(vistas), set(vistas)) == (7, esperadas)


def test_list_asks_a_fixed_number_of_queries(api, crear_movimiento, django_assert_num_queries):
    for _ in range(5):
        crear_movimiento()
    with django_assert_num_queries(6):  # session, user, two of permissions, the user's companies, the page
        api.get(RUTA)


@pytest.mark.parametrize("ruta", ["/api/movimientos", "/api/articulos", "/api/existencias", "/api/ventanas"])
def test_list_answers_with_and_without_slash(client, admin, ruta):
    client.force_login(admin)
    assert client.get(ruta).status_code == client.get(f"{ruta}/").status_code == 200


def test_detail_shows_decimals_dates_and_instants(api, crear_movimiento):
    movimiento = crear_movimiento(hora=time(23, 59), valor_total=Decimal("-0.0001"))
    fila = api.get(f"{RUTA}{movimiento.pk}/").json()
    assert (fila["cantidad"], fila["precio_unitario"], fila["valor_total"]) == ("2.5000", "1000.0000", "-0.0001")
    assert (fila["fecha"], fila["hora"], fila["stock_previo"]) == ("2026-03-01", "23:59:00", None)
    assert fila["fecha_extraccion"][-1:] == "Z"
    assert fila["empresa_servidor_id"] == movimiento.empresa_servidor_id
    assert api.get(RUTA).json()["results"] == [fila]


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999", "x", "%00"])
def test_detail_that_is_not_there(api, pk):
    response = api.get(f"{RUTA}{pk}/")
    assert (response.status_code, response.json()["error"]["codigo"]) == (404, "no_encontrado")


@pytest.mark.parametrize(
    ("query", "esperadas"),
    [
        ("fecha_desde=2026-03-02", ["K:2"]),
        ("fecha_hasta=2026-03-01", ["K:1"]),
        ("fecha_desde=2026-03-01&fecha_hasta=2026-03-02", ["K:2", "K:1"]),
        ("documento=FV-00-2", ["K:2"]),
        ("tipo_documento=FACTURA_COMPRA", ["K:2"]),
        ("articulo_codigo=A1", ["K:1"]),
        ("codigo_bodega=B2", ["K:2"]),
        ("documento=FV", []),
        ("empresa_servidor_id=999999", []),
        ("tipo_documento=", ["K:2", "K:1"]),
    ],
)
def test_filter_narrows_the_list(api, crear_movimiento, query, esperadas):
    crear_movimiento(clave_origen="K:1", codigo_bodega="B1")
    crear_movimiento(
        clave_origen="K:2", fecha=date(2026, 3, 2), documento="FV-00-2", articulo_codigo="A2", codigo_bodega="B2",
        tipo_documento=TipoDocumento.FACTURA_COMPRA,
    )  # fmt: skip
    assert claves(api.get(f"{RUTA}?{query}")) == esperadas


def test_filter_by_company(api, crear_movimiento, crear_empresa):
    crear_movimiento()
    otro = crear_movimiento(empresa_servidor=crear_empresa())
    assert claves(api.get(f"{RUTA}?empresa_servidor_id={otro.empresa_servidor_id}")) == [otro.clave_origen]


@pytest.mark.parametrize(
    ("query", "campo"),
    [
        ("fecha_desd=2026-03-01", "fecha_desd"),
        ("empresa=1", "empresa"),
        ("fecha_desde=01/03/2026", "fecha_desde"),
        ("fecha_hasta=2026-02-30", "fecha_hasta"),
        ("empresa_servidor_id=uno", "empresa_servidor_id"),
        ("empresa_servidor_id=1e3", "empresa_servidor_id"),
        ("empresa_servidor_id=99999999999999999999", "empresa_servidor_id"),
        ("tipo_documento=VENTA", "tipo_documento"),
        ("documento=%00", "documento"),
        ("cursor=x", "cursor"),
        ("page_size=0", "page_size"),
    ],
)
def test_parameter_that_is_bad_is_refused_by_name(api, query, campo):
    response = api.get(f"{RUTA}?{query}")
    assert response.status_code == 400
    assert list(response.json()["error"]["campos"]) == [campo]


@pytest.mark.parametrize("query", ["inactivo=quizas", "es_servicio=1", "nombre=x"])
def test_article_filter_that_is_bad_is_refused(client, admin, query):
    client.force_login(admin)
    assert client.get(f"/api/articulos/?{query}").status_code == 400


def test_user_with_companies_sees_only_those(api, lector, crear_movimiento, crear_empresa):
    suyo, ajeno = crear_movimiento(), crear_movimiento(empresa_servidor=crear_empresa())
    UsuarioEmpresa.objects.create(usuario=lector, empresa=suyo.empresa_servidor)
    assert claves(api.get(RUTA)) == [suyo.clave_origen]
    assert api.get(f"{RUTA}{ajeno.pk}/").status_code == 404
    assert claves(api.get(f"{RUTA}?empresa_servidor_id={ajeno.empresa_servidor_id}")) == []
    assert ajeno.clave_origen not in api.get(f"{RUTA}exportar/").getvalue().decode()


def test_user_with_several_companies_pages_through_all_of_theirs(api, lector, crear_movimiento, crear_empresa):
    crear_movimiento()
    suyos = []
    for anio in (2023, 2024, 2026):
        empresa = crear_empresa(anio_fiscal=anio)
        UsuarioEmpresa.objects.create(usuario=lector, empresa=empresa)
        suyos += [crear_movimiento(empresa_servidor=empresa, fecha=date(anio, 1, dia)) for dia in (1, 1, 5)]
    esperadas = [m.clave_origen for m in sorted(suyos, key=lambda m: (m.fecha, m.clave_origen), reverse=True)]
    vistas, enlace = [], f"{RUTA}?page_size=2"
    while enlace:
        response = api.get(enlace)
        vistas += claves(response)
        enlace = response.json()["next"]
    assert vistas == esperadas
    assert claves(api.get(response.json()["previous"])) == esperadas[6:8]


@pytest.mark.parametrize("ruta", [RUTA, f"{RUTA}exportar/", "/api/articulos/", "/api/existencias/", "/api/ventanas/"])
def test_list_is_closed_to_who_may_not_see(client, django_user_model, ruta, db):
    assert client.get(ruta).json()["error"]["codigo"] == "sin_sesion"
    client.force_login(django_user_model.objects.create_user("ana", is_staff=True))
    assert client.get(ruta).json()["error"]["codigo"] == "sin_permiso"


@pytest.mark.parametrize("metodo", ["post", "put", "patch", "delete"])
def test_copied_data_is_not_writable(client, admin, metodo):
    client.force_login(admin)
    assert getattr(client, metodo)(RUTA).status_code == 405


def test_personal_columns_need_the_permission(api, crear_movimiento, caplog):
    movimiento = crear_movimiento(paciente="PACIENTE DE PRUEBA")
    with caplog.at_level(logging.INFO, "inventory.privacy"):
        for ruta in (RUTA, f"{RUTA}{movimiento.pk}/", f"{RUTA}exportar/"):
            response = api.get(ruta)
            cuerpo = b"".join(response).decode() if response.streaming else response.text
            assert not any(f'"{columna}"' in cuerpo for columna in PERSONALES)
            assert "PACIENTE DE PRUEBA" not in cuerpo
    assert caplog.records == []


def test_personal_columns_are_shown_with_the_permission_and_logged(api, lector, dar_permiso, crear_movimiento, caplog):
    movimiento = crear_movimiento(paciente="PACIENTE DE PRUEBA")
    dar_permiso(lector, "ver_datos_personales")
    with caplog.at_level(logging.INFO, "inventory.privacy"):
        assert api.get(f"{RUTA}?documento=FV-00-1").json()["results"][0]["paciente"] == "PACIENTE DE PRUEBA"
        assert api.get(f"{RUTA}{movimiento.pk}/").json()["paciente"] == "PACIENTE DE PRUEBA"
        assert "PACIENTE DE PRUEBA" in api.get(f"{RUTA}exportar").getvalue().decode()
    assert [registro.args[0] for registro in caplog.records] == [f"user {lector.pk}"] * 3
    assert "PACIENTE" not in caplog.text


def test_exportar_streams_the_filtered_list(api, crear_movimiento):
    crear_movimiento(clave_origen="K:1", articulo_nombre="=HYPERLINK(1)", cantidad=Decimal("-2"))
    crear_movimiento(clave_origen="K:2", documento="OTRO")
    response = api.get(f"{RUTA}exportar/?documento=FV-00-1", headers={"accept": "text/csv"})
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    [fila] = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    assert (fila["clave_origen"], fila["articulo_nombre"], fila["cantidad"]) == ("K:1", "'=HYPERLINK(1)", "-2.0000")


def test_exportar_reads_beyond_one_batch(api, empresa, monkeypatch, crear_movimiento):
    monkeypatch.setattr("lib.spreadsheets.POR_LOTE", 2)
    esperadas = sorted(crear_movimiento().clave_origen for _ in range(5))
    filas = csv.DictReader(io.StringIO(api.get(f"{RUTA}exportar/").getvalue().decode("utf-8-sig")))
    assert sorted(fila["clave_origen"] for fila in filas) == esperadas


@pytest.mark.parametrize("query", ["documente=x", "page_size=5", "fecha_desde=ayer"])
def test_exportar_refuses_bad_parameters_as_json(api, query):
    response = api.get(f"{RUTA}exportar/?{query}", headers={"accept": "text/csv"})
    assert (response.status_code, response.json()["error"]["codigo"]) == (400, "datos_invalidos")


def test_other_lists_show_what_was_copied(client, admin, empresa):
    client.force_login(admin)
    ahora = timezone.now()
    Articulo.objects.create(empresa_servidor=empresa, codigo="A1", precio=Decimal("9.5"), leido=ahora)
    Existencia.objects.create(
        empresa_servidor=empresa, articulo_codigo="A1", codigo_bodega="B", cantidad=Decimal(-3), leida=ahora
    )
    VentanaExtraccion.objects.create(
        empresa_servidor=empresa, desde=date(2026, 3, 1), hasta=date(2026, 4, 1), origen="1:/x", filas=2,
        suma_cantidad=Decimal("2.5"), suma_valor=Decimal(7), huella="ab", leida=ahora,
    )  # fmt: skip
    query = f"?empresa_servidor_id={empresa.pk}"
    [articulo] = client.get(f"/api/articulos/{query}&codigo=A1&inactivo=false").json()["results"]
    [existencia] = client.get(f"/api/existencias/{query}&codigo_bodega=B").json()["results"]
    [ventana] = client.get(f"/api/ventanas/{query}").json()["results"]
    assert (articulo["precio"], articulo["costo"], existencia["cantidad"]) == ("9.5000", None, "-3.0000")
    assert (ventana["desde"], ventana["suma_cantidad"], ventana["suma_valor"]) == ("2026-03-01", "2.5000", "7.0000")


def test_movement_list_never_counts(api, crear_movimiento, django_assert_num_queries):
    crear_movimiento()
    with django_assert_num_queries(6) as consultas:
        api.get(RUTA)
    assert not any("COUNT(" in consulta["sql"] for consulta in consultas)
    assert MovimientoInventario.objects.count() == 1


@pytest.mark.parametrize("campos", ["documento", "id,fecha", "cantidad,clave_origen,empresa_servidor_id"])
def test_campos_reduces_list_detail_export_and_query(api, crear_movimiento, campos, django_assert_num_queries):
    movimientos = [crear_movimiento() for _ in range(3)]
    pedidas = set(campos.split(","))
    with django_assert_num_queries(6) as consultas:
        primera = api.get(f"{RUTA}?campos={campos}&page_size=2").json()
    assert "articulo_nombre" not in consultas[-1]["sql"]
    filas = primera["results"] + api.get(primera["next"]).json()["results"]
    assert [set(fila) for fila in filas] == [pedidas] * 3
    assert set(api.get(f"{RUTA}{movimientos[0].pk}/?campos={campos}").json()) == pedidas
    exportadas = csv.reader(io.StringIO(api.get(f"{RUTA}exportar/?campos={campos}").getvalue().decode("utf-8-sig")))
    assert set(next(exportadas)) == pedidas


@pytest.mark.parametrize("campos", ["", "paciente", "nada", "empresa_servidor", "empresa_servidor__nombre", "pk"])
def test_campos_that_are_none_are_refused(api, crear_movimiento, campos):
    movimiento = crear_movimiento()
    for ruta in (RUTA, f"{RUTA}{movimiento.pk}/", f"{RUTA}exportar/"):
        response = api.get(f"{ruta}?campos={campos}")
        assert (response.status_code, list(response.json()["error"]["campos"])) == (400, ["campos"]), ruta


@pytest.mark.parametrize(
    ("lista", "orden"),
    [
        (lista, signo + orden)
        for lista, orden in (
            ("movimientos", "fecha"), ("movimientos", "empresa_servidor_id"), ("articulos", "codigo"),
            ("articulos", "empresa_servidor_id"), ("existencias", "articulo_codigo"),
            ("existencias", "empresa_servidor_id"), ("ventanas", "empresa_servidor_id"),
        )
        for signo in ("", "-")
    ],
)  # fmt: skip
def test_ordering_sorts_by_its_column(client, admin, crear_empresa, crear_movimiento, lista, orden):
    for n in (2, 1, 3):
        empresa, ahora = crear_empresa(), timezone.now()
        dia = date(2026, 3, n)
        crear_movimiento(empresa_servidor=empresa, fecha=dia)
        Articulo.objects.create(empresa_servidor=empresa, codigo=f"A{n}", leido=ahora)
        Existencia.objects.create(
            empresa_servidor=empresa, articulo_codigo=f"A{n}", codigo_bodega="B", cantidad=n, leida=ahora
        )
        VentanaExtraccion.objects.create(
            empresa_servidor=empresa, desde=dia, hasta=dia, filas=0, suma_cantidad=0, suma_valor=0, leida=ahora
        )
    client.force_login(admin)
    vistos, enlace = [], f"/api/{lista}/?ordering={orden}&page_size=2"
    while enlace:
        pagina = client.get(enlace).json()
        vistos += [fila[orden.lstrip("-")] for fila in pagina["results"]]
        enlace = pagina["next"]
    assert len(vistos) == 3
    assert vistos == sorted(vistos, reverse=orden.startswith("-"))


@pytest.mark.parametrize("orden", ["cantidad", "id", "paciente", "articulo_codigo", "fecha,clave_origen"])
def test_ordering_without_an_index_is_refused(api, orden):
    response = api.get(f"{RUTA}?ordering={orden}")
    assert (response.status_code, list(response.json()["error"]["campos"])) == (400, ["ordering"])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite prepares nothing")
@pytest.mark.parametrize(
    ("consulta", "preparada"), [({}, True), ({"page_size": "1", "campos": "fecha"}, True), ({"documento": "FV"}, False)]
)
def test_list_stays_prepared_unless_it_is_filtered(api, consulta, preparada):
    def preparadas():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            return cursor.fetchone()[0]

    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection.connection._prepared.clear()
    assert api.get(RUTA, consulta).status_code == 200
    assert preparadas() == int(preparada)
