"""The seventeen resources of Contífico, one declaration each: where it is, how it is paged, how it is named and dated.

What each address really does was seen in public clients and measured by others, up to November 2026; the documentation
of the API says less. v1 answers flat lists and ignores parameters that it does not know; v2 answers envelopes
`{count, next, previous, results}` whose order is not stable between pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Paginas(StrEnum):
    """How a resource is asked for its next rows."""

    ENTERA = "entera"  # the whole list at once, whatever is asked; `page` is ignored
    RESULT = "result"  # result_page (from 1) and result_size
    SOBRE = "sobre"  # v2: page (from 1) and page_size, in an envelope


class Desde(StrEnum):
    """What a date that is asked for compares with."""

    MODIFICACION = "modificacion"
    EMISION = "emision"


@dataclass(frozen=True, slots=True)
class Filtro:
    """The query parameters of a first and a last day, what they compare, and how a day is written."""

    desde: str = "fecha_inicial"
    hasta: str = "fecha_final"
    compara: Desde = Desde.EMISION
    formato: str = "%d/%m/%Y"


MODIFICADOS = Filtro(compara=Desde.MODIFICACION)
EMITIDOS = Filtro()

CLAVES = ("id", "codigo", "code", "uuid", "external_id")  # a record is named by the first of these that it has
FECHAS = ("fecha_modificacion", "updated_at", "fecha_actualizacion")  # when a record itself says that it changed


@dataclass(frozen=True, slots=True)
class Recurso:
    """One resource: `nombre` is its table, its place in our API and its name for people who write commands.

    `tope`: rows of a page that the server bears (0: as many as the account asks for). `consultas`: the fixed parameters
    of each of the passes that together are the resource. `ruta_uno`: where one record is, where that is not below
    `ruta`. `alterna`: the list to ask for where the server takes `ruta` for one record's.
    """

    nombre: str
    titulo: str
    ruta: str
    version: int = 1
    paginas: Paginas = Paginas.ENTERA
    tope: int = 0
    filtro: Filtro | None = None
    claves: tuple[str, ...] = CLAVES
    fechas: tuple[str, ...] = FECHAS
    consultas: tuple[Mapping[str, str], ...] = field(default=({},))
    ruta_uno: str = ""
    alterna: str = ""


COMPRAS = ({"tipo_registro": "PRO", "tipo": "FAC"}, {"tipo_registro": "PRO", "tipo": "LQC"})
VENTAS = ({"tipo_registro": "CLI", "tipo": "FAC"},)
R, S = Paginas.RESULT, Paginas.SOBRE
REGISTRO, DOCUMENTO = "registro/documento/", "documento/"

RECURSOS = (
    Recurso("categories", "Categorías", "categoria/", filtro=MODIFICADOS),
    Recurso("brands", "Marcas", "marca/"),
    Recurso("variants", "Variantes", "variante/", filtro=MODIFICADOS),
    Recurso("products", "Productos", "producto/", paginas=R, filtro=MODIFICADOS),
    Recurso("warehouses", "Bodegas", "bodega/", filtro=MODIFICADOS),
    Recurso("inventory_movements", "Movimientos de inventario", "movimiento-inventario/", paginas=R, tope=100),
    Recurso("remission_guides", "Guías de remisión", "inventario/guia", paginas=R),
    Recurso("purchases", "Compras", REGISTRO, paginas=R, filtro=EMITIDOS, consultas=COMPRAS, ruta_uno=DOCUMENTO),
    Recurso("sales", "Ventas", REGISTRO, paginas=R, filtro=EMITIDOS, consultas=VENTAS, ruta_uno=DOCUMENTO),
    Recurso("documents", "Documentos", DOCUMENTO, paginas=R, filtro=EMITIDOS, alterna=REGISTRO),
    Recurso("registry_transactions", "Transacciones", "registro/transaccion/", paginas=R, filtro=EMITIDOS),
    Recurso("persons", "Personas", "persona/", filtro=MODIFICADOS),
    Recurso("cost_centers", "Centros de costo", "contabilidad/centro-costo/", paginas=R, tope=100),
    Recurso("chart_of_accounts", "Cuentas contables", "contabilidad/cuenta-contable/", paginas=R, tope=100),
    Recurso("journal_entries", "Asientos", "contabilidad/asiento/", 2, paginas=S, tope=100, filtro=EMITIDOS),
    Recurso("bank_accounts", "Cuentas bancarias", "banco/cuenta/"),
    Recurso("bank_movements", "Movimientos bancarios", "banco/movimiento/", filtro=EMITIDOS),
)
POR_NOMBRE = {recurso.nombre: recurso for recurso in RECURSOS}
