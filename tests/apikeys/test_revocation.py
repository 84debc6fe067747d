"""Revocation takes effect at once, on connections that are open too."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from apikeys import issuing
from apikeys.models import APIKeyCliente

RUTA = "/api/empresas-servidor/"


@pytest.fixture
def conexion(live_server):
    """One connection that stays open between requests."""
    destino = urlsplit(live_server.url)
    link = HTTPConnection(destino.hostname, destino.port, timeout=30)
    yield link
    link.close()


def pedir(link, cabecera):
    link.request("GET", RUTA, headers={"Api-Key": cabecera["HTTP_API_KEY"]})
    respuesta = link.getresponse()
    respuesta.read()
    return respuesta.status


def test_revocar_refuses_the_next_request_of_the_same_connection(transactional_db, conexion, clave_de):
    cabecera = clave_de()
    assert pedir(conexion, cabecera) == 200
    abierta = conexion.sock
    issuing.revocar(APIKeyCliente.objects.get(), por=None)
    assert pedir(conexion, cabecera) == 401
    assert abierta is not None
    assert conexion.sock is abierta


def test_company_that_leaves_the_nit_is_gone_at_the_next_request(transactional_db, conexion, clave_de, empresa):
    cabecera = clave_de(empresa.nit_base)

    def vistas():
        conexion.request("GET", f"{RUTA}{empresa.pk}/", headers={"Api-Key": cabecera["HTTP_API_KEY"]})
        respuesta = conexion.getresponse()
        respuesta.read()
        return respuesta.status

    assert vistas() == 200
    type(empresa).objects.filter(pk=empresa.pk).update(nit_base="811000111", nit="811000111")
    assert vistas() == 404
