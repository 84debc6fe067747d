"""The article master and the source's own stock, copied as of one snapshot."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from companies.models import PerfilConsulta
from inventory.ahead import Adelanto, Lector
from inventory.catalog_rows import ARTICULO, EXISTENCIA, Copia, Fila
from inventory.models import Articulo, Existencia
from inventory.profiles import Perfil
from inventory.statements import Catalogo, componer, leer
from inventory.window import Contexto, Testigo
from inventory.writing import exigir_origen
from jobs.models import LineaEjecucion
from lib import bulk
from lib.bulk import Lote
from lib.errors import Fatal
from servers.source import Filas, Fuente

Confirmar = Callable[[dict[str, int]], None]


@dataclass(frozen=True, slots=True)
class Destino:
    """One of the tables to copy: its statement, the source's tables that this needs, and what it becomes."""

    consulta: str
    tablas: tuple[str, ...]
    modelo: type[models.Model]
    hacer: Callable[[Copia, list[Fila]], Iterator[Fila]]  # of a group
    campos: tuple[str, ...]
    clave: tuple[str, ...]
    foto: str  # the field that says when it was read

    @property
    def fijos(self) -> tuple[str, str]:
        return "empresa_servidor_id", self.foto


ARTICULOS = Destino("tns_articulos", ("MATERIAL",), Articulo, Copia.articulo, ARTICULO, ("codigo",), "leido")
EXISTENCIAS = Destino(
    "tns_existencias",
    ("SALMATERIAL", "MATERIAL", "BODEGA"),
    Existencia,
    Copia.existencia,
    EXISTENCIA,
    ("articulo_codigo", "codigo_bodega"),
    "leida",
)


@dataclass(frozen=True, slots=True)
class Leido:
    """What was read: the tables that are there, each in its load."""

    copia: Copia
    lotes: dict[Destino, Lote]
    tablas: list[Destino]


@dataclass(frozen=True, slots=True)
class DeCatalogo:
    """Articles and stock, to be read ahead as a month is."""

    @contextmanager
    def preparar(self, contexto: Contexto) -> Iterator[Lector[Leido]]:
        with ExitStack() as stack:
            lotes = {
                destino: stack.enter_context(bulk.preparar(destino.modelo, (*destino.campos, *destino.fijos)))
                for destino in (ARTICULOS, EXISTENCIAS)
            }
            yield partial(_leer, contexto, lotes)


CATALOGO = DeCatalogo()


def copiar_catalogo(fuente: Fuente, contexto: Contexto, confirmar: Confirmar, *, adelanto: Adelanto) -> None:
    """Articles and stock of one snapshot, in one transaction that ends with `confirmar`; nothing without MATERIAL."""
    with adelanto.tomar(fuente, contexto, CATALOGO) as leido:
        for motivo in leido.copia.motivos:
            contexto.marcha.anotar(f"Catálogo, omitido: {motivo}", LineaEjecucion.Nivel.AVISO)
        with transaction.atomic():
            exigir_origen(contexto)
            for destino in leido.tablas:
                clave = ("empresa_servidor_id", *destino.clave)
                mias = Q(empresa_servidor=contexto.empresa)
                leido.lotes[destino].fusionar(clave=clave, ambito=mias, ignorar=(destino.foto,))
            articulos, existencias = (lote.filas for lote in leido.lotes.values())
            confirmar({"articulos": articulos, "existencias": existencias, "omitidos": leido.copia.omitidos})


def _leer(contexto: Contexto, lotes: dict[Destino, Lote], fuente: Fuente, testigo: Testigo) -> Leido:
    """Stage what the source has."""
    copia, leidas = Copia(solo_15_cifras=contexto.solo_15_cifras), []
    with fuente.instantanea() as foto:
        catalogo = foto.catalogo()
        for destino, lote in lotes.items():
            if sql := _sentencia(destino, catalogo, contexto.perfil):
                fijas = dict(zip(destino.fijos, (contexto.empresa.pk, foto.momento), strict=True))
                _copiar(foto.filas(sql), destino, copia, lote, fijas, testigo)
                leidas.append(destino)
    return Leido(copia, lotes, leidas)


def _copiar(filas: Filas, destino: Destino, copia: Copia, lote: Lote, fijas: dict[str, Any], testigo: Testigo) -> None:
    def convertidas(grupos: Iterable[list[Fila]]) -> Iterator[Fila]:
        for grupo in grupos:
            testigo.comprobar()
            yield from ((*fila, *fijas.values()) for fila in destino.hacer(copia, grupo))

    bloques = filas.bloques()
    if bloques is None:
        lote.agregar(convertidas(list(grupo) for _, grupo in groupby(filas, key=itemgetter(0))))
        return
    from inventory import catalog_blocks
    from inventory.blocks import constantes

    for hecho in catalog_blocks.convertir(bloques, destino.modelo, copia):
        testigo.comprobar()
        if hecho.filas:
            lote.agregar_bloque({**hecho.columnas, **constantes(fijas, hecho.filas)}, hecho.filas)
        lote.agregar(convertidas(hecho.raros))


def _sentencia(destino: Destino, catalogo: Catalogo, perfil: Perfil) -> str:
    """The statement, or nothing where the tables are not there, or are another program's of the same name."""
    if not all(table in catalogo for table in destino.tablas):
        return ""
    try:
        return componer(leer(destino.consulta), catalogo)
    except Fatal:
        if perfil.nombre == PerfilConsulta.TNS:
            raise
        return ""
