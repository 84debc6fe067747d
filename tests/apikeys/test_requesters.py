"""Who is behind a run."""

import pytest
from django.contrib.auth.models import AnonymousUser

from apikeys.issuing import emitir_ficha, revocar
from apikeys.models import FichaPersonal
from apikeys.requesters import identidad


@pytest.fixture
def nombre(emitida):
    return f"clave:{emitida.fila.identificador}"


@pytest.fixture
def ficha(lectora):
    return emitir_ficha(lectora, dias=1)[0]


@pytest.fixture
def lectora(django_user_model, db):
    return django_user_model.objects.create_user("lectora")


def test_identidad_finds_the_key_while_it_opens(emitida, nombre):
    usuario, auth = identidad(nombre)
    assert (usuario, auth.solicitante) == (AnonymousUser(), nombre)
    revocar(emitida.fila, por=None)
    assert identidad(nombre) is None


def test_identidad_heeds_the_networks_of_the_key(emitida, nombre):
    emitida.fila.redes_permitidas = ["10.0.0.0/8"]
    emitida.fila.save()
    assert identidad(nombre, "192.0.2.1") is None
    assert identidad(nombre, "10.1.1.1")


@pytest.mark.parametrize("cambio", [{"activa": False}, {"fecha_caducidad": "2020-01-01T00:00Z"}])
def test_identidad_finds_the_person_of_a_token_while_it_opens(ficha, lectora, cambio):
    assert identidad(ficha.solicitante, "192.0.2.1") == (lectora, None)
    FichaPersonal.objects.update(**cambio)
    assert identidad(ficha.solicitante) is None


def test_identidad_finds_no_person_who_was_deactivated(ficha, django_user_model):
    django_user_model.objects.update(is_active=False)
    assert identidad(ficha.solicitante) is None


@pytest.mark.parametrize("otro", ["user 1 as {}", "{}x", "", "clave", "otra:{}"])
def test_identidad_finds_nobody_behind_another_name(nombre, otro):
    assert identidad(otro.format(nombre)) is None
