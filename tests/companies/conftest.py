"""A server, its companies and the people who look at them."""

import pytest
from django.contrib.auth import get_user_model

from companies.models import EmpresaServidor
from companies.nit import analizar
from servers.models import Servidor


@pytest.fixture
def crear_servidor(db):
    def crear(nombre="BCE", **campos):
        campos = {"host": "127.0.0.1", "usuario": "SYSDBA", "ruta_maestra": "ADMIN"} | campos
        return Servidor.objects.create(nombre=nombre, **campos)

    return crear


@pytest.fixture
def servidor(crear_servidor):
    return crear_servidor()


@pytest.fixture
def crear_empresa(servidor):
    def crear(nit="900123456-8", anio_fiscal=2025, **campos):
        partes = analizar(nit)
        campos = {
            "servidor": servidor,
            "codigo": "01",
            "nombre": "Ortopedia del Valle",
            "ruta_base": rf"C:\Datos TNS\ORTO{anio_fiscal}.GDB",
        } | campos
        return EmpresaServidor.objects.create(
            nit=partes.nit,
            nit_original=partes.original,
            nit_base=partes.base,
            dv=partes.dv,
            dv_valido=partes.dv_valido,
            anio_fiscal=anio_fiscal,
            **campos,
        )

    return crear


@pytest.fixture
def empresa(crear_empresa):
    return crear_empresa()


@pytest.fixture
def crear_usuario(db):
    def crear(nombre="ana", **campos):
        return get_user_model().objects.create_user(nombre, **campos)

    return crear
