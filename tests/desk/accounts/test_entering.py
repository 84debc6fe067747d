"""Logging in by the API."""

import pytest

from apikeys.models import FichaPersonal
from tests.desk.accounts.conftest import CLAVE, codigo


@pytest.fixture
def pedir(client):
    def pedir(usuario="ana", clave=CLAVE, desde="127.0.0.1", **campos):
        cuerpo = {"username": usuario, "password": clave, **campos}
        return client.post("/api/auth/login/", cuerpo, content_type="application/json", REMOTE_ADDR=desde)

    return pedir


def error(response):
    return response.status_code, response.json()["error"]["codigo"]


def test_a_name_and_a_password_give_a_token(client, ana, pedir):
    answer = pedir(nombre="mi hoja de cálculo")
    assert answer.status_code == 200
    assert answer.json()["usuario"]["username"] == "ana"
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    lista = client.get("/api/auth/fichas/", HTTP_AUTHORIZATION=f"Token {answer.json()['token']}").json()["results"]
    assert [ficha["nombre"] for ficha in lista] == ["mi hoja de cálculo"]
    assert answer.json()["token"] not in str(FichaPersonal.objects.values())


@pytest.mark.parametrize(("usuario", "clave"), [("ana", "otra"), ("nadie", CLAVE), ("ida", CLAVE)])
def test_every_wrong_credential_gets_one_answer(ana, django_user_model, pedir, usuario, clave):
    django_user_model.objects.create_user("ida", password=CLAVE, is_active=False)
    answer = pedir(usuario, clave)
    assert error(answer) == (401, "credenciales_invalidas")
    assert answer.json() == pedir("tampoco", "x").json()


@pytest.mark.parametrize(("usuario", "clave"), [("ana", "otra"), ("nadie", CLAVE), ("ida", CLAVE)])
def test_every_wrong_credential_costs_one_hash(ana, django_user_model, pedir, monkeypatch, usuario, clave):
    django_user_model.objects.create_user("ida", password=CLAVE, is_active=False)
    hechas = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    real = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hechas.append(1) or real(*args))
    pedir(usuario, clave)
    assert len(hechas) == 1


def test_a_second_factor_is_asked_for_after_the_password(secreto, pedir):
    assert error(pedir()) == (401, "codigo_requerido")
    assert error(pedir(clave="otra", codigo=codigo(secreto))) == (401, "credenciales_invalidas")
    assert error(pedir(codigo="000000")) == (401, "codigo_invalido")
    assert pedir(codigo=codigo(secreto)).status_code == 200
    assert FichaPersonal.objects.get().segundo_factor


def test_a_code_is_good_once(secreto, pedir):
    assert pedir(codigo=codigo(secreto)).status_code == 200
    assert error(pedir(codigo=codigo(secreto))) == (401, "codigo_invalido")
    assert pedir(codigo=codigo(secreto, 1)).status_code == 200


def test_a_recovery_code_is_good_once(respaldo, pedir):
    assert pedir(codigo=respaldo[0]).status_code == 200
    assert error(pedir(codigo=respaldo[0])) == (401, "codigo_invalido")


def test_staff_without_a_second_factor_are_told_where_to_get_one(obligatorio, ana, pedir):
    answer = pedir()
    assert error(answer) == (403, "falta_segundo_factor")
    assert "/cuenta/segundo-factor/activar/" in answer.json()["error"]["remedio"]
    assert not FichaPersonal.objects.exists()


def test_a_person_of_no_staff_needs_none(obligatorio, django_user_model, pedir):
    django_user_model.objects.create_user("cliente", password=CLAVE)
    assert pedir("cliente").status_code == 200


def test_a_name_is_locked_after_five_failures_from_anywhere(ana, pedir):
    for numero in range(5):
        assert error(pedir(clave="otra", desde=f"10.0.0.{numero}"))[0] == 401
    answer = pedir(desde="10.0.1.1")
    assert error(answer) == (429, "demasiadas_peticiones")
    assert int(answer["Retry-After"]) > 0


def test_an_address_is_stopped_after_ten_names(ana, pedir):
    vistos = [pedir(f"persona{numero}", "Verano2026").status_code for numero in range(12)]
    assert vistos == [401] * 10 + [429] * 2
    assert pedir(desde="10.0.0.9").status_code == 200  # nobody else is


def test_codes_are_locked_after_five_failures(secreto, pedir):
    for numero in range(5):
        assert error(pedir(codigo="000000", desde=f"10.0.0.{numero}"))[0] == 401
    assert error(pedir(codigo=codigo(secreto), desde="10.0.1.1"))[0] == 429


@pytest.mark.parametrize("cuerpo", [{}, {"username": "ana"}, {"username": "", "password": ""}, {"username": ["a"]}])
def test_a_body_that_is_none_is_400(client, db, cuerpo):
    assert client.post("/api/auth/login/", cuerpo, content_type="application/json").status_code == 400
