"""Accounts of Contífico, one table for each resource, and how far each is."""

from inventory.contifico.models.catalogo import Bodega, Categoria, Marca, Producto, Variante
from inventory.contifico.models.contabilidad import (
    Asiento,
    CentroCosto,
    CuentaBancaria,
    CuentaContable,
    MovimientoBancario,
)
from inventory.contifico.models.cuenta import Cuenta
from inventory.contifico.models.documentos import Compra, Documento, Persona, Transaccion, Venta
from inventory.contifico.models.existencias import Guia, Movimiento
from inventory.contifico.models.registro import Registro
from inventory.contifico.models.sincronizacion import EstadoSincronizacion, Rechazado, Situacion

__all__ = [
    "TABLAS", "Asiento", "Bodega", "Categoria", "CentroCosto", "Compra", "Cuenta", "CuentaBancaria", "CuentaContable",
    "Documento", "EstadoSincronizacion", "Guia", "Marca", "Movimiento", "MovimientoBancario", "Persona", "Producto",
    "Rechazado", "Registro", "Situacion", "Transaccion", "Variante", "Venta",
]  # fmt: skip

MODELOS: tuple[type[Registro], ...] = (
    Categoria, Marca, Variante, Producto, Bodega, Movimiento, Guia, Compra, Venta, Documento, Transaccion, Persona,
    CentroCosto, CuentaContable, Asiento, CuentaBancaria, MovimientoBancario,
)  # fmt: skip
TABLAS = {modelo._meta.db_table: modelo for modelo in MODELOS}  # a table is called as its resource
