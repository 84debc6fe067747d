"""Companies and movements for the tests of inventory."""

from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from companies.models import EmpresaServidor
from inventory.models import MovimientoInventario, TipoDocumento
from jobs.running import ejecutar
from lib.encryption import encrypt
from servers.models import Servidor
from tests.inventory import tns

NUMERO = count(1)


@pytest.fixture
def crear_empresa(db):
    """A function that makes a company of its own NIT on one server."""

    def crear(**campos):
        servidor, _ = Servidor.objects.get_or_create(nombre="BCE", defaults={"host": "192.0.2.1", "usuario": "SYSDBA"})
        nit = str(900_000_000 + next(NUMERO))
        valores = {
            "servidor": servidor, "codigo": nit[-3:], "nombre": f"Empresa {nit[-3:]}", "nit": nit, "nit_original": nit,
            "nit_base": nit, "anio_fiscal": 2026, "ruta_base": "/datos/x.gdb",
        }  # fmt: skip
        return EmpresaServidor.objects.create(**valores | campos)

    return crear


@pytest.fixture
def empresa(crear_empresa):
    return crear_empresa()


@pytest.fixture
def crear_movimiento(empresa):
    """A function that makes a movement; its natural key follows a counter unless given."""

    def crear(**campos):
        valores = {
            "empresa_servidor": empresa, "clave_origen": f"K:{next(NUMERO):09d}",
            "tipo_documento": TipoDocumento.FACTURA_VENTA, "documento": "FV-00-1", "fecha": date(2026, 3, 1),
            "articulo_codigo": "A1", "articulo_nombre": "Tornillo", "cantidad": Decimal("2.5"), "sentido": -1,
            "precio_unitario": Decimal(1000), "valor_total": Decimal(2500),
        }  # fmt: skip
        return MovimientoInventario.objects.create(**valores | campos)

    return crear


@pytest.fixture
def servidor_firebird(db, firebird):
    """The private Firebird server, registered."""
    return Servidor.objects.create(
        nombre="Privado", host="127.0.0.1", puerto=firebird.port, usuario=firebird.usuario,
        password_cifrada=encrypt(firebird.password), ruta_maestra=str(firebird.path("ADMIN.gdb")),
    )  # fmt: skip


@pytest.fixture
def correr(db):
    """A function that claims a run in the foreground, does its body and gives the run as it ended.

    `correr(extraction, empresa, inicio, fin, forzar=True)` asks through the module and does its `cumplir`.
    """

    def hacer(modulo, *args, **opciones):
        run, _ = modulo.solicitar(*args, encolar=False, **opciones)
        return ejecutar(run.pk, modulo.cumplir)

    return hacer


@pytest.fixture
def fuente(firebird):
    """A small TNS database of the test's own, without documents (tests/inventory/tns.py)."""
    return tns.crear(firebird, f"fuente/{next(NUMERO)}.GDB")


@pytest.fixture
def empresa_tns(fuente, servidor_firebird, crear_empresa):
    """The company of 2024 whose database is `fuente`."""
    return crear_empresa(servidor=servidor_firebird, ruta_base=str(fuente.ruta), anio_fiscal=2024)


@pytest.fixture
def guardado():
    """A function that gives the stored movements of a company: {clave_origen: (fecha, tipo, cantidad)}."""

    def leer(empresa):
        rows = MovimientoInventario.objects.filter(empresa_servidor=empresa)
        return {m.clave_origen: (str(m.fecha), m.tipo_documento, m.cantidad) for m in rows}

    return leer
