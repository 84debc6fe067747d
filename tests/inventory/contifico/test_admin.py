import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from companies.models import EmpresaServidor, UsuarioEmpresa
from inventory.contifico.models import Categoria, Cuenta
from servers.models import Servidor
from tests.inventory.contifico.conftest import CLAVE, TOKEN

LISTA = reverse("admin:contifico_cuenta_changelist")
AÑADIR = reverse("admin:contifico_cuenta_add")
DATOS = {
    "nombre": "Comercial Andes",
    "activa": "on",
    "ruc": "1712345675001",
    "url_base": "http://127.0.0.1:9/sistema/api/v1",
    "clave": CLAVE,
    "token": "",
    "zona_horaria": "America/Guayaquil",
    "registros_por_pagina": "200",
    "peticiones_por_segundo": "2.0",
    "dias_de_relectura": "31",
    "solape_minutos": "10",
    "pares_de_compras": "FAC PRO, LQC PRO",
    "pares_de_ventas": "FAC CLI",
    "recursos_apagados": ["brands"],
}


@pytest.fixture
def sitio(client, admin):
    client.force_login(admin)
    return client


def de(cuenta, name="change"):
    return reverse(f"admin:contifico_cuenta_{name}", args=[cuenta.pk])


def errores(answer):
    return answer.context["adminform"].form.errors


def test_add_stores_the_key_encrypted(sitio):
    answer = sitio.post(AÑADIR, DATOS)
    assert answer.status_code == 302, errores(answer)
    cuenta = Cuenta.objects.get()
    assert (cuenta.api_key, cuenta.api_token, cuenta.recursos_apagados) == (CLAVE, "", ["brands"])


def test_add_without_a_key_is_refused(sitio):
    assert list(errores(sitio.post(AÑADIR, DATOS | {"clave": ""}))) == ["clave"]


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("url_base", "http://api.contifico.com"),
        ("zona_horaria", "Quito"),
        ("pares_de_ventas", "FAC"),
        ("recursos_apagados", ["productos"]),
        ("registros_por_pagina", "0"),
    ],
)
def test_add_refuses_what_cannot_be(sitio, campo, valor):
    assert list(errores(sitio.post(AÑADIR, DATOS | {campo: valor}))) == [campo]


def test_an_odd_ruc_is_kept_with_a_warning(sitio):
    answer = sitio.post(AÑADIR, DATOS | {"ruc": "1799999999001"}, follow=True)
    assert "no pasa la comprobación de sus dígitos" in answer.content.decode()
    assert Cuenta.objects.get().ruc == "1799999999001"


def test_secrets_are_on_no_page(sitio, cuenta):
    sitio.post(de(cuenta), DATOS | {"nombre": "Otro nombre"})
    for page in (LISTA, de(cuenta), de(cuenta, "history"), de(cuenta, "delete")):
        text = sitio.get(page).content.decode()
        assert not [secret for secret in (CLAVE, TOKEN, cuenta.api_key_cifrada) if secret in text]
    assert CLAVE not in str(list(LogEntry.objects.values()))


def test_an_empty_key_does_not_change_it(sitio, cuenta):
    answer = sitio.post(de(cuenta), DATOS | {"clave": "", "nombre": "Otro nombre"})
    assert answer.status_code == 302, errores(answer)
    cuenta.refresh_from_db()
    assert (cuenta.nombre, cuenta.api_key, cuenta.api_token) == ("Otro nombre", CLAVE, TOKEN)


def test_a_stored_key_does_not_go_to_another_address(sitio, cuenta):
    moved = DATOS | {"url_base": "https://api.example.com/sistema/api/v1", "clave": ""}
    assert list(errores(sitio.post(de(cuenta), moved))) == ["clave"]
    assert sitio.post(de(cuenta), moved | {"clave": "nueva-clave"}).status_code == 302
    cuenta.refresh_from_db()
    assert (cuenta.api_key, cuenta.api_token) == ("nueva-clave", "")


def test_a_filter_by_a_token_is_refused(sitio, cuenta):
    letters = cuenta.api_key_cifrada[:8]
    answer = sitio.get(f"{LISTA}?api_key_cifrada__startswith={letters}")
    assert answer.status_code in (302, 400)


def test_delete_counts_what_is_in_the_way(sitio, cuenta):
    Categoria.objects.create(cuenta=cuenta, id_contifico="c1", datos="{}", huella="0", fetched_at="2026-11-20T00:00Z")
    assert "1 categorías" in sitio.get(de(cuenta, "delete")).content.decode()
    sitio.post(de(cuenta, "delete"), {"post": "yes"})
    assert Cuenta.objects.exists()


@pytest.mark.parametrize(("rol", "cambia"), [("lector", False), ("auditor", False), ("operador", True)])
def test_roles_see_accounts_and_an_operator_changes_them(client, django_user_model, cuenta, rol, cambia):
    user = django_user_model.objects.create_user("ana", is_staff=True)
    user.groups.add(Group.objects.get(name=rol))
    client.force_login(user)
    assert cuenta.nombre in client.get(LISTA).content.decode()
    assert client.get(AÑADIR).status_code == (200 if cambia else 403)
    assert client.get(de(cuenta, "delete")).status_code == 403


def test_who_is_limited_to_some_companies_sees_no_account(client, django_user_model, cuenta):
    servidor = Servidor.objects.create(nombre="BCE", host="127.0.0.1", usuario="U", ruta_maestra="ADMIN")
    empresa = EmpresaServidor.objects.create(
        servidor=servidor, codigo="1", nombre="X", nit="9", nit_base="9", anio_fiscal=2026, ruta_base="/x.gdb"
    )
    user = django_user_model.objects.create_user("ana", is_staff=True)
    user.groups.add(Group.objects.get(name="administrador"))
    UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
    client.force_login(user)
    assert client.get(LISTA).status_code == 403
    assert client.get(de(cuenta)).status_code in (302, 403)
    assert client.get(AÑADIR).status_code == 403
