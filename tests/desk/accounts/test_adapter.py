"""Logging in by the page: lockout, where it leads, what it tells."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.desk.accounts.conftest import CLAVE

ENTRAR = "/cuenta/entrar/"


def intento(clave, usuario="ana", desde="10.0.0.1", **extra):
    return Client().post(ENTRAR, {"login": usuario, "password": clave}, REMOTE_ADDR=desde, **extra)


def test_a_name_is_locked_after_five_failures_from_anywhere(ana):
    for numero in range(5):
        assert "no son correctos" in intento("otra", desde=f"10.0.0.{numero}").text
    assert "Demasiados intentos" in intento(CLAVE, desde="10.0.1.1").text


@pytest.mark.parametrize("usuario", ["ANA", " ana "])
def test_another_spelling_gives_no_further_attempt(ana, usuario):
    for _ in range(5):
        intento("otra")
    assert "Demasiados intentos" in intento(CLAVE, usuario, desde="10.0.1.1").text


def test_another_host_name_gives_no_further_attempt(ana, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for _ in range(5):
        intento("otra", HTTP_HOST="uno.example.com")
    assert "Demasiados intentos" in intento(CLAVE, desde="10.0.1.1", HTTP_HOST="dos.example.com").text


def test_an_address_that_sprays_is_stopped_and_no_other(ana):
    textos = [intento("Verano2026", f"persona{numero}").text for numero in range(12)]
    assert ["Demasiados" in texto for texto in textos] == [False] * 10 + [True] * 2
    assert intento(CLAVE, desde="10.0.0.2").status_code == 302


def test_an_address_that_sprays_patiently_is_stopped_within_the_hour(ana, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/h/ip", "login_failed": "10/m/ip,5/5m/key"}
    assert [intento("Verano2026", f"persona{numero}").status_code for numero in range(4)] == [200] * 3 + [429]


def test_a_header_gives_no_other_address_without_a_proxy(ana):
    for numero in range(10):
        intento("Verano2026", f"persona{numero}", HTTP_X_FORWARDED_FOR=f"203.0.113.{numero}")
    assert "Demasiados intentos" in intento(CLAVE, HTTP_X_FORWARDED_FOR="203.0.113.99").text


def test_behind_a_proxy_the_address_is_the_one_that_it_wrote(ana, settings):
    settings.DETRAS_DE_PROXY = True
    for numero in range(10):
        intento("Verano2026", f"persona{numero}", HTTP_X_FORWARDED_FOR=f"198.51.100.{numero}, 203.0.113.7")
    assert "Demasiados intentos" in intento(CLAVE, HTTP_X_FORWARDED_FOR="198.51.100.99, 203.0.113.7").text
    assert intento(CLAVE, HTTP_X_FORWARDED_FOR="203.0.113.7, 198.51.100.1").status_code == 302


def test_own_logins_give_no_further_attempts_at_others(ana, django_user_model):
    django_user_model.objects.create_user("complice", password=CLAVE)
    for numero in range(9):
        intento("Verano2026", f"persona{numero}")
    assert intento(CLAVE, "complice").status_code == 302
    intento("Verano2026", "persona9")
    assert "Demasiados intentos" in intento("Verano2026", "persona10").text


@pytest.mark.parametrize("usuario", ["ana", "nadie", "ida"])
def test_every_failure_reads_the_same(ana, django_user_model, usuario):
    django_user_model.objects.create_user("ida", password=CLAVE, is_active=False)
    clave = CLAVE if usuario == "ida" else "otra"
    assert "El usuario o la contraseña no son correctos." in intento(clave, usuario).text


@pytest.mark.parametrize("lejos", ["https://malo.example.com/", "//malo.example.com", "javascript:alert(1)", "/\\malo"])
def test_login_leads_nowhere_else(client, ana, lejos):
    answer = client.post(ENTRAR, {"login": "ana", "password": CLAVE, "next": lejos})
    assert answer.url == "/admin/"


def test_login_leads_to_the_page_that_was_asked_for(client, ana):
    asked = client.get("/admin/jobs/ejecucion/?estado=fallida", follow=True)
    assert asked.redirect_chain[-1][0].startswith(f"{ENTRAR}?next=")
    [campo] = [linea for linea in asked.text.splitlines() if 'name="next"' in linea]
    assert "/admin/jobs/ejecucion/?estado=fallida" in campo


def test_login_leads_people_of_no_staff_to_the_api(client, django_user_model):
    django_user_model.objects.create_user("cliente", password=CLAVE)
    assert client.post(ENTRAR, {"login": "cliente", "password": CLAVE}).url == reverse("docs")
    assert client.get("/admin/login/").status_code == 403


def test_the_session_gets_a_new_key_at_login(client, ana, entrar):
    session = client.session  # of somebody who is nobody yet
    session["algo"] = 1
    session.save()
    assert session.session_key
    entrar()
    assert client.session.session_key != session.session_key


def test_login_that_is_not_a_form_gets_a_page(client, ana):
    answer = client.post(ENTRAR, {"login": "ana"}, content_type="application/json", HTTP_ACCEPT="application/json")
    assert answer["Content-Type"].startswith("text/html")


def test_a_session_ends_with_the_browser(client, ana, entrar):
    entrar()
    assert client.cookies["sessionid"]["max-age"] == ""


def test_many_at_once_get_no_further_than_the_ceiling(ana, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "1000/m/ip"}  # as if none of them counted
    textos = [intento("otra").text for _ in range(32)]
    assert ["Demasiados" in texto for texto in textos] == [False] * 30 + [True] * 2
