"""A user who is limited to companies writes to no server that others share."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from companies.models import EmpresaServidor, UsuarioEmpresa
from servers.models import Servidor
from tests.servers.test_admin import DATOS

LISTA = reverse("admin:servers_servidor_changelist")
ANADIR = reverse("admin:servers_servidor_add")
NUEVO = {"nombre": "Nuevo", "host": "10.8.3.11", "usuario": "U", "password": "p", "ruta_maestra": "ADMIN"}


def empresa_de(servidor, nit):
    return EmpresaServidor.objects.create(
        servidor=servidor, codigo="1", nombre=nit, nit=nit, nit_original=nit, nit_base=nit, anio_fiscal=2025,
        ruta_base=f"/datos/{nit}.gdb",
    )  # fmt: skip


@pytest.fixture
def propio(crear_servidor):
    """Here every company is the user's; the port is closed, so that trying it ends at once."""
    return crear_servidor(nombre="Propio", host="127.0.0.1", puerto=1)


@pytest.fixture
def compartido(crear_servidor):
    return crear_servidor(nombre="Compartido", host="127.0.0.1", puerto=1)


@pytest.fixture
def vacio(crear_servidor):
    return crear_servidor(nombre="Vacío", host="127.0.0.1", puerto=1)


@pytest.fixture
def limitada(client, propio, compartido, vacio):
    """A client with every permission on servers, limited to a company on each of two servers, one of them shared."""
    user = get_user_model().objects.create_user("limitada", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=("servers", "companies")))
    for empresa in (empresa_de(propio, "900123456"), empresa_de(compartido, "900123457")):
        UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
    empresa_de(compartido, "800197268")
    client.force_login(user)
    return client


def de(servidor, name="change"):
    return reverse(f"admin:servers_servidor_{name}", args=[servidor.pk])


def cambiar(client, servidor):
    return client.patch(f"/api/servidores/{servidor.pk}/", {"nombre": "Otro"}, content_type="application/json")


def test_api_changes_a_server_whose_companies_are_all_the_users(limitada, propio):
    assert cambiar(limitada, propio).status_code == 200
    assert limitada.post(f"/api/servidores/{propio.pk}/probar/").status_code == 200
    assert limitada.delete(f"/api/servidores/{propio.pk}/").status_code == 409


@pytest.mark.parametrize("cual", ["compartido", "vacio"])
def test_api_refuses_to_write_to_any_other_server(limitada, cual, request):
    servidor = request.getfixturevalue(cual)
    assert limitada.get(f"/api/servidores/{servidor.pk}/").status_code == 200
    assert cambiar(limitada, servidor).status_code == 403
    assert limitada.post(f"/api/servidores/{servidor.pk}/probar/").status_code == 403
    assert limitada.delete(f"/api/servidores/{servidor.pk}/").status_code == 403
    servidor.refresh_from_db()
    assert servidor.nombre != "Otro"


def test_api_lets_no_limited_user_add_a_server(limitada):
    answer = limitada.post("/api/servidores/", NUEVO, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (403, "sin_permiso")


def test_api_takes_the_limit_away_with_the_company(limitada, compartido):
    EmpresaServidor.objects.filter(nit="800197268").delete()
    assert cambiar(limitada, compartido).status_code == 200


def test_admin_changes_a_server_whose_companies_are_all_the_users(limitada, propio):
    assert "Probar conexión" in limitada.get(de(propio)).text
    assert limitada.post(de(propio), DATOS | {"nombre": "Otro"}).status_code == 302
    propio.refresh_from_db()
    assert propio.nombre == "Otro"


@pytest.mark.parametrize("cual", ["compartido", "vacio"])
def test_admin_shows_any_other_server_to_be_read(limitada, cual, request):
    servidor = request.getfixturevalue(cual)
    pagina = limitada.get(de(servidor))
    assert pagina.status_code == 200
    assert "Probar conexión" not in pagina.text
    assert 'name="_save"' not in pagina.text
    for vista, datos in (("change", DATOS), ("delete", {"post": "yes"}), ("probar_conexion", {})):
        assert limitada.post(de(servidor, vista), datos).status_code == 403, vista
    assert Servidor.objects.filter(nombre=servidor.nombre).exists()


def test_admin_lets_no_limited_user_add_a_server(limitada):
    assert ANADIR not in limitada.get(LISTA).text
    assert limitada.post(ANADIR, DATOS).status_code == 403


def test_admin_deletes_no_chosen_server_of_others(limitada, vacio):
    datos = {"action": "delete_selected", "_selected_action": [vacio.pk], "post": "yes"}
    assert limitada.post(LISTA, datos).status_code == 403
    assert Servidor.objects.filter(pk=vacio.pk).exists()


def test_admin_tries_the_chosen_servers_that_are_the_users(limitada, propio, compartido, vacio):
    datos = {"action": "probar_conexiones", "_selected_action": [propio.pk, compartido.pk, vacio.pk]}
    pagina = limitada.post(LISTA, datos)
    assert [servidor for servidor, _ in pagina.context["probados"]] == [propio]
    assert "No se probaron, por ser también de otras empresas: 2." in pagina.text


@pytest.mark.parametrize("pk", ["x", "9" * 30])
def test_admin_answers_an_address_that_is_no_server(limitada, pk):
    assert limitada.get(f"/admin/servers/servidor/{pk}/change/").status_code == 302


def test_an_unlimited_user_writes_to_every_server(client, admin, compartido, vacio):
    client.force_login(admin)
    assert [cambiar(client, s).status_code for s in (vacio,)] == [200]
    assert client.delete(f"/api/servidores/{compartido.pk}/").status_code == 204
