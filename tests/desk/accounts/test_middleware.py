"""Outside the embedded shape staff get nowhere without a second factor."""

import pytest
from django.urls import get_resolver

from apikeys.issuing import emitir_ficha
from tests.desk.accounts.conftest import ACTIVAR, CLAVE, CODIGO, activar, codigo
from tests.routes import rutas

pytestmark = pytest.mark.usefixtures("obligatorio")

PERMITIDAS = (
    "/cuenta/entrar/", "/cuenta/salir/", "/cuenta/confirmar/", "/cuenta/segundo-factor/confirmar/", ACTIVAR,
    "/admin/logout/", "/api/auth/logout",
)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_staff_without_one_are_led_to_set_it_up(client, ana, entrar):
    entrar()
    for ruta in ("/admin/", "/admin/auth/user/", "/cuenta/contrasena/cambiar/", "/cuenta/segundo-factor/"):
        assert client.get(ruta).url.startswith(f"{ACTIVAR}?next=%2F")
    activar(client)
    assert client.get("/admin/").status_code == 200


def test_the_api_says_so(client, ana):
    client.force_login(ana)
    for ruta in ("/api/servidores/", "/api/docs/", "/api/auth/fichas/"):
        answer = client.get(ruta)
        assert (answer.status_code, answer.json()["error"]["codigo"]) == (403, "falta_segundo_factor")
    assert client.post("/api/auth/logout/").status_code == 204


def test_nothing_else_answers(client, admin):
    client.force_login(admin)
    for ruta, _ in rutas(get_resolver()):
        path = "/" + ruta.replace("^", "").removesuffix("$").removesuffix("/?")
        if "(" in path or "<" in path or path in PERMITIDAS:
            continue
        answer = client.get(path)
        if path.startswith("/api"):
            assert answer.status_code == 403, path
        else:
            assert answer.url.startswith(ACTIVAR), path


def test_a_session_of_before_proves_the_one_there_is(client, ana, secreto):
    client.force_login(ana)
    assert client.get("/admin/").url.startswith("/cuenta/segundo-factor/confirmar/?next=")
    antes = client.session.session_key
    answer = client.post("/cuenta/segundo-factor/confirmar/", {"code": codigo(secreto), "next": "/admin/"})
    assert answer.url == "/admin/"
    assert client.session.session_key != antes
    assert client.get("/admin/").status_code == 200


def test_taking_it_away_leads_to_setting_up_another(client, ana, secreto, entrar):
    entrar()
    client.post(CODIGO, {"code": codigo(secreto)})
    assert client.post("/cuenta/segundo-factor/desactivar/").status_code == 302
    assert client.get("/admin/").url.startswith(ACTIVAR)


@pytest.mark.parametrize("manda", [True, False])
def test_it_is_for_whoever_has_power(client, django_user_model, manda):
    user = django_user_model.objects.create_user("luz", password=CLAVE, is_superuser=manda)
    client.force_login(user)
    assert client.get("/api/schema/").status_code == (403 if manda else 200)


def test_keys_and_tokens_are_not_asked(client, ana, clave_de):
    _, ficha = emitir_ficha(ana, dias=1, segundo_factor=True)
    assert client.get("/api/auth/fichas/", HTTP_AUTHORIZATION=f"Token {ficha.texto}").status_code == 200
    assert client.get("/api/movimientos/", **clave_de(alcances=["lectura"])).status_code == 200


def test_the_embedded_shape_asks_nobody(client, ana, settings):
    settings.SEGUNDO_FACTOR_OBLIGATORIO = False
    client.force_login(ana)
    assert client.get("/admin/").status_code == 200
