"""Tokens and refused credentials in the admin."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apikeys.admin_personal import GRAVES
from apikeys.issuing import emitir_ficha
from apikeys.models import FichaPersonal, IntentoRechazado

FICHAS = reverse("admin:apikeys_fichapersonal_changelist")
INTENTOS = reverse("admin:apikeys_intentorechazado_changelist")


@pytest.fixture
def ficha(admin):
    return emitir_ficha(admin, dias=2, nombre="Informe")[0]


@pytest.fixture
def intento(db):
    return IntentoRechazado.objects.create(
        minuto=timezone.now(),
        direccion="203.0.113.7",
        motivo="secreto",
        identificador="A" * 12,
        ruta="/api/x/",
        veces=3,
    )


def test_tokens_are_listed_without_their_secret(client, admin, ficha):
    client.force_login(admin)
    text = client.get(FICHAS).text
    for words in (f"pt_{ficha.identificador}…", "Informe", "Caduca pronto"):
        assert words in text
    assert ficha.huella not in text


@pytest.mark.parametrize("busca", ["admin", "Informe", "pt_{}"])
def test_tokens_are_found(client, admin, ficha, busca):
    client.force_login(admin)
    assert ficha.identificador in client.get(FICHAS, {"q": busca.format(ficha.identificador)}).text
    assert ficha.identificador not in client.get(FICHAS, {"q": "nadie"}).text


def test_tokens_are_revoked(client, admin, ficha):
    client.force_login(admin)
    client.post(FICHAS, {"action": "revocar", "_selected_action": [ficha.pk]})
    ficha.refresh_from_db()
    assert not ficha.activa
    assert ficha.revocada is not None


def test_revoking_asks_for_the_permission(client, crear_personal, ficha):
    client.force_login(crear_personal("apikeys.view_fichapersonal"))
    client.post(FICHAS, {"action": "revocar", "_selected_action": [ficha.pk]})
    assert FichaPersonal.objects.get().activa


def test_attempts_are_listed_with_their_reason(client, admin, intento):
    client.force_login(admin)
    text = client.get(INTENTOS).text
    for words in ("203.0.113.7", "El secreto no es el suyo", "/api/x/"):
        assert words in text
    assert "203.0.113.7" not in client.get(INTENTOS, {"motivo__exact": "red"}).text


def test_empty_lists_say_what_fills_them(client, admin):
    client.force_login(admin)
    assert "POST /api/auth/login/" in client.get(FICHAS).text
    assert "Nadie ha probado" in client.get(INTENTOS).text


@pytest.mark.parametrize("path", [FICHAS, INTENTOS])
def test_limited_staff_see_neither(client, crear_personal, crear_empresa, path):
    permisos = ("apikeys.view_fichapersonal", "apikeys.view_intentorechazado")
    client.force_login(crear_personal(*permisos, solo=[crear_empresa()]))
    assert client.get(path).status_code == 403


def test_every_reason_of_a_refusal_is_told_in_words():
    assert set(GRAVES) == set(IntentoRechazado.Motivo.values)
