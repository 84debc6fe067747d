"""What the copied movements of an article in a warehouse add up to, beside what the source says is there.

The two need not be equal: the stock with which a year began is no movement, and some kinds of documents are not copied
(docs/data-flow.md). Stock is always the source's own figure.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F

from inventory.models import Existencia, MovimientoInventario
from lib.money import CIFRAS_DE_CANTIDAD, ESCALA, SumaExacta, redondear

CLAVE = ("empresa_servidor_id", "articulo_codigo", "codigo_bodega")
CON_SIGNO = ExpressionWrapper(
    F("cantidad") * F("sentido"), output_field=DecimalField(max_digits=CIFRAS_DE_CANTIDAD, decimal_places=ESCALA)
)

Clave = tuple[int, str, str]


def sumar_movimientos(claves: Iterable[Clave]) -> dict[Clave, Decimal]:
    """Σ cantidad × sentido of each company, article and warehouse, by one statement over the index by article."""
    pedidas = set(claves)
    movimientos = MovimientoInventario.objects.filter(
        articulo_codigo__in={articulo for _, articulo, _ in pedidas},
        empresa_servidor__in={empresa for empresa, _, _ in pedidas},
    ).order_by()
    sumas = movimientos.values_list(*CLAVE).annotate(suma=SumaExacta(CON_SIGNO))
    halladas = {(empresa, articulo, bodega): suma for empresa, articulo, bodega, suma in sumas} if pedidas else {}
    return {clave: halladas.get(clave, Decimal(0)) for clave in pedidas}


def comparar(filas: Sequence[dict[str, Any]]) -> None:
    """Add `suma_movimientos` and `diferencia` to rows of stock."""
    sumas = sumar_movimientos(_clave(fila) for fila in filas)
    for fila in filas:
        suma = sumas[_clave(fila)]
        fila |= {"suma_movimientos": redondear(suma), "diferencia": redondear(Decimal(fila["cantidad"]) - suma)}


def diferencias(existencias: Iterable[Existencia]) -> dict[int, Decimal]:
    """By primary key, what each row of stock has more than its movements add up to."""
    por_clave = {(una.empresa_servidor_id, una.articulo_codigo, una.codigo_bodega): una for una in existencias}
    sumas = sumar_movimientos(por_clave)
    return {una.pk: una.cantidad - sumas[clave] for clave, una in por_clave.items()}


def _clave(fila: dict[str, Any]) -> Clave:
    return fila["empresa_servidor_id"], fila["articulo_codigo"], fila["codigo_bodega"]
