"""The admin's pages of copied data: read-only, within the user's companies, quick, and honest about personal data."""

import csv
import io
import logging
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from companies.models import UsuarioEmpresa
from inventory.models import Articulo, Existencia, MovimientoRechazado, TipoDocumento, VentanaExtraccion

LISTA = "/admin/inventory/movimientoinventario/"
MODELOS = [
    "movimientoinventario", "ventanaextraccion", "movimientorechazado", "articulo", "existencia", "reglabodega",
]  # fmt: skip


@pytest.fixture
def lector(django_user_model, db):
    user = django_user_model.objects.create_user("lector", is_staff=True)
    user.user_permissions.add(
        *Permission.objects.filter(content_type__app_label="inventory", codename__startswith="view")
    )
    return user


@pytest.fixture
def api(client, lector):
    client.force_login(lector)
    return client


@pytest.fixture
def filas(empresa, crear_movimiento):
    """One row of each kind."""
    ahora = timezone.now()
    crear_movimiento(paciente="PACIENTE DE PRUEBA")
    Articulo.objects.create(empresa_servidor=empresa, codigo="A1", nombre="Tornillo cortical", leido=ahora)
    Existencia.objects.create(
        empresa_servidor=empresa, articulo_codigo="A1", codigo_bodega="B", cantidad=Decimal(-3), leida=ahora
    )
    VentanaExtraccion.objects.create(
        empresa_servidor=empresa, desde=date(2026, 3, 1), hasta=date(2026, 4, 1), origen="1:/x", filas=2, rechazadas=1,
        suma_cantidad=Decimal("2.5"), suma_valor=Decimal(7), huella="ab", leida=ahora,
    )  # fmt: skip
    MovimientoRechazado.objects.create(
        empresa_servidor=empresa,
        ventana=date(2026, 3, 1),
        motivo="precision",
        detalle="…",
        datos={"PACIENTE": "ALGUIEN"},
    )


@pytest.mark.parametrize("modelo", MODELOS)
def test_empty_list_names_the_next_step(client, admin, modelo):
    client.force_login(admin)
    url = reverse(f"admin:inventory_{modelo}_changelist")
    if modelo != "reglabodega":  # comes with rules
        assert "Todavía no hay" in client.get(url).text
    if modelo not in ("reglabodega", "movimientorechazado"):
        assert 'href="/admin/companies/empresaservidor/"' in client.get(url).text.split("Todavía no hay")[1]
    assert "Nada coincide" in client.get(f"{url}?q=zzz").text or modelo in ("ventanaextraccion", "movimientorechazado")


@pytest.mark.parametrize("modelo", MODELOS[:-1])
def test_list_and_detail_show_rows_without_a_way_to_change_them(api, filas, modelo):
    lista = api.get(reverse(f"admin:inventory_{modelo}_changelist"))
    assert lista.status_code == 200
    pk = lista.context["cl"].result_list[0].pk
    detalle = api.get(reverse(f"admin:inventory_{modelo}_change", args=[pk]))
    assert detalle.status_code == 200
    assert 'name="_save"' not in detalle.text
    assert api.get(reverse(f"admin:inventory_{modelo}_delete", args=[pk])).status_code == 403
    assert api.get(reverse(f"admin:inventory_{modelo}_add")).status_code == 403


def test_list_shows_kind_and_direction_in_words(api, crear_movimiento):
    crear_movimiento(tipo_documento=TipoDocumento.TRASLADO_ENTRADA, sentido=1, cantidad=Decimal("10.5000"))
    texto = api.get(LISTA).text
    assert "Traslado, entrada" in texto
    assert "2.500,00" in texto
    assert "+10,5" in texto


def test_list_pages_forward_and_back(api, crear_movimiento):
    for _ in range(120):
        crear_movimiento()
    vistas, pagina = [], api.get(LISTA).context["cl"]
    while pagina:
        vistas += [fila.pk for fila in pagina.result_list]
        siguiente = dict(pagina.paginas)["Siguiente"]
        ultima, pagina = pagina, siguiente and api.get(LISTA + siguiente).context["cl"]
    assert len(vistas) == len(set(vistas)) == 120
    anterior = api.get(LISTA + dict(ultima.paginas)["Anterior"]).context["cl"]
    assert [fila.pk for fila in anterior.result_list] == vistas[50:100]
    final = api.get(LISTA + dict(anterior.paginas)["Última"]).context["cl"]
    assert final.result_list[-1].pk == vistas[-1]


def test_list_asks_a_fixed_number_of_queries(api, crear_movimiento, django_assert_max_num_queries):
    for _ in range(5):
        crear_movimiento()
    with django_assert_max_num_queries(10) as consultas:
        api.get(LISTA)
    assert not any("COUNT(" in consulta["sql"] for consulta in consultas)


@pytest.mark.parametrize("query", ["cursor=x", "cursor=WzAsMF0x", "empresa_servidor_id=x", "fecha__gte=ayer", "nada=1"])
def test_list_with_a_bad_parameter_is_no_error(api, filas, query):
    assert api.get(f"{LISTA}?{query}", follow=True).status_code == 200


def test_filter_and_search_begin_at_the_first_page(api, crear_movimiento):
    for _ in range(60):
        crear_movimiento()
    cl = api.get(LISTA).context["cl"]
    pagina = api.get(LISTA + dict(cl.paginas)["Siguiente"])
    assert "cursor" not in pagina.context["cl"].get_query_string()
    assert 'name="cursor"' not in pagina.text


@pytest.mark.parametrize(
    ("query", "esperadas"),
    [
        ("q=FV-00", ["FV-00-1"]),
        ("q=fv-00", ["FV-00-1"]),
        ("q=B", ["OTRO"]),
        ("q=nada", []),
        ("fecha_from=2026-03-02", ["OTRO"]),
        ("fecha_from=02/03/2026&fecha_to=03/03/2026", ["OTRO"]),
        ("fecha_to=01/03/2026", ["FV-00-1"]),
        ("fecha_from=ayer", []),
        ("empresa_servidor_id=x", []),
        ("fecha_from=03/13/2026", []),
        ("tipo_documento__exact=FACTURA_COMPRA", ["OTRO"]),
        ("codigo_bodega=X", ["OTRO"]),
    ],
)
def test_filter_narrows_the_list(api, crear_movimiento, query, esperadas):
    crear_movimiento()
    crear_movimiento(
        documento="OTRO", articulo_codigo="B1", fecha=date(2026, 3, 2), codigo_bodega="X",
        tipo_documento=TipoDocumento.FACTURA_COMPRA,
    )  # fmt: skip
    assert [fila.documento for fila in api.get(f"{LISTA}?{query}").context["cl"].result_list] == esperadas


def test_articles_are_found_by_code_or_by_part_of_the_name(api, filas):
    for query in ("a1", "cortical"):
        [articulo] = api.get(f"/admin/inventory/articulo/?q={query}").context["cl"].result_list
        assert articulo.codigo == "A1"


def test_user_with_companies_sees_only_those(api, lector, crear_movimiento, crear_empresa):
    suyo, ajeno = crear_movimiento(), crear_movimiento(empresa_servidor=crear_empresa(nombre="Ajena"))
    UsuarioEmpresa.objects.create(usuario=lector, empresa=suyo.empresa_servidor)
    pagina = api.get(LISTA)
    assert [fila.pk for fila in pagina.context["cl"].result_list] == [suyo.pk]
    assert "Ajena" not in pagina.text
    assert api.get(f"{LISTA}{ajeno.pk}/change/").status_code == 302
    assert ajeno.clave_origen not in api.post(f"{LISTA}exportar/").getvalue().decode()


def test_user_with_several_companies_pages_through_all_of_theirs(api, lector, crear_movimiento, crear_empresa):
    for anio in (2024, 2026):
        empresa = crear_empresa(anio_fiscal=anio)
        UsuarioEmpresa.objects.create(usuario=lector, empresa=empresa)
        for _ in range(40):
            crear_movimiento(empresa_servidor=empresa, fecha=date(anio, 1, 1))
    primera = api.get(LISTA).context["cl"]
    segunda = api.get(LISTA + dict(primera.paginas)["Siguiente"]).context["cl"]
    anios = [fila.fecha.year for fila in [*primera.result_list, *segunda.result_list]]
    assert anios == [2026] * 40 + [2024] * 40


def leer(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")), delimiter=";"))


def test_export_holds_what_the_list_shows(api, crear_movimiento):
    crear_movimiento(cantidad=Decimal("-2.5"), articulo_nombre="=1+1")
    crear_movimiento(documento="OTRO")
    response = api.post(f"{LISTA}exportar/?q=FV")
    assert 'filename="movimientos_de_inventario.csv"' in response["Content-Disposition"]
    [fila] = leer(response)
    assert (fila["cantidad"], fila["artículo"], fila["fecha"]) == ("-2,5000", "'=1+1", "2026-03-01")


def test_export_is_closed_without_permission(client, django_user_model, db):
    client.force_login(django_user_model.objects.create_user("ana", is_staff=True))
    assert client.post(f"{LISTA}exportar/").status_code == 403


def test_list_without_export_columns_has_no_export(api, filas, monkeypatch):
    monkeypatch.setattr("inventory.admin.MovimientoAdmin.get_columnas_csv", lambda *args: ())
    assert "Exportar CSV" not in api.get(LISTA).text
    assert api.post(f"{LISTA}exportar/").status_code == 403


@pytest.mark.parametrize("ruta", ["/admin/inventory/movimientoinventario/", "/admin/inventory/movimientorechazado/"])
def test_personal_data_needs_the_permission_and_is_logged(api, lector, filas, caplog, ruta):
    pk = api.get(ruta).context["cl"].result_list[0].pk
    pedidos = [partial(api.get, f"{ruta}{pk}/change/"), partial(api.post, f"{ruta}exportar/")]
    with caplog.at_level(logging.INFO, "inventory.privacy"):
        assert not any(personal(pedir()) for pedir in [*pedidos, partial(api.get, ruta)])
        assert caplog.records == []
        lector.user_permissions.add(Permission.objects.get(codename="ver_datos_personales"))
        assert all(personal(pedir()) for pedir in pedidos)
    assert [registro.args[0] for registro in caplog.records] == [f"user {lector.pk}"] * 2


def personal(response):
    texto = response.getvalue().decode() if response.streaming else response.text
    return "PACIENTE DE PRUEBA" in texto or "ALGUIEN" in texto


@pytest.mark.parametrize(
    "busqueda",
    [
        "movimientoinventario/?paciente=PACIENTE+DE+PRUEBA",
        "movimientoinventario/?paciente__startswith=P",
        "movimientoinventario/exportar/?cedula_medico2__isnull=False",
        "movimientorechazado/?datos__PACIENTE__startswith=A",
    ],
)
def test_personal_data_cannot_be_guessed_by_the_address(api, lector, filas, busqueda):
    pedir = api.post if "exportar" in busqueda else api.get
    assert pedir(f"/admin/inventory/{busqueda}").status_code == 400
    lector.user_permissions.add(Permission.objects.get(codename="ver_datos_personales"))
    assert pedir(f"/admin/inventory/{busqueda}").status_code == 200


def test_rejected_row_tells_why_and_what_to_do(client, admin, filas):
    client.force_login(admin)
    lista = client.get("/admin/inventory/movimientorechazado/").text
    assert "Un número tiene más cifras de las que se guardan" in lista
    assert "mar 2026" in lista
    detalle = client.get(f"/admin/inventory/movimientorechazado/{MovimientoRechazado.objects.get().pk}/change/").text
    assert "PostgreSQL" in detalle
    assert "<dt>PACIENTE</dt><dd>ALGUIEN</dd>" in detalle
    assert ">precision<" not in lista + detalle


def test_rejected_row_hides_what_was_read_from_who_may_not_see_it(api, filas):
    detalle = api.get(f"/admin/inventory/movimientorechazado/{MovimientoRechazado.objects.get().pk}/change/").text
    assert "ALGUIEN" not in detalle
    assert "PostgreSQL" in detalle


def test_rejected_rows_are_filtered_by_reason(api, filas):
    url = "/admin/inventory/movimientorechazado/"
    assert len(api.get(f"{url}?motivo=precision").context["cl"].result_list) == 1
    assert len(api.get(f"{url}?motivo=campo_vacio").context["cl"].result_list) == 0
    assert len(api.get(f"{url}?motivo=nada").context["cl"].result_list) == 0


def test_movement_page_writes_numbers_and_direction_in_words(api, crear_movimiento):
    movimiento = crear_movimiento(cantidad=Decimal("1200.5"), sentido=-1)
    texto = api.get(f"{LISTA}{movimiento.pk}/change/").text
    assert "1.200,5" in texto
    assert "Sale de la bodega (−1)" in texto
    assert "1200,5000" not in texto
