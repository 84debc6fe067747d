"""Companies to issue keys for, and the key itself as its owner has it."""

import pytest

from apikeys.issuing import emitir
from companies.models import EmpresaServidor
from companies.nit import analizar
from servers.models import Servidor


@pytest.fixture
def crear_empresa(db):
    def crear(nit="900123456-8", anio_fiscal=2025, nombre="Ortopedia del Valle"):
        servidor, _ = Servidor.objects.get_or_create(
            nombre="BCE", defaults={"host": "127.0.0.1", "usuario": "SYSDBA", "ruta_maestra": "ADMIN"}
        )
        return EmpresaServidor.objects.create(
            servidor=servidor,
            codigo="01",
            nombre=nombre,
            anio_fiscal=anio_fiscal,
            ruta_base=rf"C:\Datos TNS\ORTO{anio_fiscal}.GDB",
            **analizar(nit).campos(),
        )

    return crear


@pytest.fixture
def empresa(crear_empresa):
    return crear_empresa()


@pytest.fixture
def emitida(empresa):
    """A key that was issued for the NIT of `empresa`."""
    return emitir(nit="900123456-8")
