"""The article master and the source's own stock, copied as of one snapshot."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from companies.models import EmpresaServidor
from inventory import values
from inventory.models import Articulo, Existencia
from inventory.reading import Contexto
from inventory.statements import componer, leer
from inventory.writing import exigir_origen
from lib import bulk
from lib.bulk import Lote
from lib.errors import Rejected
from servers.source import Fuente, Instantanea

ARTICULO = ("codigo", "nombre", "codigo_barras", "grupo_codigo", "grupo", "unidad", "costo", "precio")
CAMPOS_ARTICULO = (*ARTICULO, "es_servicio", "inactivo", "empresa_servidor_id", "leido")
CAMPOS_EXISTENCIA = ("articulo_codigo", "codigo_bodega", "bodega", "cantidad", "empresa_servidor_id", "leida")
TABLAS_EXISTENCIA = ("SALMATERIAL", "MATERIAL", "BODEGA")
CLAVE_ARTICULO = ("empresa_servidor_id", "codigo")
CLAVE_EXISTENCIA = ("empresa_servidor_id", "articulo_codigo", "codigo_bodega")
GRUPO_DE_SERVICIOS = "00"


def copiar_catalogo(fuente: Fuente, contexto: Contexto, confirmar: Callable[[dict[str, int]], None]) -> None:
    """Articles and stock of one snapshot, in one transaction that ends with `confirmar`; nothing without MATERIAL."""
    empresa = contexto.empresa
    with bulk.preparar(Articulo, CAMPOS_ARTICULO) as articulos, bulk.preparar(Existencia, CAMPOS_EXISTENCIA) as stock:
        with fuente.instantanea() as foto:
            copia = _Copia(empresa, foto.momento)
            tables = _leer(foto, copia, articulos, stock)
        with transaction.atomic():
            exigir_origen(contexto)
            mias = Q(empresa_servidor=empresa)
            if "MATERIAL" in tables:
                articulos.fusionar(clave=CLAVE_ARTICULO, ambito=mias, ignorar=("leido",))
            if "SALMATERIAL" in tables:
                stock.fusionar(clave=CLAVE_EXISTENCIA, ambito=mias, ignorar=("leida",))
            confirmar({"articulos": articulos.filas, "existencias": stock.filas, "omitidos": copia.omitidos})


def _leer(foto: Instantanea, copia: "_Copia", articulos: Lote, stock: Lote) -> set[str]:
    """Stage what the source has; the tables that were read."""
    catalogo = foto.catalogo()
    tables = {"MATERIAL"} & set(catalogo)
    if tables:
        articulos.agregar(copia.articulos(foto.filas(componer(leer("tns_articulos"), catalogo))))
    if all(table in catalogo for table in TABLAS_EXISTENCIA):
        tables.add("SALMATERIAL")
        stock.agregar(copia.existencias(foto.filas(componer(leer("tns_existencias"), catalogo))))
    return tables


def es_articulo(codigo: str) -> bool:
    """A code that ends in a point is a node of the tree of groups."""
    return bool(codigo) and not codigo.endswith(".")


class _Copia:
    """Rows of one snapshot on their way in; what repeats a code or does not fit is left out and counted."""

    def __init__(self, empresa: EmpresaServidor, momento: datetime) -> None:
        self._fijos = (empresa.pk, momento)
        self._vistos: set[tuple[str, ...]] = set()
        self.omitidos = 0

    def articulos(self, filas: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """One article per MATID: prices of its lowest branch; inactive where it is so in every branch."""
        for _, group in groupby(filas, key=itemgetter(0)):
            branches = list(group)
            codigo = values.limpiar(branches[0][1])[0]
            if es_articulo(codigo) and self._nueva(codigo):
                yield from self._convertida(self._articulo, branches)

    def existencias(self, filas: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for fila in filas:
            codigo, bodega = (values.limpiar(value)[0] for value in fila[:2])
            if es_articulo(codigo) and self._nueva(codigo, bodega):
                yield from self._convertida(self._existencia, fila)

    def _nueva(self, *clave: str) -> bool:
        if clave in self._vistos:
            self.omitidos += 1
            return False
        self._vistos.add(clave)
        return True

    def _convertida(self, convertir: Any, fila: Any) -> Iterator[tuple[Any, ...]]:
        try:
            yield (*convertir(fila), *self._fijos)
        except Rejected:
            self.omitidos += 1

    def _articulo(self, branches: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        _, codigo, nombre, barras, grupo_codigo, grupo, unidad, costo, precio, _ = branches[0]
        texts = _textos(Articulo, ARTICULO[:6], (codigo, nombre, barras, grupo_codigo, grupo, unidad))
        servicio = texts[3].split(".")[0] == GRUPO_DE_SERVICIOS
        inactivo = all(values.afirmado(branch[-1]) for branch in branches)
        return (*texts, _decimal(costo, "COSTO"), _decimal(precio, "PRECIO1"), servicio, inactivo)

    def _existencia(self, fila: tuple[Any, ...]) -> tuple[Any, ...]:
        texts = _textos(Existencia, CAMPOS_EXISTENCIA[:3], fila[:3])
        return (*texts, _decimal(fila[3] or 0, "EXISTENC"))


def _textos(modelo: Any, campos: Iterable[str], crudos: Iterable[Any]) -> list[str]:
    texts = [values.limpiar(value)[0] for value in crudos]
    for campo, text in zip(campos, texts, strict=True):
        if len(text) > modelo._meta.get_field(campo).max_length:
            raise Rejected("texto_largo", f"{campo} tiene {len(text)} caracteres.")
    return texts


def _decimal(value: Any, columna: str) -> Decimal | None:
    if value is None:
        return None
    return values.decimal(value, columna, solo_15_cifras=connection.vendor == "sqlite")[0]
