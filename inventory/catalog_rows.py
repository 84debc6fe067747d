"""Articles and stock of one snapshot made row by row: the one definition of what is right.

A group is the rows of one article, which follow one another.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import models

from inventory import values
from inventory.models import Articulo, Existencia
from lib.errors import Rejected

Fila: TypeAlias = tuple[Any, ...]
Clave: TypeAlias = tuple[str, ...]


def _anchos(modelo: type[models.Model], *campos: str) -> dict[str, int]:
    widths = {field.name: field.max_length for field in modelo._meta.concrete_fields}
    return {campo: widths[campo] or 0 for campo in campos}


TEXTOS_DE_ARTICULO = _anchos(Articulo, "codigo", "nombre", "codigo_barras", "grupo_codigo", "grupo", "unidad")
ARTICULO = (*TEXTOS_DE_ARTICULO, "costo", "precio", "es_servicio", "inactivo")
TEXTOS_DE_EXISTENCIA = _anchos(Existencia, "articulo_codigo", "codigo_bodega", "bodega")
EXISTENCIA = (*TEXTOS_DE_EXISTENCIA, "cantidad")
GRUPO_DE_SERVICIOS = "00"
MOTIVOS = 20


def es_articulo(codigo: str) -> bool:
    """A code that ends in a point is a node of the tree of groups."""
    return bool(codigo) and not codigo.endswith(".")


def es_servicio(grupo_codigo: str) -> bool:
    return grupo_codigo.split(".", maxsplit=1)[0] == GRUPO_DE_SERVICIOS


class Copia:
    """Groups of one snapshot on their way in; what repeats a code or does not fit is left out and counted.

    `vistas` are the keys that came, `motivos` tells of the first rows that were left out.
    """

    def __init__(self, *, solo_15_cifras: bool) -> None:
        self.solo_15_cifras = solo_15_cifras
        self.vistas: set[Clave] = set()
        self.omitidos = 0
        self.motivos: list[str] = []

    def articulo(self, grupo: Sequence[Fila]) -> Iterator[Fila]:
        """One article for a MATID: prices of its lowest branch; inactive where it is so in every branch."""
        codigo = values.limpiar(grupo[0][1])[0]
        if es_articulo(codigo) and self._nueva(codigo):
            yield from self._convertida(codigo, self._articulo, grupo)

    def existencia(self, grupo: Sequence[Fila]) -> Iterator[Fila]:
        """One stock for an article and a code of warehouse, which the warehouses of several branches may share."""
        for fila in _por_bodega(grupo):
            codigo, bodega = fila[:2]
            if es_articulo(codigo) and self._nueva(codigo, bodega):
                yield from self._convertida(f"{codigo} {bodega}", self._existencia, fila)

    def _nueva(self, *clave: str) -> bool:
        if clave in self.vistas:
            self._omitir(f"{' '.join(clave)} está repetido.")
            return False
        self.vistas.add(clave)
        return True

    def _convertida(self, cual: str, convertir: Callable[[Any], Fila], dado: Sequence[Any]) -> Iterator[Fila]:
        try:
            yield convertir(dado)
        except Rejected as error:
            self._omitir(f"{cual}: {error.mensaje}")

    def _omitir(self, motivo: str) -> None:
        self.omitidos += 1
        if len(self.motivos) < MOTIVOS:
            self.motivos.append(motivo)

    def _articulo(self, grupo: Sequence[Fila]) -> Fila:
        _, codigo, nombre, barras, grupo_codigo, nombre_de_grupo, unidad, costo, precio, _ = grupo[0]
        crudos = codigo, nombre, barras, grupo_codigo, nombre_de_grupo, unidad
        texts = _textos(TEXTOS_DE_ARTICULO, crudos)
        inactivo = all(values.afirmado(fila[-1]) for fila in grupo)
        numeros = self._decimal(costo, "COSTO"), self._decimal(precio, "PRECIO1")
        return (*texts, *numeros, es_servicio(texts[3]), inactivo)

    def _existencia(self, fila: Sequence[Any]) -> Fila:
        texts = _textos(TEXTOS_DE_EXISTENCIA, fila[:3])
        return (*texts, self._decimal(fila[3], "EXISTENC"))

    def _decimal(self, value: Any, columna: str) -> Decimal | None:
        if value is None:
            return None
        return values.decimal(value, columna, solo_15_cifras=self.solo_15_cifras)[0]


def _por_bodega(grupo: Iterable[Fila]) -> Iterable[list[Any]]:
    """The rows of one article, those of one code of warehouse added up under the name of the first."""
    totals: dict[str, list[Any]] = {}
    for crudo, bodega, nombre, cantidad in grupo:
        key = values.limpiar(bodega)[0]
        total = totals.setdefault(key, [values.limpiar(crudo)[0], key, nombre, 0])
        total[-1] += cantidad or 0
    return totals.values()


def _textos(anchos: Mapping[str, int], crudos: Iterable[Any]) -> list[str]:
    texts = [values.limpiar(value)[0] for value in crudos]
    for (campo, ancho), text in zip(anchos.items(), texts, strict=True):
        if len(text) > ancho:
            raise Rejected("texto_largo", f"{campo} tiene {len(text)} caracteres.")
    return texts
