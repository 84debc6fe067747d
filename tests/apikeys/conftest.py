"""Companies to issue keys for, the key itself as its owner has it, and the people who look after keys."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from apikeys.issuing import emitir
from companies.models import EmpresaServidor, UsuarioEmpresa
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


@pytest.fixture
def crear_personal(db):
    """Staff with these permissions ("apikeys.view_apikeycliente"), limited to the companies of `solo` if any."""

    def crear(*permisos, solo=()):
        user = get_user_model().objects.create_user("ana", is_staff=True)
        for permiso in permisos:
            app, codename = permiso.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        for empresa in solo:
            UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
        return user

    return crear
