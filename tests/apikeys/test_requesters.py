"""The client behind a run."""

import pytest

from apikeys.issuing import revocar
from apikeys.requesters import cliente_de


@pytest.fixture
def nombre(emitida):
    return f"clave:{emitida.fila.identificador}"


def test_cliente_de_finds_the_key_while_it_opens(emitida, nombre):
    assert cliente_de(nombre).solicitante == nombre
    revocar(emitida.fila, por=None)
    assert cliente_de(nombre) is None


def test_cliente_de_heeds_the_networks_of_the_key(emitida, nombre):
    emitida.fila.redes_permitidas = ["10.0.0.0/8"]
    emitida.fila.save()
    assert cliente_de(nombre, "192.0.2.1") is None
    assert cliente_de(nombre, "10.1.1.1")


def test_who_looks_as_a_key_is_not_that_key(nombre):
    assert cliente_de(f"user 1 as {nombre}") is None
