"""What the tests of servers share."""

import pytest

from servers.models import Servidor

CLAVE = "Contraseña-muy-secreta-7"


@pytest.fixture
def crear_servidor(db):
    """A function that makes a server; every field may be given."""

    def crear(**campos):
        campos = {
            "nombre": "BCE",
            "host": "10.8.3.10",
            "usuario": "SYSDBA",
            "password": CLAVE,
            "ruta_maestra": r"C:\datos\ADMIN.gdb",
        } | campos
        return Servidor.objects.create(**campos)

    return crear


@pytest.fixture
def servidor(crear_servidor):
    return crear_servidor()


@pytest.fixture
def servidor_firebird(firebird):
    """A function that describes the private Firebird server, unsaved; every field may be given."""

    def describir(controlador="automatico", *, clave=None, **campos):
        campos = {
            "nombre": "Privado",
            "host": "127.0.0.1",
            "puerto": firebird.port,
            "usuario": firebird.usuario,
        } | campos
        servidor = Servidor(controlador=controlador, **campos)
        servidor.password = firebird.password if clave is None else clave
        return servidor

    return describir
