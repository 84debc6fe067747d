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
