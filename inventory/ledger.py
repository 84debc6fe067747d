"""The ledger of windows: what was read, summed up twice, and only written down where both sums are equal.

The hash of a window is defined in docs/data-flow.md; here it is computed over the rows as read (`Sumador`) and over the
rows as stored (`resumen_guardado`), the latter in one query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import md5
from operator import itemgetter
from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

from companies.models import EmpresaServidor
from inventory.models import MovimientoInventario, VentanaExtraccion
from jobs.models import Ejecucion
from lib.errors import Fatal
from lib.money import SUMA_MAXIMA, a_entero, desde_entero, entero_de_sqlite

SEPARADOR = "\x1f"
CIFRAS = 15  # hexadecimal digits of each row's MD5 that count: 60 bits
CAMPOS_DE_HUELLA = (
    "clave_origen", "fecha", "tipo_documento", "articulo_codigo", "codigo_bodega", "cantidad", "precio_unitario",
)  # fmt: skip
CLAVE_DE_VENTANA = ["empresa_servidor", "desde"]
DE_LA_VENTANA = [
    field.name
    for field in VentanaExtraccion._meta.concrete_fields
    if not field.primary_key and field.name not in CLAVE_DE_VENTANA
]


@dataclass(frozen=True, slots=True)
class Resumen:
    """A window in four figures; two windows with the same rows, in whatever order, have the same."""

    filas: int
    suma_cantidad: Decimal
    suma_valor: Decimal
    huella: str


@dataclass(frozen=True, slots=True)
class Figuras:
    """Part of a window in whole numbers: rows, Σ cantidad and Σ valor in ten-thousandths, Σ of the rows' shares."""

    filas: int = 0
    cantidad: int = 0
    valor: int = 0
    huella: int = 0

    def __add__(self, other: "Figuras") -> "Figuras":
        return Figuras(
            self.filas + other.filas,
            self.cantidad + other.cantidad,
            self.valor + other.valor,
            self.huella + other.huella,
        )

    def resumen(self) -> Resumen:
        return Resumen(self.filas, desde_entero(self.cantidad), desde_entero(self.valor), f"{self.huella:x}")


class Sumador:
    """Sums up rows as they pass: tuples in the order of `campos`, which hold the hashed fields and valor_total."""

    def __init__(self, campos: Sequence[str]) -> None:
        self._elegir = itemgetter(*[campos.index(name) for name in (*CAMPOS_DE_HUELLA, "valor_total")])
        self.filas = self._cantidad = self._valor = self._huella = 0
        self._bloques = Figuras()

    def sumar(self, fila: Sequence[Any]) -> None:
        clave, fecha, tipo, articulo, bodega, cantidad, precio, valor = self._elegir(fila)
        units = a_entero(cantidad)
        self.filas += 1
        self._cantidad += units
        self._valor += a_entero(valor)
        self._huella += huella_de_fila(clave, fecha.isoformat(), tipo, articulo, bodega, units, a_entero(precio))

    def sumar_bloque(self, figuras: Figuras) -> None:
        self._bloques += figuras

    def resumen(self) -> Resumen:
        return (self._bloques + Figuras(self.filas, self._cantidad, self._valor, self._huella)).resumen()


def huella_de_fila(*partes: str | int) -> int:
    """One row's share of the hash; the decimals come in ten-thousandths, the date as YYYY-MM-DD."""
    text = SEPARADOR.join(map(str, partes))
    return int(md5(text.encode(), usedforsecurity=False).hexdigest()[:CIFRAS], 16)


SQL_RESUMEN = """
SELECT COUNT(*), {suma_cantidad}, {suma_valor}, {huella}
FROM movimientos_inventario WHERE empresa_servidor_id = %s AND fecha >= %s AND fecha < %s
"""
EXPRESIONES = {
    "postgresql": {
        "suma_cantidad": "trunc(COALESCE(SUM(cantidad), 0) * 10000)",
        "suma_valor": "trunc(COALESCE(SUM(valor_total), 0) * 10000)",
        # no column is NULL, no function keeps workers from sharing the rows, and lib.postgresql writes dates as ISO
        "huella": """COALESCE(SUM(('x' || left(md5(convert_to(
            concat_ws(E'\\x1f', clave_origen, fecha, tipo_documento, articulo_codigo, codigo_bodega,
                (cantidad * 10000)::bigint, (precio_unitario * 10000)::bigint)
        , 'UTF8')), 15))::bit(60)::bigint), 0)""",
    },
    "sqlite": {
        "suma_cantidad": "COALESCE(suma_exacta(cantidad), 0)",
        "suma_valor": "COALESCE(suma_exacta(valor_total), 0)",
        "huella": """COALESCE(huella_de_ventana(
            clave_origen, fecha, tipo_documento, articulo_codigo, codigo_bodega, cantidad, precio_unitario
        ), 0)""",
    },
}


def resumen_guardado(empresa: EmpresaServidor, desde: date, hasta: date) -> Resumen:
    """The summary of the stored movements of a company from `desde` until the day before `hasta`, by one query."""
    connection = connections[router.db_for_write(MovimientoInventario)]
    with connection.cursor() as cursor:
        cursor.execute(SQL_RESUMEN.format(**EXPRESIONES[connection.vendor]), [empresa.pk, desde, hasta])
        filas, cantidad, valor, huella = cursor.fetchone()
    return Resumen(filas, desde_entero(int(cantidad)), desde_entero(int(valor)), f"{int(huella):x}")


class _HuellaDeSqlite:
    """The aggregate `huella_de_ventana(...)` of every SQLite connection."""

    def __init__(self) -> None:
        self.sum = 0

    def step(self, *valores: Any) -> None:
        *texts, cantidad, precio = valores
        self.sum += huella_de_fila(*texts, entero_de_sqlite(cantidad), entero_de_sqlite(precio))

    def finalize(self) -> str:
        return str(self.sum)


def registrar_en_sqlite(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Give a new SQLite connection the aggregate of the stored window's hash."""
    if connection.vendor == "sqlite":
        connection.connection.create_aggregate("huella_de_ventana", len(CAMPOS_DE_HUELLA), _HuellaDeSqlite)


def anotar_ventana(
    empresa: EmpresaServidor,
    desde: date,
    hasta: date,
    *,
    leido: Resumen,
    origen: str,
    receta: str,
    leida: datetime,
    ejecucion: Ejecucion | None = None,
    rechazadas: int = 0,
    redondeadas: int = 0,
    origen_filas: int | None = None,
    origen_cantidad: str = "",
    origen_claves: str = "",
) -> VentanaExtraccion:
    """Write the window's ledger row in the transaction that wrote its movements.

    Fatal `cuadre_fallido` where what is stored is not what was read; it undoes the whole transaction.
    """
    if not connections[router.db_for_write(VentanaExtraccion)].in_atomic_block:
        raise TransactionManagementError("a window's ledger row belongs to the transaction of its rows")
    _exigir_cuadre(empresa, desde, leido, resumen_guardado(empresa, desde, hasta))
    ventana = VentanaExtraccion(
        empresa_servidor=empresa,
        desde=desde,
        hasta=hasta,
        origen=origen,
        receta=receta,
        filas=leido.filas,
        rechazadas=rechazadas,
        redondeadas=redondeadas,
        suma_cantidad=leido.suma_cantidad,
        suma_valor=leido.suma_valor,
        huella=leido.huella,
        origen_filas=origen_filas,
        origen_cantidad=origen_cantidad,
        origen_claves=origen_claves,
        ejecucion=ejecucion,
        leida=leida,
    )
    VentanaExtraccion.objects.bulk_create(  # one statement, where update_or_create takes six
        [ventana], update_conflicts=True, unique_fields=CLAVE_DE_VENTANA, update_fields=DE_LA_VENTANA
    )
    return ventana


def _exigir_cuadre(empresa: EmpresaServidor, desde: date, leido: Resumen, guardado: Resumen) -> None:
    if leido != guardado:
        raise Fatal(
            "cuadre_fallido",
            f"Lo guardado de {empresa} en {desde:%Y-%m} no es lo que se leyó: {guardado} en vez de {leido}.",
            "Nada de esa ventana quedó escrito. Repita la extracción; si vuelve a pasar, avise a soporte.",
        )
    if max(abs(leido.suma_cantidad), abs(leido.suma_valor)) > SUMA_MAXIMA:
        raise Fatal(
            "suma_desbordada",
            f"Las sumas de {empresa} en {desde:%Y-%m} pasan de {SUMA_MAXIMA}.",
            "Busque en la fuente un documento con cantidades o precios absurdos y corríjalo.",
        )
