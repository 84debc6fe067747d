"""A block of rows becomes columns of movements: what inventory.conversion says of one row, said of thousands at once.

Only of plain ones. Whatever is odd in any way (empty where it must not be, too long, control characters, more than four
decimals, another month, an unknown kind) is marked and left to `Conversor`, which alone decides what is right: the
columns hold the other rows, and a property test compares both ways. See docs/adr/0012-odd-rows-take-the-slow-way.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inventory import block_dates, block_numbers
from inventory.block_derivations import (
    Columnas,
    Incomprensible,
    ceros,
    de_bodega,
    de_documento,
    de_pedido,
    fecha_de,
    linea,
    nombre,
    texto,
)
from inventory.block_joins import constante
from inventory.block_names import extendida
from inventory.conversion import ANCHOS, TEXTOS
from inventory.months import Mes
from inventory.warehouses import Clasificador
from lib.array_rows import tomar
from lib.arrays import Bloque, Columna, Decimales, Enteros, Fechas, Instantes, Mascara, Textos
from lib.money import ESCALA

NOMBRES = frozenset(map(str.upper, TEXTOS))


@dataclass(frozen=True, slots=True)
class Convertido:
    """`columnas` are the plain rows as movements, by the fields of `conversion.CAMPOS`; `raras` the others' numbers."""

    columnas: Mapping[str, Columna]
    filas: int
    raras: Sequence[int]
    cuentas: Mapping[str, int]


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
        except Incomprensible:
            return Convertido({}, 0, range(bloque.filas), {})
        if not raras.any():
            return Convertido(columnas, bloque.filas, (), {name: int(many.sum()) for name, many in cuentas.items()})
        llanas = np.flatnonzero(~raras)
        return Convertido(
            {name: tomar(columna, llanas) for name, columna in columnas.items()},
            len(llanas),
            np.flatnonzero(raras).tolist(),
            {name: int(many[llanas].sum()) for name, many in cuentas.items()},
        )

    def _columnas(self, dadas: Mapping[str, Columna], raras: Mascara) -> tuple[Columnas, dict[str, NDArray[Any]]]:
        dadas = {name: columna if name in NOMBRES else extendida(columna) for name, columna in dadas.items()}
        fecha = fecha_de(dadas["FECHA"], raras)
        codigos = texto(dadas, "TIPO_DOCUMENTO", None, raras)
        limpiadas = ceros(raras)
        textos = {name: nombre(dadas, name.upper(), ANCHOS[name], raras, limpiadas) for name in TEXTOS}
        cantidad, precio = self._numero(dadas, "CANTIDAD", raras), self._numero(dadas, "PRECIO_UNITARIO", raras)
        raras |= textos["articulo_codigo"].largos == 0
        if cantidad.nulos is not None:
            raras |= cantidad.nulos
        dias = block_dates.de_la_ventana(fecha, self._mes, raras)
        valor = block_numbers.producto(cantidad.unidades, precio.unidades, raras, solo_15_cifras=self._solo_15_cifras)
        columnas = {
            "clave_origen": self._clave(dadas, raras),
            **de_documento(dadas, codigos, raras, remision_no_mueve=self._remision_no_mueve),
            "linea": linea(dadas, raras),
            "fecha": Fechas(dias),
            "hora": block_dates.horas(dadas.get("HORA"), fecha, raras),
            **de_pedido(dadas, dias, raras),
            **de_bodega(dadas, textos["sistema_bodega"], self._clasificador, raras),
            "cantidad": Decimales(cantidad.unidades, ESCALA),
            "precio_unitario": Decimales(precio.unidades, ESCALA),
            "valor_total": Decimales(valor, ESCALA),
            "stock_previo": self._existencia(dadas, "STOCK_PREVIO", raras),
            "stock_nuevo": self._existencia(dadas, "STOCK_NUEVO", raras),
            **textos,
        }
        sin_precio = np.zeros(len(raras), bool) if precio.nulos is None else precio.nulos
        return columnas, {"negativas": cantidad.unidades < 0, "sin_precio": sin_precio, "limpiadas": limpiadas}

    def _numero(self, dadas: Mapping[str, Columna], nombre: str, raras: Mascara) -> block_numbers.Numeros:
        if nombre not in dadas:
            return block_numbers.Numeros(ceros(raras), np.ones(len(raras), bool))
        numeros = block_numbers.leer(dadas[nombre], raras, solo_15_cifras=self._solo_15_cifras)
        if numeros is None:
            raise Incomprensible
        return numeros

    def _existencia(self, dadas: Mapping[str, Columna], nombre: str, raras: Mascara) -> Decimales:
        numeros = self._numero(dadas, nombre, raras)
        return Decimales(numeros.unidades, ESCALA, numeros.nulos)

    def _clave(self, dadas: Mapping[str, Columna], raras: Mascara) -> Textos:
        clave = texto(dadas, "CLAVE_ORIGEN", ANCHOS["clave_origen"], raras)
        raras |= clave.largos == 0
        return clave


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
