"""The article master and the source's own stock, copied as of one snapshot."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from companies.models import EmpresaServidor, PerfilConsulta
from inventory import values
from inventory.models import Articulo, Existencia
from inventory.profiles import Perfil
from inventory.statements import Catalogo, componer, leer
from inventory.window import Contexto
from inventory.writing import exigir_origen
from jobs.models import LineaEjecucion
from lib import bulk
from lib.bulk import Lote
from lib.errors import Fatal, Rejected
from servers.source import Fuente, Instantanea

ARTICULO = ("codigo", "nombre", "codigo_barras", "grupo_codigo", "grupo", "unidad", "costo", "precio")
CAMPOS_ARTICULO = (*ARTICULO, "es_servicio", "inactivo", "empresa_servidor_id", "leido")
CAMPOS_EXISTENCIA = ("articulo_codigo", "codigo_bodega", "bodega", "cantidad", "empresa_servidor_id", "leida")
TABLAS_EXISTENCIA = ("SALMATERIAL", "MATERIAL", "BODEGA")
CLAVE_ARTICULO = ("empresa_servidor_id", "codigo")
CLAVE_EXISTENCIA = ("empresa_servidor_id", "articulo_codigo", "codigo_bodega")
GRUPO_DE_SERVICIOS = "00"
MOTIVOS = 20


def copiar_catalogo(fuente: Fuente, contexto: Contexto, confirmar: Callable[[dict[str, int]], None]) -> None:
    """Articles and stock of one snapshot, in one transaction that ends with `confirmar`; nothing without MATERIAL."""
    empresa = contexto.empresa
    with bulk.preparar(Articulo, CAMPOS_ARTICULO) as articulos, bulk.preparar(Existencia, CAMPOS_EXISTENCIA) as stock:
        with fuente.instantanea() as foto:
            copia = _Copia(empresa, foto.momento)
            tables = _leer(foto, contexto, copia, articulos, stock)
        for motivo in copia.motivos:
            contexto.marcha.anotar(f"Catálogo, omitido: {motivo}", LineaEjecucion.Nivel.AVISO)
        with transaction.atomic():
            exigir_origen(contexto)
            mias = Q(empresa_servidor=empresa)
            if "MATERIAL" in tables:
                articulos.fusionar(clave=CLAVE_ARTICULO, ambito=mias, ignorar=("leido",))
            if "SALMATERIAL" in tables:
                stock.fusionar(clave=CLAVE_EXISTENCIA, ambito=mias, ignorar=("leida",))
            confirmar({"articulos": articulos.filas, "existencias": stock.filas, "omitidos": copia.omitidos})


def _leer(foto: Instantanea, contexto: Contexto, copia: "_Copia", articulos: Lote, stock: Lote) -> set[str]:
    """Stage what the source has; the tables that were read."""
    catalogo = foto.catalogo()
    tables = set()
    if sql := _sentencia("tns_articulos", ("MATERIAL",), catalogo, contexto.perfil):
        tables.add("MATERIAL")
        articulos.agregar(copia.articulos(foto.filas(sql)))
    if sql := _sentencia("tns_existencias", TABLAS_EXISTENCIA, catalogo, contexto.perfil):
        tables.add("SALMATERIAL")
        stock.agregar(copia.existencias(foto.filas(sql)))
    return tables


def _sentencia(nombre: str, tablas: Iterable[str], catalogo: Catalogo, perfil: Perfil) -> str:
    """The statement, or nothing where the tables are not there, or are another program's of the same name."""
    if not all(table in catalogo for table in tablas):
        return ""
    try:
        return componer(leer(nombre), catalogo)
    except Fatal:
        if perfil.nombre == PerfilConsulta.TNS:
            raise
        return ""


def es_articulo(codigo: str) -> bool:
    """A code that ends in a point is a node of the tree of groups."""
    return bool(codigo) and not codigo.endswith(".")


class _Copia:
    """Rows of one snapshot on their way in; what repeats a code or does not fit is left out and counted.

    `motivos` tells of the first that were left out.
    """

    def __init__(self, empresa: EmpresaServidor, momento: datetime) -> None:
        self._fijos = (empresa.pk, momento)
        self._vistos: set[tuple[str, ...]] = set()
        self.omitidos = 0
        self.motivos: list[str] = []

    def articulos(self, filas: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """One article per MATID: prices of its lowest branch; inactive where it is so in every branch."""
        for _, group in groupby(filas, key=itemgetter(0)):
            branches = list(group)
            codigo = values.limpiar(branches[0][1])[0]
            if es_articulo(codigo) and self._nueva(codigo):
                yield from self._convertida(codigo, self._articulo, branches)

    def existencias(self, filas: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """One stock per article and code of warehouse, which the warehouses of several branches may share."""
        for _, group in groupby(filas, key=itemgetter(0)):
            for codigo, bodega, nombre, cantidad in _por_bodega(group):
                if es_articulo(codigo) and self._nueva(codigo, bodega):
                    yield from self._convertida(
                        f"{codigo} {bodega}", self._existencia, (codigo, bodega, nombre, cantidad)
                    )

    def _nueva(self, *clave: str) -> bool:
        if clave in self._vistos:
            self._omitir(f"{' '.join(clave)} está repetido.")
            return False
        self._vistos.add(clave)
        return True

    def _convertida(self, cual: str, convertir: Any, fila: Any) -> Iterator[tuple[Any, ...]]:
        try:
            yield (*convertir(fila), *self._fijos)
        except Rejected as error:
            self._omitir(f"{cual}: {error.mensaje}")

    def _omitir(self, motivo: str) -> None:
        self.omitidos += 1
        if len(self.motivos) < MOTIVOS:
            self.motivos.append(motivo)

    def _articulo(self, branches: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        _, codigo, nombre, barras, grupo_codigo, grupo, unidad, costo, precio, _ = branches[0]
        texts = _textos(Articulo, ARTICULO[:6], (codigo, nombre, barras, grupo_codigo, grupo, unidad))
        servicio = texts[3].split(".")[0] == GRUPO_DE_SERVICIOS
        inactivo = all(values.afirmado(branch[-1]) for branch in branches)
        return (*texts, _decimal(costo, "COSTO"), _decimal(precio, "PRECIO1"), servicio, inactivo)

    def _existencia(self, fila: tuple[Any, ...]) -> tuple[Any, ...]:
        texts = _textos(Existencia, CAMPOS_EXISTENCIA[:3], fila[:3])
        return (*texts, _decimal(fila[3], "EXISTENC"))


def _por_bodega(filas: Iterable[tuple[Any, ...]]) -> Iterable[list[Any]]:
    """The rows of one article, those of one code of warehouse added up under the name of the first."""
    totals: dict[str, list[Any]] = {}
    for crudo, bodega, nombre, cantidad in filas:
        key = values.limpiar(bodega)[0]
        total = totals.setdefault(key, [values.limpiar(crudo)[0], key, nombre, 0])
        total[-1] += cantidad or 0
    return totals.values()


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
