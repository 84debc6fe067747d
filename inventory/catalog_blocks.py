"""Articles and stock made from blocks of rows, column by column: what inventory.catalog_rows makes of each group.

Only of plain ones; the odd, and whatever repeats a key, are left to it, and a property test compares both ways. See
docs/adr/0012-odd-rows-take-the-slow-way.md.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from django.db import models
from numpy.typing import NDArray

from inventory import block_numbers, values
from inventory.block_derivations import Columnas, Incomprensible, afirmado, texto
from inventory.block_groups import Grupo, Grupos, grupos
from inventory.block_texts import por_distinto
from inventory.catalog_rows import (
    TEXTOS_DE_ARTICULO,
    TEXTOS_DE_EXISTENCIA,
    Clave,
    Copia,
    es_articulo,
    es_servicio,
)
from inventory.models import Articulo, Existencia
from lib.array_rows import tomar
from lib.array_values import valores
from lib.arrays import Bloque, Columna, Decimales, Logicos, Mascara, Textos
from lib.money import ESCALA


@dataclass(frozen=True, slots=True)
class Hecho:
    """Plain rows by column, by the fields of inventory.catalog_rows, and the groups to be made row by row."""

    columnas: Columnas = field(default_factory=dict)
    filas: int = 0
    raros: list[Grupo] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Salida:
    """All rows that groups become, of which those of `raras` are not right; row n is made of the row `origen[n]`.

    `clave` names the columns of the key, and where they stand in the source's row.
    """

    columnas: Columnas
    raras: Mascara
    origen: NDArray[np.intp]
    grupos: NDArray[np.intp]
    clave: Mapping[str, int]


Hacer: TypeAlias = Callable[[Grupos, bool], Salida]


def convertir(bloques: Iterator[Bloque], modelo: type[models.Model], copia: Copia) -> Iterator[Hecho]:
    """Part after part; what is to be made row by row must be made before the next one is asked for."""
    hacer = MODELOS[modelo]
    for dados in grupos(bloques):
        yield _convertidos(dados, hacer, copia) if isinstance(dados, Grupos) else Hecho(raros=[dados])


def articulos(dados: Grupos, solo_15_cifras: bool) -> Salida:
    """The first row of each group, inactive where all rows are."""
    bloque, raras = dados.bloque, _raras(dados.bloque)
    inactivas = afirmado(bloque.columnas["INACTIVO"], raras)
    raras = dados.con(raras)
    primeras = {name: tomar(columna, dados.inicios) for name, columna in bloque.columnas.items()}
    textos = _textos(primeras, TEXTOS_DE_ARTICULO, raras)
    servicios, cual = por_distinto(textos["grupo_codigo"], es_servicio, raras)
    columnas: Columnas = {
        **textos,
        "costo": _numero(primeras, "COSTO", raras, solo_15_cifras),
        "precio": _numero(primeras, "PRECIO", raras, solo_15_cifras),
        "es_servicio": Logicos(np.array(servicios, bool)[cual]),
        "inactivo": Logicos(np.logical_and.reduceat(inactivas, dados.inicios)),
    }
    return Salida(columnas, raras, dados.inicios, np.arange(len(raras)), {"codigo": 1})


def existencias(dados: Grupos, solo_15_cifras: bool) -> Salida:
    """Every row: in a group of plain ones no warehouse comes twice."""
    dadas, raras = dados.bloque.columnas, _raras(dados.bloque)
    textos = _textos(dadas, TEXTOS_DE_EXISTENCIA, raras)
    cantidad = Decimales(_numero(dadas, "CANTIDAD", raras, solo_15_cifras).unidades, ESCALA)  # none is zero
    clave = {"articulo_codigo": 0, "codigo_bodega": 1}
    columnas: Columnas = {**textos, "cantidad": cantidad}
    return Salida(columnas, raras, np.arange(len(raras)), dados.de_cada_fila(), clave)


MODELOS: dict[type[models.Model], Hacer] = {Articulo: articulos, Existencia: existencias}


def _convertidos(dados: Grupos, hacer: Hacer, copia: Copia) -> Hecho:
    try:
        salida = hacer(dados, copia.solo_15_cifras)
    except Incomprensible:
        return Hecho(raros=[dados.grupo(n) for n in range(len(dados.inicios))])
    claves = _claves(salida, dados.bloque)
    veces = Counter(clave for clave in claves if es_articulo(clave[0]))
    repetidas = {clave for clave, many in veces.items() if many > 1} | (veces.keys() & copia.vistas)
    raros = np.zeros(len(dados.inicios), bool)
    raros[salida.grupos[salida.raras | np.array([clave in repetidas for clave in claves])]] = True
    llanas = ~raros[salida.grupos] & np.array([clave in veces for clave in claves])
    cuales = np.flatnonzero(llanas)
    copia.vistas.update(claves[n] for n in cuales.tolist())
    columnas = {name: tomar(columna, cuales) for name, columna in salida.columnas.items()}
    return Hecho(columnas, len(cuales), [dados.grupo(n) for n in np.flatnonzero(raros).tolist()])


def _claves(salida: Salida, bloque: Bloque) -> list[Clave]:
    """The key of each row, odd or not."""
    llanas = np.flatnonzero(~salida.raras)
    suyas = zip(*(valores(tomar(salida.columnas[name], llanas)) for name in salida.clave), strict=True)
    claves: dict[int, Clave] = dict(zip(llanas.tolist(), suyas, strict=True))
    for n in np.flatnonzero(salida.raras).tolist():
        fila = bloque.fila(int(salida.origen[n]))
        claves[n] = tuple(values.limpiar(fila[lugar])[0] for lugar in salida.clave.values())
    return [claves[n] for n in range(len(salida.raras))]


def _raras(bloque: Bloque) -> Mascara:
    return np.zeros(bloque.filas, bool) if bloque.raras is None else bloque.raras.copy()


def _textos(dadas: Mapping[str, Columna], anchos: Mapping[str, int], raras: Mascara) -> dict[str, Textos]:
    return {name: texto(dadas, name.upper(), ancho, raras) for name, ancho in anchos.items()}


def _numero(dadas: Mapping[str, Columna], nombre: str, raras: Mascara, solo_15_cifras: bool) -> Decimales:
    numeros = block_numbers.leer(dadas[nombre], raras, solo_15_cifras=solo_15_cifras)
    if numeros is None:
        raise Incomprensible
    return Decimales(numeros.unidades, ESCALA, numeros.nulos)
