"""The second factor through its pages: setting it up, using it, losing it."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from apikeys.issuing import emitir_ficha
from desk.accounts import second_factor
from lib import encryption
from tests.desk.accounts.conftest import ACTIVAR, CLAVE, CODIGO, activar, codigo

QUITAR = "/cuenta/segundo-factor/desactivar/"
RESPALDO = "/cuenta/segundo-factor/respaldo/"


def dentro(client):
    return client.get("/admin/").status_code == 200


@pytest.fixture
def con_codigo(client, secreto, entrar):
    """Ana, logged in with both factors."""
    entrar()
    client.post(CODIGO, {"code": codigo(secreto)})
    assert dentro(client)
    return client


def test_the_code_is_asked_for_after_the_password(client, secreto, entrar):
    assert entrar().url == CODIGO
    assert not dentro(client)
    assert "no es correcto" in client.post(CODIGO, {"code": "000000"}).text
    assert not dentro(client)
    assert client.post(CODIGO, {"code": codigo(secreto)}).url == "/admin/"
    assert dentro(client)


@pytest.mark.parametrize("campos", [{}, {"credential": "{}"}])
def test_a_post_without_a_code_asks_for_it_again(client, secreto, entrar, campos):
    entrar()
    assert client.post(CODIGO, campos).status_code == 200
    assert not dentro(client)


def test_a_code_is_not_taken_twice(con_codigo, secreto):
    otro = Client()
    otro.post("/cuenta/entrar/", {"login": "ana", "password": CLAVE})
    assert otro.post(CODIGO, {"code": codigo(secreto)}).status_code == 200  # the page again
    assert not dentro(otro)
    assert otro.post(CODIGO, {"code": codigo(secreto, 1)}).status_code == 302


def test_an_older_code_is_not_taken_after_a_newer_one(ana, secreto):
    fila = Authenticator.objects.get(type="totp")
    assert second_factor.gastar(fila, codigo(secreto, 1))
    assert not second_factor.gastar(fila, codigo(secreto))
    assert not second_factor.gastar(fila, "nada")


def test_a_recovery_code_is_taken_once(client, respaldo, entrar):
    for esperado in (302, 200):
        Client.logout(client)
        entrar()
        assert client.post(CODIGO, {"code": respaldo[3]}).status_code == esperado


def test_the_session_gets_a_new_key_at_login(client, secreto, entrar):
    entrar()
    antes = client.session.session_key
    client.post(CODIGO, {"code": codigo(secreto)})
    assert client.session.session_key != antes


@pytest.mark.django_db(transaction=True)  # allauth tells of it after the commit
def test_setting_up_gives_recovery_codes_and_a_new_session_key(client, ana, entrar):
    entrar()
    antes = client.session.session_key
    secreto = activar(client)
    assert client.session.session_key != antes
    codigos = [texto.split("<")[0] for texto in client.get(RESPALDO).text.split("<li>")[1:11]]
    assert codigos == Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert "\n".join(codigos) in client.get(f"{RESPALDO}descargar/").text
    assert secreto not in str(list(Authenticator.objects.values()))
    assert len(secreto) == len(totp.generate_totp_secret())


@pytest.mark.django_db(transaction=True)
def test_the_code_of_setting_up_is_spent(client, ana, entrar):
    entrar()
    secreto = activar(client)
    otro = Client()
    otro.post("/cuenta/entrar/", {"login": "ana", "password": CLAVE})
    otro.post(CODIGO, {"code": codigo(secreto)})
    assert not dentro(otro)


def test_secrets_lie_encrypted(ana, secreto, respaldo):
    datos = {fila.type: fila.data for fila in Authenticator.objects.all()}
    assert encryption.decrypt(datos["totp"]["secret"]) == secreto
    assert len(encryption.decrypt(datos["recovery_codes"]["seed"])) == 80


def test_the_secret_that_waits_for_its_first_code_lies_encrypted_too(client, ana, entrar):
    entrar()
    secreto = client.get(ACTIVAR).text.split('id="clave-totp">')[1].split("<")[0]
    guardados = Session.objects.get(pk=client.session.session_key).get_decoded()
    assert secreto not in str(guardados)
    assert encryption.decrypt(guardados["mfa.totp.secret"]) == secreto
    assert client.post(ACTIVAR, {"code": "000000"}).status_code == 200  # a wrong code changes no secret
    assert client.post(ACTIVAR, {"code": codigo(secreto)}).status_code == 302
    assert "mfa.totp.secret" not in client.session


def test_taking_it_away_asks_who_it_is_when_login_was_long_ago(client, ana, secreto):
    client.force_login(ana)
    assert client.post(QUITAR).url.startswith("/cuenta/confirmar/")
    assert client.get(RESPALDO).status_code == 404  # none made yet
    assert second_factor.tiene(ana)
    client.post("/cuenta/confirmar/", {"password": CLAVE})
    assert client.post(QUITAR).status_code == 302
    assert not second_factor.tiene(ana)


def test_tokens_end_with_the_second_factor(con_codigo, ana):
    ficha, _ = emitir_ficha(ana, dias=1, segundo_factor=True)
    assert con_codigo.post(QUITAR).status_code == 302
    assert not second_factor.tiene(ana)
    ficha.refresh_from_db()
    assert not ficha.activa


def test_recovery_codes_are_made_anew(con_codigo, respaldo):
    assert con_codigo.post(f"{RESPALDO}generar/").url == RESPALDO
    nuevos = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert (len(nuevos), set(nuevos) & set(respaldo)) == (10, set())


def test_a_lost_one_is_taken_away_with_sessions_and_tokens(con_codigo, ana, django_user_model):
    otra = django_user_model.objects.create_user("otra", password=CLAVE, is_staff=True)
    suya = Client()
    suya.force_login(otra)
    ficha, _ = emitir_ficha(ana, dias=1)
    salida = StringIO()
    call_command("quitar_segundo_factor", "ana", stdout=salida)
    assert "Se quitó" in salida.getvalue()
    ficha.refresh_from_db()
    assert (Authenticator.objects.count(), ficha.activa, dentro(con_codigo), dentro(suya)) == (0, False, False, True)
    with pytest.raises(CommandError, match="No hay un usuario"):
        call_command("quitar_segundo_factor", "nadie")


def test_setting_up_needs_the_code(client, ana, entrar):
    entrar()
    client.get(ACTIVAR)
    assert "no es correcto" in client.post(ACTIVAR, {"code": "000000"}).text
    assert not second_factor.tiene(ana)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_spends_the_code(ana, secreto):
    fila, numero = Authenticator.objects.get(type="totp"), codigo(secreto)

    def gastar(_):
        try:
            return second_factor.gastar(fila, numero)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(gastar, range(6))) == 1
