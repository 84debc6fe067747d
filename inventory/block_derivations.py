"""Columns of movements that are worked out from others: kind, document, line, order, warehouse.

Values of which there are few are decided once each, by the functions of inventory.conversion and inventory.values.
"""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inventory import block_dates, block_names, values
from inventory.block_dates import Fecha
from inventory.block_joins import tabla, unir
from inventory.block_names import Nombres
from inventory.block_texts import limpiar, por_distinto, vacios
from inventory.conversion import ANCHOS, bodega_dada, prefijo_de, tipo_de
from inventory.kinds import FACTURAS, sentido
from inventory.models import TipoBodega, TipoDocumento
from inventory.warehouses import Clasificador
from lib.arrays import Columna, Decimales, Enteros, Fechas, Glosados, Logicos, Mascara, Textos
from lib.errors import Rejected

SEPARADOR = "-"
ENTERO_MAXIMO = 2**31
BANDERAS = {
    "es_implante": TipoBodega.IMPLANTE,
    "es_instrumental": TipoBodega.INSTRUMENTAL,
    "es_equipo_poder": TipoBodega.EQUIPO_DE_PODER,
}
Columnas: TypeAlias = dict[str, Columna]
Dadas: TypeAlias = Mapping[str, Columna]  # the statement's, by its names


class Incomprensible(Exception):
    """A column is of a type that only the row's way understands."""


def texto(dadas: Dadas, nombre: str, ancho: int | None, raras: Mascara) -> Textos:
    """The column as texts of at most `ancho`, empty where the statement lacks it."""
    columna = dadas.get(nombre)
    if columna is None:
        return vacios(len(raras))
    if isinstance(columna, Enteros):
        columna = _en_cifras(columna)
    if not isinstance(columna, Textos):
        raise Incomprensible
    return limpiar(columna, ancho, raras)


def nombre(dadas: Dadas, nombre: str, ancho: int | None, raras: Mascara, limpiadas: NDArray[np.int64]) -> Nombres:
    """The same, of a column whose texts many rows may share; see block_names.limpiar."""
    columna = dadas.get(nombre)
    if isinstance(columna, Glosados):
        return block_names.limpiar(columna, ancho, raras, limpiadas)
    return texto(dadas, nombre, ancho, raras)


def fecha_de(columna: Columna, raras: Mascara) -> Fecha:
    """The column as dates."""
    fecha = block_dates.leer(columna, raras)
    if fecha is None:
        raise Incomprensible
    return fecha


def de_documento(dadas: Dadas, codigos: Textos, raras: Mascara, *, remision_no_mueve: bool) -> Columnas:
    """What hangs on the kind: the document's name and the way that it moves stock."""
    tipos, cual = por_distinto(codigos, _tipo, raras)
    raras |= np.array([tipo is None for tipo, _ in tipos])[cual]
    formas = [1 if tipo is None else sentido(tipo) for tipo, _ in tipos]
    facturas = np.array([tipo in FACTURAS for tipo, _ in tipos])[cual]
    sentidos = np.array(formas, np.int64)[cual]
    if remision_no_mueve and "REMTOTFAC" in dadas:
        sentidos[facturas & afirmado(dadas["REMTOTFAC"], raras)] = 0
    return {
        "tipo_documento": tabla(["" if tipo is None else str(tipo) for tipo, _ in tipos], cual),
        "documento": _documento(dadas, tabla([prefijo for _, prefijo in tipos], cual), raras),
        "sentido": Enteros(sentidos),
    }


def _documento(dadas: Dadas, prefijo: Textos, raras: Mascara) -> Textos:
    ancho = ANCHOS["documento"]
    if "NUMERO" not in dadas:
        return texto(dadas, "DOCUMENTO", ancho, raras)
    partes = [texto(dadas, name, None, raras) for name in ("PREFIJO", "NUMERO")]
    unidos = unir([prefijo, *partes], SEPARADOR, _codec(*partes))
    return limpiar(unidos, ancho, raras)  # a part may be empty, and the whole too long


def afirmado(columna: Columna, raras: Mascara) -> Mascara:
    """Whether the flag is set, as values.afirmado says."""
    if isinstance(columna, Textos):
        dichos, cual = por_distinto(limpiar(columna, None, raras), values.afirmado, raras)
        return np.array(dichos)[cual]
    if not isinstance(columna, Decimales | Enteros | Logicos):
        raise Incomprensible
    valores = columna.unidades if isinstance(columna, Decimales) else columna.valores
    puesto: Mascara = valores != 0
    return puesto if columna.nulos is None else puesto & ~columna.nulos


def linea(dadas: Dadas, raras: Mascara) -> Enteros:
    columna = dadas.get("LINEA")
    if isinstance(columna, Decimales):
        signos, enteros = np.sign(columna.unidades), np.abs(columna.unidades) // 10**columna.escala
        columna = Enteros(signos * enteros, columna.nulos)
    if isinstance(columna, Textos):
        leidas, cual = por_distinto(limpiar(columna, None, raras), values.entero, raras)
        nulos = np.array([leida is None for leida in leidas])[cual]
        return Enteros(np.array([leida or 0 for leida in leidas], np.int64)[cual], nulos)
    if columna is None:
        return Enteros(ceros(raras), np.ones(len(raras), bool))
    if not isinstance(columna, Enteros):
        raise Incomprensible
    ausente = (columna.valores >= ENTERO_MAXIMO) | (columna.valores <= -ENTERO_MAXIMO)
    return Enteros(columna.valores, ausente if columna.nulos is None else ausente | columna.nulos)


def de_pedido(dadas: Dadas, dias: block_dates.Dias, raras: Mascara) -> Columnas:
    if "FECHA_ORDEN_PEDIDO" not in dadas:
        nada = np.ones(len(raras), bool)
        return {"fecha_orden_pedido": Fechas(dias, nada), "lead_time_dias": Enteros(ceros(raras), nada)}
    pedido = fecha_de(dadas["FECHA_ORDEN_PEDIDO"], raras)
    return {
        "fecha_orden_pedido": Fechas(pedido.dias, pedido.nulos),
        "lead_time_dias": Enteros(block_dates.dias_entre(pedido, dias), pedido.nulos),
    }


def de_bodega(dadas: Dadas, sistema: Nombres, clasificador: Clasificador, raras: Mascara) -> Columnas:
    """The kind of warehouse and its flags: as given, else told from the name."""
    tipos, cual = block_names.por_distinto(sistema, clasificador.tipo, raras)
    if "TIPO_BODEGA" in dadas:
        dados, cual_dado = por_distinto(texto(dadas, "TIPO_BODEGA", None, raras), bodega_dada, raras)
        n_dados = len(dados)
        dado = np.array([bool(tipo) for tipo in dados])[cual_dado]
        tipos, cual = [*dados, *tipos], np.where(dado, cual_dado, cual + n_dados)
    banderas = {
        name: Logicos(np.array([tipo == bandera for tipo in tipos])[cual]) for name, bandera in BANDERAS.items()
    }
    return {"tipo_bodega": tabla(tipos, cual), **banderas}


def _tipo(codigo: str) -> tuple[TipoDocumento | None, str]:
    """The kind behind a code, none where the row is refused for it, and how it stands in the document's name."""
    try:
        return tipo_de(codigo), prefijo_de(codigo.strip())  # an odd row's code may have other white space around it
    except Rejected:
        return None, ""


def ceros(raras: Mascara) -> NDArray[np.int64]:
    return np.zeros(len(raras), np.int64)


def _codec(*textos: Textos) -> str:
    return next((t.codec for t in textos if t.codec != "ascii"), "ascii")


def _en_cifras(columna: Enteros) -> Textos:
    """Whole numbers where a text belongs, as str() writes them."""
    letras = columna.valores.astype("S20")
    octetos = letras.view(np.uint8).reshape(len(letras), 20)
    return Textos(octetos, np.char.str_len(letras).astype(np.int64), "ascii", columna.nulos)
