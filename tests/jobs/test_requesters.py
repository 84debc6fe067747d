"""Whoever asked is found again as they are now, or not at all."""

import pytest
from django.contrib.auth.models import AnonymousUser

from apikeys.issuing import emitir_ficha
from apikeys.models import APIKeyCliente, FichaPersonal
from jobs.requesters import Solicitante, de_ejecucion

pytestmark = pytest.mark.django_db


@pytest.fixture
def clave(clave_de):
    clave_de("900123456")
    return APIKeyCliente.objects.get()


def test_de_ejecucion_finds_the_person_who_asked(crear_run, lector):
    assert de_ejecucion(crear_run(solicitada_por=lector)) == Solicitante(lector)


def test_de_ejecucion_finds_the_key_with_its_present_scopes(crear_run, clave):
    run = crear_run(solicitada_con=f"clave:{clave.identificador}")
    APIKeyCliente.objects.update(alcances=["ventas"])
    quien = de_ejecucion(run)
    assert isinstance(quien.usuario, AnonymousUser)
    assert quien.auth.scopes == {"ventas"}
    assert quien.nombre == run.solicitada_con


@pytest.mark.parametrize("campos", [{}, {"solicitada_con": "clave:noexiste"}, {"solicitada_con": "clave:"}])
def test_de_ejecucion_finds_nobody_behind_what_nobody_asked(crear_run, campos):
    assert de_ejecucion(crear_run(**campos)) is None


@pytest.mark.parametrize("cambio", [{"activa": False}, {"fecha_caducidad": "2020-01-01T00:00Z"}])
def test_de_ejecucion_finds_no_key_that_ended(crear_run, clave, cambio):
    APIKeyCliente.objects.update(**cambio)
    assert de_ejecucion(crear_run(solicitada_con=f"clave:{clave.identificador}")) is None


def test_de_ejecucion_finds_the_person_behind_a_token_while_it_opens(crear_run, lector):
    ficha, _ = emitir_ficha(lector, dias=1)
    run = crear_run(solicitada_por=lector, solicitada_con=f"ficha:{ficha.identificador}")
    assert de_ejecucion(run) == Solicitante(lector)
    FichaPersonal.objects.update(activa=False)
    assert de_ejecucion(run) is None


def test_de_ejecucion_finds_no_user_who_was_deactivated(crear_run, lector):
    type(lector).objects.update(is_active=False)
    assert de_ejecucion(crear_run(solicitada_por=lector)) is None


def test_peticion_is_a_get_of_theirs(lector):
    request = Solicitante(lector).peticion("/api/cosas/", "a=1&a=2")
    assert (request.user, request.auth, request.method) == (lector, None, "GET")
    assert request.query_params.getlist("a") == ["1", "2"]
