"""The pages under /cuenta/: those that are there, those that are not, and what they ask for."""

import re

import pytest
from django.core import mail
from django.test import Client

from apikeys.issuing import emitir_ficha
from tests.desk.accounts.conftest import CLAVE, codigo

CAMBIAR = "/cuenta/contrasena/cambiar/"
RECUPERAR = "/cuenta/contrasena/recuperar/"
PUBLICAS = ("/cuenta/entrar/", RECUPERAR)
PROPIAS = (
    CAMBIAR, "/cuenta/salir/", "/cuenta/confirmar/", "/cuenta/segundo-factor/activar/",
    "/cuenta/segundo-factor/desactivar/", "/cuenta/segundo-factor/confirmar/",
    "/cuenta/segundo-factor/respaldo/generar/", "/api/auth/logout/", "/api/auth/fichas/",
)  # fmt: skip


@pytest.mark.parametrize(
    "resto", ["signup/", "email/", "registro/", "login/code/", "3rdparty/", "webauthn/", "inactive/"]
)
def test_no_other_page_of_allauth_is_there(client, admin, resto):
    client.force_login(admin)
    assert client.get(f"/cuenta/{resto}").status_code == 404
    assert client.get(f"/cuenta/segundo-factor/{resto}").status_code == 404
    assert client.get(f"/admin/account/{resto}").status_code == 404


def test_pages_link_to_nothing_that_is_not_there(client, secreto, respaldo, entrar, settings):
    settings.HAY_CORREO = True
    vistas = {"/cuenta/entrar/": client.get("/cuenta/entrar/").text, RECUPERAR: client.get(RECUPERAR).text}
    entrar()
    vistas["/cuenta/segundo-factor/codigo/"] = client.get("/cuenta/segundo-factor/codigo/").text
    client.post("/cuenta/segundo-factor/codigo/", {"code": codigo(secreto)})
    for ruta in (*PROPIAS[:4], *PROPIAS[4:7], "/cuenta/segundo-factor/", "/cuenta/segundo-factor/respaldo/"):
        answer = client.get(ruta, follow=True)
        assert answer.status_code == 200, ruta
        vistas[ruta] = answer.text
    for ruta, texto in vistas.items():
        assert 'lang="es"' in texto
        assert not re.search(r"\b(Password|Username|Sign|Log in|Code|Confirm|Current)\b", texto), ruta
        for link in re.findall(r'(?:href|action)="(/[^"]*)"', texto):
            assert client.get(link).status_code in (200, 302), (ruta, link)


@pytest.mark.parametrize("ruta", ["/cuenta/segundo-factor/activar/", "/cuenta/segundo-factor/respaldo/"])
def test_pages_with_secrets_are_kept_by_no_browser(client, ana, secreto, respaldo, entrar, ruta):
    if "activar" in ruta:
        ana.authenticator_set.all().delete()
    entrar()
    client.post("/cuenta/segundo-factor/codigo/", {"code": codigo(secreto)})
    answer = client.get(ruta)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("ruta", [*PUBLICAS, *PROPIAS])
def test_every_form_asks_for_its_csrf_token(ana, secreto, settings, ruta):
    settings.HAY_CORREO = True
    client = Client(enforce_csrf_checks=True)
    if ruta in PROPIAS:
        client.force_login(ana)
    assert client.post(ruta, {}).status_code == 403


def test_a_new_password_ends_other_sessions_and_tokens(client, ana, entrar):
    entrar()
    otra = Client()
    otra.force_login(ana)
    ficha, _ = emitir_ficha(ana, dias=1)
    form = {"oldpassword": CLAVE, "password1": "otra-clave-9", "password2": "otra-clave-9"}
    assert client.post(CAMBIAR, form).status_code == 302
    ficha.refresh_from_db()
    assert (client.get("/admin/").status_code, otra.get("/admin/").status_code, ficha.activa) == (200, 302, False)


def test_a_new_password_needs_the_old_one_and_to_be_good(client, ana, entrar):
    entrar()
    for vieja, nueva in (("otra", "otra-clave-9"), (CLAVE, "12345678"), (CLAVE, "ana")):
        assert client.post(CAMBIAR, {"oldpassword": vieja, "password1": nueva, "password2": nueva}).status_code == 200
    ana.refresh_from_db()
    assert ana.check_password(CLAVE)


def test_a_password_is_reset_by_mail_once(client, ana, settings):
    settings.HAY_CORREO = True
    ficha, _ = emitir_ficha(ana, dias=1)
    client.post(RECUPERAR, {"email": "ana@example.com"})
    [carta] = mail.outbox
    assert "Elija otra contraseña" in carta.subject
    enlace = re.search(r"http://testserver(\S+)", carta.body)[1]
    nueva = {"password1": "otra-clave-9", "password2": "otra-clave-9"}
    assert client.post(client.get(enlace).url, nueva).url == "/cuenta/contrasena/lista/"
    ana.refresh_from_db()
    ficha.refresh_from_db()
    assert (ana.check_password("otra-clave-9"), ficha.activa) == (True, False)
    assert "ya no sirve" in Client().get(enlace).text
    assert client.get("/admin/").status_code == 302  # it logs nobody in


def test_a_reset_for_a_stranger_looks_the_same_and_sends_nothing(client, ana, settings):
    settings.HAY_CORREO = True
    assert client.post(RECUPERAR, {"email": "nadie@example.com"}).url == "/cuenta/contrasena/enviado/"
    assert mail.outbox == []


def test_resets_are_limited_by_address_and_by_mailbox(client, ana, settings):
    settings.HAY_CORREO = True
    for _ in range(4):
        ultima = client.post(RECUPERAR, {"email": "ana@example.com"})
    assert (ultima.status_code, len(mail.outbox)) == (429, 3)
    assert "Espere unos minutos" in ultima.text


def test_without_a_mail_server_there_is_no_reset(client, db, settings):
    settings.HAY_CORREO = False
    assert client.get(RECUPERAR).status_code == 404
    texto = client.get("/cuenta/entrar/").text
    assert (RECUPERAR in texto, "Pídala a quien administra" in texto) == (False, True)


def test_a_logout_is_a_post(client, ana):
    client.force_login(ana)
    assert "¿Quiere terminar" in client.get("/admin/logout/").text
    assert client.post("/admin/logout/").url == "/cuenta/entrar/"
    assert client.get("/admin/").status_code == 302


def test_page_that_asks_before_logging_out_looks_like_the_others(client, admin):
    client.force_login(admin)
    page = client.get("/admin/logout/").text
    assert "--color-primary-600" in page
    assert "Trastienda" in page
