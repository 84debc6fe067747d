"""Own tokens, and logging out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apikeys.issuing import emitir_ficha
from apikeys.models import FichaPersonal
from tests.desk.accounts.conftest import CLAVE

FICHAS = "/api/auth/fichas/"


@pytest.fixture
def ficha(ana):
    return emitir_ficha(ana, dias=1, segundo_factor=True)


@pytest.fixture
def con(ficha):
    return {"HTTP_AUTHORIZATION": f"Token {ficha[1].texto}"}


def test_logout_revokes_the_token_that_asks(client, con, ficha):
    assert client.post("/api/auth/logout/", **con).status_code == 204
    assert client.get(FICHAS, **con).json()["error"]["codigo"] == "credencial_invalida"
    ficha[0].refresh_from_db()
    assert ficha[0].revocada


def test_logout_ends_a_session(client, ana):
    client.force_login(ana)
    assert client.post("/api/auth/logout/").status_code == 204
    assert client.get(FICHAS).status_code == 401


def test_a_session_needs_its_csrf_token(ana, rf):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    for ruta in (FICHAS, "/api/auth/logout/"):
        assert client.post(ruta).json()["error"]["codigo"] == "csrf"


def test_another_token_right_after_logging_in(client, con, ana):
    answer = client.post(FICHAS, {"nombre": "otra"}, content_type="application/json", **con)
    assert answer.status_code == 201
    assert client.get(FICHAS, HTTP_AUTHORIZATION=f"Token {answer.json()['token']}").status_code == 200
    assert FichaPersonal.objects.get(nombre="otra").segundo_factor  # as the one that asked


def test_another_token_later_asks_to_log_in_again(client, con, ana):
    FichaPersonal.objects.update(fecha_creacion=timezone.now() - timedelta(minutes=6))
    answer = client.post(FICHAS, content_type="application/json", **con)
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (403, "reautenticacion_requerida")
    client.force_login(ana)
    assert client.post(FICHAS, content_type="application/json").status_code == 403


def test_a_token_that_a_token_made_is_no_newer_than_its_login(client, con, ana):
    ana.last_login = timezone.now() - timedelta(minutes=4)
    ana.save()
    token = client.post(FICHAS, {}, content_type="application/json", **con).json()["token"]
    ana.last_login -= timedelta(minutes=2)
    ana.save()
    answer = client.post(FICHAS, {}, content_type="application/json", HTTP_AUTHORIZATION=f"Token {token}")
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (403, "reautenticacion_requerida")


def test_a_session_that_has_just_begun_makes_one(client, ana, entrar):
    entrar()
    assert client.post(FICHAS, {"nombre": "hoja"}, content_type="application/json").status_code == 201
    assert not FichaPersonal.objects.get().segundo_factor  # the session had none


def test_tokens_are_listed_without_themselves_and_revoked(client, con, ficha):
    answer = client.get(FICHAS, **con)
    assert [row["identificador"] for row in answer.json()["results"]] == [ficha[0].identificador]
    assert ficha[1].texto[20:] not in answer.text
    assert ficha[0].huella not in answer.text
    assert client.delete(f"{FICHAS}{ficha[0].identificador}/", **con).status_code == 204
    assert client.get(FICHAS, **con).status_code == 401


def test_tokens_of_others_are_not_there(client, con, admin):
    ajena, _ = emitir_ficha(admin, dias=1)
    assert client.delete(f"{FICHAS}{ajena.identificador}/", **con).status_code == 404
    assert len(client.get(FICHAS, **con).json()["results"]) == 1


def test_a_clients_key_is_no_person(client, clave_de):
    for metodo, ruta in (("get", FICHAS), ("post", FICHAS), ("post", "/api/auth/logout/")):
        assert getattr(client, metodo)(ruta, **clave_de()).status_code == 403


def test_a_token_made_without_second_factor_opens_nothing_where_one_is_due(client, obligatorio, ana, con):
    assert client.get(FICHAS, **con).status_code == 200
    FichaPersonal.objects.update(segundo_factor=False)
    assert client.get(FICHAS, **con).json()["error"]["codigo"] == "falta_segundo_factor"


def test_a_token_ends_with_its_password(client, con, ana):
    ana.set_password("otra-clave-9")
    ana.save()
    assert client.get(FICHAS, **con).status_code == 401


def test_a_token_does_not_end_with_a_new_way_of_hashing(client, con, ana, settings):
    hasher = "django.contrib.auth.hashers."
    settings.PASSWORD_HASHERS = [f"{hasher}ScryptPasswordHasher", f"{hasher}MD5PasswordHasher"]
    assert ana.check_password(CLAVE)
    assert ana.password.startswith("scrypt")
    assert client.get(FICHAS, **con).status_code == 200


def test_a_token_sleeps_while_its_person_is_inactive(client, con, ana):
    for activa, status in ((False, 401), (True, 200)):
        ana.is_active = activa
        ana.save()
        assert client.get(FICHAS, **con).status_code == status
