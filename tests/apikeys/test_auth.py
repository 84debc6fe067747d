"""What the headers open. The route is the list of companies, which every key of a NIT may read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apikeys.models import APIKeyCliente

RUTA = "/api/empresas-servidor/"


@pytest.fixture
def clave(clave_de):
    return clave_de("900123456")["HTTP_API_KEY"]


@pytest.mark.parametrize("esquema", ["Bearer", "Api-Key", "bearer", "API-KEY"])
def test_each_scheme_opens(client, clave, esquema):
    assert client.get(RUTA, HTTP_AUTHORIZATION=f"{esquema} {clave}").status_code != 401


def test_the_own_header_opens(client, clave):
    assert client.get(RUTA, HTTP_API_KEY=clave).status_code != 401


def test_nothing_given_is_401(client, db):
    assert client.get(RUTA).status_code == 401


@pytest.mark.parametrize("cambio", [{"activa": False}, {"fecha_caducidad": timezone.now() - timedelta(days=1)}])
def test_a_key_that_ended_opens_nothing(client, clave, cambio):
    APIKeyCliente.objects.update(**cambio)
    assert client.get(RUTA, HTTP_API_KEY=clave).status_code == 401
