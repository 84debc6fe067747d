"""Doing a run: claim it, live visibly, record what came of it. The only place that opens and closes a run.

A verb receives a `Marcha`, the live handle of the claimed run. Rows and checkpoint are committed together:

    with transaction.atomic():
        ...write rows...
        marcha.confirmar(punto_de_control={...}, progreso=n)   # last: it fails where the lease was lost
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from jobs.models import RECLAMABLES, Ejecucion, Estado, LineaEjecucion, conteos_vacios
from lib.errors import TrastiendaError

logger = logging.getLogger(__name__)

Escucha = Callable[["Marcha"], None]


class Cancelada(Exception):
    """Someone asked for the run to be cancelled."""


class ArriendoPerdido(Exception):
    """Another process holds the run now; this one must not write any more."""


class Marcha:
    """The handle of a run that this process has claimed: progress, counts, log, checkpoint, cancellation."""

    def __init__(self, run: Ejecucion, escucha: Escucha | None = None) -> None:
        self.run = run
        self.parametros: dict[str, Any] = run.parametros
        self.punto_de_control: dict[str, Any] = run.punto_de_control
        self.conteos: dict[str, int] = conteos_vacios() | run.conteos
        self.progreso = run.progreso
        self.total = run.total
        self.mensaje = run.mensaje
        self._escucha = escucha
        self._perdida = threading.Event()
        self._cancelar = threading.Event()

    def sumar(self, **conteos: int) -> None:
        """Add to the counts; they reach the row with the next `avanzar` or `confirmar`."""
        for name, number in conteos.items():
            self.conteos[name] = self.conteos.get(name, 0) + number

    def anotar(self, texto: str, nivel: str = LineaEjecucion.Nivel.INFO) -> None:
        """Add a line to the run's log."""
        LineaEjecucion.objects.create(ejecucion=self.run, nivel=nivel, texto=texto)

    def comprobar(self) -> None:
        """Raise Cancelada or ArriendoPerdido where the heartbeat has seen it; costs nothing, so call it often."""
        if self._perdida.is_set():
            raise ArriendoPerdido
        if self._cancelar.is_set():
            raise Cancelada

    def avanzar(self, progreso: int | None = None, *, total: int | None = None, mensaje: str | None = None) -> None:
        """Show how far the work is. Not for checkpoints: those go with their rows, through `confirmar`."""
        self._mover(progreso, total, mensaje)
        self._escribir(progreso=self.progreso, total=self.total, mensaje=self.mensaje, avance=timezone.now())

    def confirmar(
        self,
        *,
        punto_de_control: dict[str, Any] | None = None,
        progreso: int | None = None,
        mensaje: str | None = None,
    ) -> None:
        """Record checkpoint and counts with the rows of the surrounding transaction, or raise ArriendoPerdido."""
        self._mover(progreso, None, mensaje)
        if punto_de_control is not None:
            self.punto_de_control = punto_de_control
        self._escribir(
            progreso=self.progreso,
            mensaje=self.mensaje,
            conteos=self.conteos,
            punto_de_control=self.punto_de_control,
            avance=timezone.now(),
        )

    def _mover(self, progreso: int | None, total: int | None, mensaje: str | None) -> None:
        self.comprobar()
        self.progreso = self.progreso if progreso is None else progreso
        self.total = self.total if total is None else total
        self.mensaje = self.mensaje if mensaje is None else mensaje[:300]
        if self._escucha:
            self._escucha(self)

    def _escribir(self, **campos: Any) -> None:
        if not self._mia().update(latido=timezone.now(), **campos):
            self._perdida.set()
            raise ArriendoPerdido

    def _mia(self) -> Any:
        return Ejecucion.objects.filter(pk=self.run.pk, arriendo=self.run.arriendo, estado=Estado.EN_CURSO)

    def latir(self) -> None:
        """Say that the process lives, and learn of a cancellation or of a lost lease."""
        if not self._mia().update(latido=timezone.now()):
            self._perdida.set()
        elif self._mia().filter(cancelacion_solicitada=True).exists():
            self._cancelar.set()

    def cerrar(self, estado: str, **campos: Any) -> None:
        """Write the final state; a lost lease leaves the row to whoever holds it."""
        now = timezone.now()
        self._mia().update(
            estado=estado, fin=now, latido=now, arriendo=None, conteos=self.conteos, progreso=self.progreso,
            total=self.total, **campos,
        )  # fmt: skip


def reclamar(ejecucion_id: str) -> Ejecucion | None:
    """Claim a waiting run: a compare-and-set that gives a new lease; None where there is nothing to claim."""
    now = timezone.now()
    lease = uuid.uuid4()
    claimed = Ejecucion.objects.filter(pk=ejecucion_id, estado__in=RECLAMABLES).update(
        estado=Estado.EN_CURSO, arriendo=lease, intentos=F("intentos") + 1, latido=now, avance=now
    )
    if not claimed:
        return None
    Ejecucion.objects.filter(pk=ejecucion_id, inicio=None).update(inicio=now)
    return Ejecucion.objects.filter(pk=ejecucion_id, arriendo=lease).first()


def ejecutar(
    ejecucion_id: str, cuerpo: Callable[[Marcha], dict[str, Any]], *, escucha: Escucha | None = None
) -> Ejecucion | None:
    """Claim the run and do it; its error is recorded, and raised again unless it is one that a person acts on.

    None where the run could not be claimed: another process has it, or it has ended.
    """
    run = reclamar(ejecucion_id)
    if run is None:
        logger.info("run %s is not there to be claimed", ejecucion_id)
        return None
    logger.info("run %s started: %s %s, attempt %s", run.pk, run.tipo, run.clave, run.intentos)
    marcha = Marcha(run, escucha)
    with _latido(marcha):
        _hacer(marcha, cuerpo)
    run.refresh_from_db()
    logger.info("run %s ended: %s", run.pk, run.estado)
    return run


def _hacer(marcha: Marcha, cuerpo: Callable[[Marcha], dict[str, Any]]) -> None:
    try:
        if marcha.run.cancelacion_solicitada:
            raise Cancelada
        resultado = cuerpo(marcha)
    except (Cancelada, KeyboardInterrupt):
        marcha.cerrar(Estado.CANCELADA, mensaje="Cancelada.")
    except ArriendoPerdido:
        logger.warning("run %s lost its lease; left to the process that holds it", marcha.run.pk)
    except TrastiendaError as error:
        marcha.anotar(str(error), LineaEjecucion.Nivel.ERROR)
        marcha.cerrar(Estado.FALLIDA, error=error.as_dict(), mensaje=error.mensaje[:300])
    except Exception as error:
        marcha.cerrar(
            Estado.FALLIDA,
            error={
                "codigo": "error_interno",
                "mensaje": f"Error inesperado ({type(error).__name__}).",
                "remedio": "Vea el registro del servidor y avise a soporte con el identificador de la ejecución.",
            },
        )
        raise
    else:
        estado = Estado.COMPLETADA_CON_ERRORES if marcha.conteos["rechazadas"] else Estado.COMPLETADA
        marcha.cerrar(estado, resultado=resultado, mensaje="")


@contextmanager
def _latido(marcha: Marcha) -> Iterator[None]:
    """A thread that beats while the body works; inside a test's transaction there is no second connection, so none."""
    if connection.in_atomic_block:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_latir_hasta, args=(marcha, stop), daemon=True, name=f"latido-{marcha.run.pk}")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _latir_hasta(marcha: Marcha, stop: threading.Event) -> None:
    try:
        while not stop.wait(settings.LATIDO_SEGUNDOS):
            try:
                close_old_connections()
                with transaction.atomic():
                    marcha.latir()
            except OperationalError:  # SQLite's one writer is busy: the writer's own transaction beats
                logger.debug("heartbeat of %s found the database busy", marcha.run.pk)
            except DatabaseError:
                logger.warning("heartbeat of %s failed", marcha.run.pk, exc_info=True)
    finally:
        connection.close()
