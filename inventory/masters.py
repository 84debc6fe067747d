"""The small tables of a statement, read once in the snapshot of its lines and looked up by arrays.

Looking names up costs an old server more than the lines themselves, and each name crosses the wire once for every line.
So the pieces of inventory/splitting.py are read one by one where that pays, and put together here: their blocks are
those that the whole statement would have given. See docs/adr/0016-names-joined-here.md.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inventory.piecewise import Saber
from inventory.splitting import LLAVE, Separada, TablaMaestra
from lib.array_rows import ausente, juntar, octetos, tomar
from lib.array_values import tramo, valores
from lib.arrays import Bloque, Columna, Decimales, Enteros, Glosados, Glosario, Textos
from lib.errors import Fatal, Rejected
from servers.source import Instantanea

OCTETOS_MAXIMOS = 16 << 20
FILAS_A_MANO = 4096  # of a master, as Python values for odd lines
SIN_LLAVE = np.iinfo(np.int64).max
NADA = Textos(np.zeros((0, 1), np.uint8), np.zeros(0, np.int64), "ascii")
NINGUNA = Enteros(np.zeros(0, np.int64))

Lugares = NDArray[np.intp]
Columnas = dict[str, Columna]


class NoSeparable(Exception):
    """A table is to stay joined, or the statement whole; the text tells people why, empty where nothing is amiss."""


class Maestra:
    """A small table in the order of its keys; behind its rows one without any value, for lines that name none."""

    def __init__(self, tabla: str, llave: Columna, columnas: Columnas) -> None:
        self._tabla = tabla
        llaves = llaves_de(tabla, llave)
        orden = np.argsort(llaves)
        self._llaves = np.append(llaves.take(orden), SIN_LLAVE)
        if (self._llaves[1:] == self._llaves[:-1]).any() or llave.nulos is not None:
            raise NoSeparable(f"{tabla} repite llaves o tiene filas sin llave")
        self._columnas = {name: juntar([tomar(column, orden), ausente(column)]) for name, column in columnas.items()}
        self._glosarios = {name: Glosario(c) for name, c in self._columnas.items() if isinstance(c, Textos)}
        self.fila = lru_cache(FILAS_A_MANO)(self._fila)

    def lugares(self, columna: Columna) -> Lugares:
        """Of each line the row that its key names."""
        llaves = llaves_de(self._tabla, columna)
        lugares = np.searchsorted(self._llaves, llaves)
        faltan = self._llaves.take(lugares) != llaves
        if columna.nulos is not None:
            faltan |= columna.nulos
        lugares[faltan] = len(self._llaves) - 1
        return lugares

    def columnas(self, lugares: Lugares) -> Columnas:
        return {name: self._de_lineas(name, column, lugares) for name, column in self._columnas.items()}

    def _de_lineas(self, name: str, column: Columna, lugares: Lugares) -> Columna:
        if (glosario := self._glosarios.get(name)) is None:
            return tomar(column, lugares)
        return Glosados(glosario, lugares, None if column.nulos is None else column.nulos.take(lugares))

    def _fila(self, lugar: int) -> dict[str, Any]:
        return {name: valores(tramo(column, lugar, lugar + 1))[0] for name, column in self._columnas.items()}


def llaves_de(tabla: str, columna: Columna) -> NDArray[np.int64]:
    """The keys of that table which a column holds; NoSeparable where they are no whole numbers."""
    if isinstance(columna, Enteros):
        return columna.valores
    if isinstance(columna, Decimales) and not columna.escala:
        return columna.unidades
    raise NoSeparable(f"la llave de {tabla} no es un número entero")


class Maestras:
    """The masters of one snapshot, each read once, as long as they have no more rows together than `lineas`.

    A table that may not be read apart stays joined to the lines.
    """

    def __init__(self, foto: Instantanea, lineas: int, saber: Saber) -> None:
        self._foto = foto
        self._saber = saber
        self._filas = lineas  # that may still be read
        self._octetos = OCTETOS_MAXIMOS
        self._leidas: dict[str, Maestra] = {}

    def filas(self, separada: Separada, parametros: Sequence[Any]) -> "FilasUnidas | None":
        """The rows of the statement of which these are the pieces; None where no table may be read apart now.

        NoSeparable, at once, where the lines are such that none ever may.
        """
        quedan: Separada | None = separada
        while quedan:
            sobra = next((tabla for tabla in quedan.maestras if not self._sirve(tabla)), None)
            if sobra is None:
                return self._unidas(quedan, parametros)
            quedan = quedan.con(sobra)
        return None

    def _unidas(self, separada: Separada, parametros: Sequence[Any]) -> "FilasUnidas":
        maestras = {tabla.llave: self._leidas[tabla.sql] for tabla in separada.maestras}
        filas = self._foto.filas(separada.lineas, parametros)
        bloques = filas.bloques()
        if bloques is None:
            raise NoSeparable
        unir = partial(_unir, separada.columnas, filas.columnas, maestras)
        primero = list(map(unir, islice(bloques, 1)))  # which shows whether its keys can be read
        return FilasUnidas(separada.columnas, chain(primero, map(unir, bloques)))

    def _sirve(self, tabla: TablaMaestra) -> bool:
        """Whether the table is at hand; it is read now, unless it is known not to do."""
        saber = self._saber
        if tabla.sql not in self._leidas and saber.promete(tabla.sql, self._filas):
            try:
                self._leer(tabla)
            except NoSeparable as error:
                saber.descartadas[tabla.sql] = str(error)
            except (Fatal, Rejected) as error:  # perhaps of a row that no line names
                if error.codigo == "respuesta_ilegible":  # the source itself is no good, and gone
                    raise
                saber.descartadas[tabla.sql] = f"{tabla.nombre}: {error.mensaje}"
        return tabla.sql in self._leidas

    def _leer(self, tabla: TablaMaestra) -> None:
        filas = self._foto.filas(tabla.sql, [self._filas + 1])
        bloques = filas.bloques()
        if bloques is None:
            raise NoSeparable
        partes, por_fila, leidas, suyos = list[Columnas](), Counter[str](), 0, 0
        for bloque in bloques:
            partes.append(_propias(tabla, bloque))
            leidas += bloque.filas
            por_fila |= Counter({name: octetos(column) // bloque.filas for name, column in partes[-1].items()})
            if (suyos := leidas * por_fila.total()) > self._octetos:  # all texts become as wide as the longest
                raise NoSeparable(f"{tabla.nombre} no cabe en memoria")
        self._saber.filas[tabla.sql] = leidas
        if leidas <= self._filas:
            partes = partes or [{name: NINGUNA if name == LLAVE else NADA for name in filas.columnas}]
            columnas = {name: juntar([parte.pop(name) for parte in partes]) for name in filas.columnas}
            self._leidas[tabla.sql] = Maestra(tabla.nombre, columnas.pop(LLAVE), columnas)
            self._filas, self._octetos = self._filas - leidas, self._octetos - suyos


def _propias(tabla: TablaMaestra, bloque: Bloque) -> Columnas:
    """The block's columns in memory of their own."""
    if bloque.raras is not None:
        raise NoSeparable(f"{tabla.nombre} trae valores que solo se leen fila por fila")
    return {name: juntar([column]) for name, column in bloque.columnas.items()}


class FilasUnidas:
    """The rows of a statement put together of its pieces; see servers/source.py."""

    def __init__(self, columnas: tuple[str, ...], bloques: Iterator[Bloque]) -> None:
        self.columnas = columnas
        self._bloques = bloques

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for bloque in self._bloques:
            yield from map(bloque.fila, range(bloque.filas))

    def bloques(self) -> Iterator[Bloque]:
        return self._bloques


def _unir(nombres: Sequence[str], de_linea: Sequence[str], maestras: Mapping[str, Maestra], bloque: Bloque) -> Bloque:
    """The block of lines as one of the whole statement."""
    halladas = [(maestra, maestra.lugares(bloque.columnas[llave])) for llave, maestra in maestras.items()]
    columnas = dict(bloque.columnas)
    for maestra, lugares in halladas:
        columnas |= maestra.columnas(lugares)

    def fila(n: int) -> tuple[Any, ...]:
        dada = dict(zip(de_linea, bloque.fila(n), strict=True))
        for maestra, lugares in halladas:
            dada |= maestra.fila(int(lugares[n]))
        return tuple([dada[nombre] for nombre in nombres])

    return Bloque({nombre: columnas[nombre] for nombre in nombres}, bloque.filas, fila, bloque.raras)
