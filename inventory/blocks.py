"""A block of rows becomes columns of movements: what inventory.conversion says of one row, said of thousands at once.

Only of plain ones. Whatever is odd in any way (empty where it must not be, too long, control characters, more than four
decimals, another month, an unknown kind) is marked and left to `Conversor`, which alone decides what is right: the
columns hold the other rows, and a property test compares both ways. See docs/adr/0012-odd-rows-take-the-slow-way.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inventory import block_dates, block_numbers, values
from inventory.block_dates import Fecha
from inventory.block_joins import constante, tabla, unir
from inventory.block_texts import limpiar, por_distinto, vacios
from inventory.conversion import ANCHOS, TEXTOS, bodega_dada, prefijo_de, tipo_de
from inventory.kinds import FACTURAS, sentido
from inventory.models import TipoBodega, TipoDocumento
from inventory.months import Mes
from inventory.warehouses import Clasificador
from lib.arrays import Bloque, Columna, Decimales, Enteros, Fechas, Instantes, Logicos, Mascara, Textos
from lib.errors import Rejected
from lib.money import ESCALA

SEPARADOR = "-"
ENTERO_MAXIMO = 2**31
BANDERAS = {
    "es_implante": TipoBodega.IMPLANTE,
    "es_instrumental": TipoBodega.INSTRUMENTAL,
    "es_equipo_poder": TipoBodega.EQUIPO_DE_PODER,
}
Columnas = dict[str, Columna]


@dataclass(frozen=True, slots=True)
class Convertido:
    """`columnas` are the plain rows as movements, by the fields of `conversion.CAMPOS`; `raras` the others' numbers."""

    columnas: Mapping[str, Columna]
    filas: int
    raras: Sequence[int]
    cuentas: Mapping[str, int]


class _Incomprensible(Exception):
    """A column is of a type that only the row's way understands."""


class ConversorDeBloques:
    """Converts the blocks of one statement for one window; its arguments are those of `Conversor`."""

    def __init__(
        self, *, mes: Mes, clasificador: Clasificador, remision_no_mueve: bool = False, solo_15_cifras: bool = False
    ) -> None:
        self._mes = mes
        self._clasificador = clasificador
        self._remision_no_mueve = remision_no_mueve
        self._solo_15_cifras = solo_15_cifras

    def convertir(self, bloque: Bloque) -> Convertido:
        raras = np.zeros(bloque.filas, bool) if bloque.raras is None else bloque.raras.copy()
        try:
            columnas, cuentas = self._columnas(bloque.columnas, raras)
        except _Incomprensible:
            return Convertido({}, 0, range(bloque.filas), {})
        if not raras.any():
            return Convertido(columnas, bloque.filas, (), {name: int(many.sum()) for name, many in cuentas.items()})
        llanas = np.flatnonzero(~raras)
        return Convertido(
            {name: escoger(columna, llanas) for name, columna in columnas.items()},
            len(llanas),
            np.flatnonzero(raras).tolist(),
            {name: int(many[llanas].sum()) for name, many in cuentas.items()},
        )

    def _columnas(self, dadas: Mapping[str, Columna], raras: Mascara) -> tuple[Columnas, dict[str, Mascara]]:
        fecha = self._fecha(dadas["FECHA"], raras)
        codigos = self._texto(dadas, "TIPO_DOCUMENTO", None, raras)
        textos = {name: self._texto(dadas, name.upper(), ANCHOS[name], raras) for name in TEXTOS}
        cantidad, precio = self._numero(dadas, "CANTIDAD", raras), self._numero(dadas, "PRECIO_UNITARIO", raras)
        raras |= textos["articulo_codigo"].largos == 0
        if cantidad.nulos is not None:
            raras |= cantidad.nulos
        dias = block_dates.de_la_ventana(fecha, self._mes, raras)
        valor = block_numbers.producto(cantidad.unidades, precio.unidades, raras, solo_15_cifras=self._solo_15_cifras)
        columnas = {
            "clave_origen": self._clave(dadas, raras),
            **self._de_documento(dadas, codigos, raras),
            "linea": self._linea(dadas, raras),
            "fecha": Fechas(dias),
            "hora": block_dates.horas(dadas.get("HORA"), fecha, raras),
            **self._de_pedido(dadas, dias, raras),
            **self._de_bodega(dadas, textos["sistema_bodega"], raras),
            "cantidad": Decimales(cantidad.unidades, ESCALA),
            "precio_unitario": Decimales(precio.unidades, ESCALA),
            "valor_total": Decimales(valor, ESCALA),
            "stock_previo": self._existencia(dadas, "STOCK_PREVIO", raras),
            "stock_nuevo": self._existencia(dadas, "STOCK_NUEVO", raras),
            **textos,
        }
        sin_precio = np.zeros(len(raras), bool) if precio.nulos is None else precio.nulos
        return columnas, {"negativas": cantidad.unidades < 0, "sin_precio": sin_precio}

    def _fecha(self, columna: Columna, raras: Mascara) -> Fecha:
        fecha = block_dates.leer(columna, raras)
        if fecha is None:
            raise _Incomprensible
        return fecha

    def _numero(self, dadas: Mapping[str, Columna], nombre: str, raras: Mascara) -> block_numbers.Numeros:
        if nombre not in dadas:
            return block_numbers.Numeros(_ceros(raras), np.ones(len(raras), bool))
        numeros = block_numbers.leer(dadas[nombre], raras, solo_15_cifras=self._solo_15_cifras)
        if numeros is None:
            raise _Incomprensible
        return numeros

    def _existencia(self, dadas: Mapping[str, Columna], nombre: str, raras: Mascara) -> Decimales:
        numeros = self._numero(dadas, nombre, raras)
        return Decimales(numeros.unidades, ESCALA, numeros.nulos)

    def _texto(self, dadas: Mapping[str, Columna], nombre: str, ancho: int | None, raras: Mascara) -> Textos:
        columna = dadas.get(nombre)
        if columna is None:
            return vacios(len(raras))
        if isinstance(columna, Enteros):
            columna = _en_cifras(columna)
        if not isinstance(columna, Textos):
            raise _Incomprensible
        return limpiar(columna, ancho, raras)

    def _clave(self, dadas: Mapping[str, Columna], raras: Mascara) -> Textos:
        clave = self._texto(dadas, "CLAVE_ORIGEN", ANCHOS["clave_origen"], raras)
        raras |= clave.largos == 0
        return clave

    def _de_documento(self, dadas: Mapping[str, Columna], codigos: Textos, raras: Mascara) -> Columnas:
        """What hangs on the kind: itself, the document's name and the way that it moves stock."""
        tipos, cual = por_distinto(codigos, _tipo, raras)
        raras |= np.array([tipo is None for tipo, _ in tipos])[cual]
        formas = [1 if tipo is None else sentido(tipo) for tipo, _ in tipos]
        facturas = np.array([tipo in FACTURAS for tipo, _ in tipos])[cual]
        sentidos = np.array(formas, np.int64)[cual]
        if self._remision_no_mueve and "REMTOTFAC" in dadas:
            sentidos[facturas & self._afirmado(dadas["REMTOTFAC"], raras)] = 0
        return {
            "tipo_documento": tabla(["" if tipo is None else str(tipo) for tipo, _ in tipos], cual),
            "documento": self._documento(dadas, tabla([prefijo for _, prefijo in tipos], cual), raras),
            "sentido": Enteros(sentidos),
        }

    def _documento(self, dadas: Mapping[str, Columna], prefijo: Textos, raras: Mascara) -> Textos:
        ancho = ANCHOS["documento"]
        if "NUMERO" not in dadas:
            return self._texto(dadas, "DOCUMENTO", ancho, raras)
        partes = [self._texto(dadas, name, None, raras) for name in ("PREFIJO", "NUMERO")]
        unidos = unir([prefijo, *partes], SEPARADOR, _codec(*partes))
        return limpiar(unidos, ancho, raras)  # a part may be empty, and the whole too long

    def _afirmado(self, columna: Columna, raras: Mascara) -> Mascara:
        """Whether the flag is set, as values.afirmado says."""
        if isinstance(columna, Textos):
            dichos, cual = por_distinto(limpiar(columna, None, raras), values.afirmado, raras)
            return np.array(dichos)[cual]
        if not isinstance(columna, Decimales | Enteros | Logicos):
            raise _Incomprensible
        valores = columna.unidades if isinstance(columna, Decimales) else columna.valores
        puesto: Mascara = valores != 0
        return puesto if columna.nulos is None else puesto & ~columna.nulos

    def _linea(self, dadas: Mapping[str, Columna], raras: Mascara) -> Enteros:
        columna = dadas.get("LINEA")
        if isinstance(columna, Decimales):
            signos, enteros = np.sign(columna.unidades), np.abs(columna.unidades) // 10**columna.escala
            columna = Enteros(signos * enteros, columna.nulos)
        if isinstance(columna, Textos):
            leidas, cual = por_distinto(limpiar(columna, None, raras), values.entero, raras)
            nulos = np.array([leida is None for leida in leidas])[cual]
            return Enteros(np.array([leida or 0 for leida in leidas], np.int64)[cual], nulos)
        if columna is None:
            return Enteros(_ceros(raras), np.ones(len(raras), bool))
        if not isinstance(columna, Enteros):
            raise _Incomprensible
        ausente = (columna.valores >= ENTERO_MAXIMO) | (columna.valores <= -ENTERO_MAXIMO)
        return Enteros(columna.valores, ausente if columna.nulos is None else ausente | columna.nulos)

    def _de_pedido(self, dadas: Mapping[str, Columna], dias: block_dates.Dias, raras: Mascara) -> Columnas:
        if "FECHA_ORDEN_PEDIDO" not in dadas:
            nada = np.ones(len(raras), bool)
            return {"fecha_orden_pedido": Fechas(dias, nada), "lead_time_dias": Enteros(_ceros(raras), nada)}
        pedido = self._fecha(dadas["FECHA_ORDEN_PEDIDO"], raras)
        return {
            "fecha_orden_pedido": Fechas(pedido.dias, pedido.nulos),
            "lead_time_dias": Enteros(block_dates.dias_entre(pedido, dias), pedido.nulos),
        }

    def _de_bodega(self, dadas: Mapping[str, Columna], sistema: Textos, raras: Mascara) -> Columnas:
        """The kind of warehouse and its flags: as given, else told from the name."""
        tipos, cual = por_distinto(sistema, self._clasificador.tipo, raras)
        if "TIPO_BODEGA" in dadas:
            dados, cual_dado = por_distinto(self._texto(dadas, "TIPO_BODEGA", None, raras), bodega_dada, raras)
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
        return tipo_de(codigo), prefijo_de(codigo)
    except Rejected:
        return None, ""


def _ceros(raras: Mascara) -> NDArray[np.int64]:
    return np.zeros(len(raras), np.int64)


def _codec(*textos: Textos) -> str:
    return next((t.codec for t in textos if t.codec != "ascii"), "ascii")


def _en_cifras(columna: Enteros) -> Textos:
    """Whole numbers where a text belongs, as str() writes them."""
    letras = columna.valores.astype("S20")
    octetos = letras.view(np.uint8).reshape(len(letras), 20)
    return Textos(octetos, np.char.str_len(letras).astype(np.int64), "ascii", columna.nulos)


def constantes(fijas: Mapping[str, Any], filas: int) -> Columnas:
    """Columns whose every row has the same value: a number, a moment in UTC or a text."""
    return {name: _constante(value, filas) for name, value in fijas.items()}


def _constante(value: Any, filas: int) -> Columna:
    if isinstance(value, int):
        return Enteros(np.broadcast_to(np.int64(value), (filas,)))
    if isinstance(value, datetime):
        momento = np.datetime64(value.astimezone(UTC).replace(tzinfo=None), "us")
        return Instantes(np.broadcast_to(momento, (filas,)), utc=True)
    return constante(str(value), filas)


def escoger(columna: Columna, filas: NDArray[np.intp]) -> Columna:
    """The same column with these rows only."""
    arrays: dict[str, Any] = {
        name: value.take(filas, axis=0)
        for name in columna.__slots__
        if isinstance(value := getattr(columna, name), np.ndarray)
    }
    return replace(columna, **arrays)
