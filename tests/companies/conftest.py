"""A server, its companies and the people who look at them."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from companies import discovery
from companies.models import EmpresaServidor, UsuarioEmpresa
from companies.nit import analizar
from jobs.running import ejecutar
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


@pytest.fixture
def crear_limitado(crear_usuario):
    """Staff with these permissions ("jobs.view_ejecucion"), limited to the given companies."""

    def crear(*empresas, permisos=()):
        user = crear_usuario("limitada", is_staff=True)
        for permiso in permisos:
            app, codename = permiso.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        for empresa in empresas:
            UsuarioEmpresa.objects.create(usuario=user, empresa=empresa)
        return user

    return crear


DDL = """CREATE TABLE EMPRESAS (CODIGO {texto}(60), NOMBRE {texto}(300), NIT {texto}(60), ANOFIS {anio},
ARCHIVO {texto}(600));
"""


def valores(filas):
    """INSERT statements of rows (codigo, nombre, nit, anofis, archivo)."""
    return "".join(f"INSERT INTO EMPRESAS VALUES ({', '.join(map(_literal, fila))});\n" for fila in filas) + "COMMIT;\n"


def _literal(valor):
    if valor is None:
        return "NULL"
    return str(valor) if isinstance(valor, int) else "'" + str(valor).replace("'", "''") + "'"


class Maestra:
    """A real ADMIN.gdb and the server row that points at it."""

    def __init__(self, firebird, ruta, servidor):
        self.firebird, self.ruta, self.servidor = firebird, ruta, servidor

    def sql(self, sql):
        self.firebird.isql(self.ruta, sql + "\nCOMMIT;\n")

    def poner(self, *filas):
        self.sql(valores(filas))


@pytest.fixture
def crear_maestra(firebird, firebird_db, crear_servidor):
    def crear(*filas, nombre="BCE", sql=None, texto="VARCHAR", anio="SMALLINT", dialect=3, charset="NONE"):
        ddl = DDL.format(texto=texto, anio=anio) + "COMMIT;\n" + valores(filas) if sql is None else sql
        ruta = firebird_db("ADMIN.GDB", ddl, dialect=dialect, charset=charset)
        servidor = crear_servidor(
            nombre,
            host="127.0.0.1",
            puerto=firebird.port,
            usuario=firebird.usuario,
            password=firebird.password,
            ruta_maestra=str(ruta),
        )
        return Maestra(firebird, ruta, servidor)

    return crear


@pytest.fixture
def correr(db):
    """Do a run here, as a command would, and give back its row."""

    def correr(pedido, cumplir):
        return ejecutar(pedido[0].pk, cumplir)

    return correr


@pytest.fixture
def descubrir(correr):
    return lambda servidor: correr(discovery.solicitar(servidor, encolar=False), discovery.cumplir)
