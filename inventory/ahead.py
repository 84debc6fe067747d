"""Reading in a thread of its own while what was read before is written.

    adelanto.empezar(fuente, contexto, DeMes(mes))          # returns at once
    with adelanto.tomar(fuente, contexto, DeMes(mes)) as leida: ...   # the reading that is under way, or one made now

The thread speaks to the source only; what it needs of our database it is given, and what it has to tell the run's own
thread tells. The source is opened and closed by the run's thread, and used by one of them at a time. On SQLite a load
waits in a table of the connection, which belongs to one thread: there each window is read when it is asked for.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event
from typing import Any, Protocol, TypeAlias, TypeVar

from django.db import connections, router

from companies.models import EmpresaServidor
from inventory.models import MovimientoInventario, VentanaExtraccion
from inventory.months import Mes
from inventory.rejections import Rechazos
from inventory.window import CAMPOS, SEGUNDOS_ENTRE_AVISOS, Contexto, Lectura, Testigo, Ventana
from jobs.running import Marcha
from lib import bulk
from lib.bulk import Lote
from servers.source import Fuente

SEGUNDOS_DE_GRACIA = 1.0  # for a reading to notice that nobody wants it, before its source is cut
CON_HILO = frozenset({"postgresql"})  # where a load is filled without the connection

Libro = dict[Mes, list[Any]]
L = TypeVar("L")
L_co = TypeVar("L_co", covariant=True)
Lector: TypeAlias = Callable[[Fuente, Testigo], L]


class Legible(Protocol[L_co]):
    """What can be read ahead; equal ones are the same reading."""

    def preparar(self, contexto: Contexto) -> AbstractContextManager[Lector[L_co]]:
        """Ready what it is read into, in the run's own thread; the reading itself touches no Django database."""
        ...


class Descartada(Exception):
    """Nobody wants what is being read."""


@dataclass(slots=True)
class Preparada:
    """What a window is read into, and `antes`: the ledger as it was before."""

    lote: Lote
    rechazos: Rechazos
    antes: Libro


@dataclass(slots=True)
class Leida:
    """A window that was read."""

    lecturas: list[Lectura]
    momento: datetime
    preparada: Preparada


class Vigia:
    """What a reading in a thread tells, kept until the run's own thread asks; and how it is ended."""

    def __init__(self, marcha: Marcha) -> None:
        self._marcha = marcha
        self._parar = Event()
        self._mensaje = ""

    def parar(self) -> None:
        self._parar.set()

    def comprobar(self) -> None:
        if self._parar.is_set():
            raise Descartada
        self._marcha.comprobar()

    def avanzar(self, *, mensaje: str) -> None:
        self._mensaje = mensaje

    def novedad(self) -> str:
        """What was told since it was last asked for, empty where nothing was."""
        mensaje, self._mensaje = self._mensaje, ""
        return mensaje


@dataclass(slots=True)
class _EnCurso:
    cual: Legible[Any]
    vigia: Vigia
    futura: Future[Any]
    stack: ExitStack

    def parar(self, fuente: Fuente | None = None) -> None:
        """End it; returns when its thread has left the source and the load. A `fuente` given is cut if it is slow."""
        self.vigia.parar()
        if fuente is not None and not wait([self.futura], SEGUNDOS_DE_GRACIA).done:
            fuente.cortar()
        wait([self.futura])


class Adelanto:
    """At most one reading under way; `permitido` tells whether one may be begun now that is not waited for yet."""

    def __init__(self, permitido: Callable[[], bool]) -> None:
        self._permitido = permitido
        self._hilo: ThreadPoolExecutor | None = None
        self._curso: _EnCurso | None = None
        self._con_hilo = connections[router.db_for_write(MovimientoInventario)].vendor in CON_HILO

    def empezar(self, fuente: Fuente, contexto: Contexto, cual: Legible[Any]) -> None:
        """Begin to read that ahead, where a thread may, and now."""
        if self._permitido():
            self._empezar(fuente, contexto, cual)

    def _empezar(self, fuente: Fuente, contexto: Contexto, cual: Legible[Any]) -> None:
        self.descartar()
        if not self._con_hilo:
            return
        with ExitStack() as stack:
            leer = stack.enter_context(cual.preparar(contexto))
            vigia = Vigia(contexto.marcha)
            self._hilo = self._hilo or ThreadPoolExecutor(1, "lectura")
            self._curso = _EnCurso(cual, vigia, self._hilo.submit(leer, fuente, vigia), stack.pop_all())

    @contextmanager
    def tomar(self, fuente: Fuente, contexto: Contexto, cual: Legible[L]) -> Iterator[L]:
        """That as it was read, until the end of the block; what its reading raised is raised here."""
        if self._curso is None or self._curso.cual != cual:
            self._empezar(fuente, contexto, cual)
        curso, self._curso = self._curso, None
        if curso is None:
            with cual.preparar(contexto) as leer:
                yield leer(fuente, contexto.marcha)
        else:
            with curso.stack:
                yield _esperar(curso, fuente, contexto.marcha)

    def descartar(self, fuente: Fuente | None = None) -> None:
        """End the reading under way, if any; the source is free again then, or cut where it is given."""
        curso, self._curso = self._curso, None
        if curso is not None:
            with curso.stack:
                curso.parar(fuente)

    def cerrar(self, fuente: Fuente | None) -> None:
        """End what is under way without waiting for a server that says nothing: its source is closed next."""
        self.descartar(fuente)
        if self._hilo is not None:
            self._hilo.shutdown()
            self._hilo = None


@dataclass(frozen=True, slots=True)
class DeMes:
    """The window of that month."""

    mes: Mes

    @contextmanager
    def preparar(self, contexto: Contexto) -> Iterator[Lector[Leida]]:
        with preparar(contexto) as preparada:
            yield partial(_leer, contexto, self.mes, preparada)


@contextmanager
def preparar(contexto: Contexto) -> Iterator[Preparada]:
    """An empty load and no rejections; in the run's own thread."""
    with bulk.preparar(MovimientoInventario, CAMPOS) as lote, Rechazos() as rechazos:
        yield Preparada(lote, rechazos, libro(contexto.empresa))


def libro(empresa: EmpresaServidor) -> Libro:
    """Who wrote each of the company's windows, and when it was read: told apart, never compared, as clocks go wrong."""
    rows = VentanaExtraccion.objects.filter(empresa_servidor=empresa)
    return {Mes(desde): written for desde, *written in rows.values_list("desde", "leida", "ejecucion_id")}


def _leer(contexto: Contexto, mes: Mes, preparada: Preparada, fuente: Fuente, testigo: Testigo) -> Leida:
    with fuente.instantanea() as foto:
        ventana = Ventana(foto, contexto, mes, preparada.lote, preparada.rechazos, testigo)
        return Leida([ventana.leer()], foto.momento, preparada)


def _esperar(curso: _EnCurso, fuente: Fuente, marcha: Marcha) -> Any:
    """The reading when it is done; meanwhile the run shows how far it is, and can be ended.

    A source that says nothing is cut then: nobody waits for it, and whoever opened it closes it after an exception.
    """
    try:
        while not wait([curso.futura], SEGUNDOS_ENTRE_AVISOS).done:
            if news := curso.vigia.novedad():
                marcha.avanzar(mensaje=news)
            else:  # a source that says nothing is no progress
                marcha.comprobar()
        return curso.futura.result()
    except BaseException:
        curso.parar(fuente)
        raise
