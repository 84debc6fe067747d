"""Finding runs whose process died or hangs, and runs whose message was lost; `manage.py vigilar` does it all the time.

It needs neither broker nor beat, and any number of them may run: every change is an update whose condition repeats what
was seen, so that a run which moved meanwhile, or which another watcher took, is left alone.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from jobs import processes, turns
from jobs.launching import enviar
from jobs.models import (
    INTENTOS_MAXIMOS,
    RECLAMABLES,
    Ejecucion,
    Estado,
    LineaEjecucion,
    callado,
    error_de_muerte,
)

logger = logging.getLogger(__name__)

REENVIO_MAXIMO = timedelta(hours=1)
REENVIOS_POR_RONDA = 500


@dataclass(slots=True)
class Vigilante:
    """The watcher between its rounds: when it last could look, and which silent processes it has spoken of."""

    ultima: datetime | None = None
    callados: set[str] = field(default_factory=set)

    def ronda(self) -> tuple[int, int]:
        """One round: how many runs it interrupted (or ended) and how many messages it sent again."""
        interrupted = 0
        if not self._salto():
            interrupted = interrumpir_muertas()
            self._mirar_procesos()
        self.ultima = timezone.now()
        return interrupted, reenviar()

    def _salto(self) -> bool:
        """Whether the machine slept, the database was held or the clock was set: no heartbeat proves anything yet."""
        asleep = timedelta(seconds=settings.LATIDO_MAXIMO_SEGUNDOS)
        return self.ultima is not None and not timedelta(0) <= timezone.now() - self.ultima <= asleep

    def _mirar_procesos(self) -> None:
        processes.retirar_olvidados()
        silent = processes.callados()
        for name in silent - self.callados:
            logger.warning("process %s is silent", name)
        for name in self.callados - silent:
            logger.info("process %s is no longer silent, or forgotten", name)
        self.callados = silent


def interrumpir_muertas() -> int:
    """Take the lease from every run whose process is silent or whose work does not move; how many."""
    return sum(_interrumpir(run) for run in Ejecucion.objects.filter(_muerta()))


def _muerta() -> Q:
    stuck = Q(avance__lt=timezone.now() - timedelta(seconds=settings.AVANCE_MAXIMO_SEGUNDOS))
    return Q(estado=Estado.EN_CURSO) & (callado() | stuck)


def _interrumpir(run: Ejecucion) -> bool:
    """One UPDATE whose WHERE repeats the stale condition: a heartbeat that came meanwhile wins."""
    now = timezone.now()
    changes: dict[str, object] = {"arriendo": None}
    if run.cancelacion_solicitada:
        changes |= {"estado": Estado.CANCELADA, "fin": now, "mensaje": "Cancelada."}
    elif run.intentos >= INTENTOS_MAXIMOS:
        error = error_de_muerte()
        changes |= {"estado": Estado.FALLIDA, "fin": now, "error": error, "mensaje": error["mensaje"]}
    else:
        changes |= {"estado": Estado.INTERRUMPIDA, "enviada": None, "envios": 0, "mensaje": "Su proceso no responde."}
    if not Ejecucion.objects.filter(_muerta(), pk=run.pk, arriendo=run.arriendo).update(**changes):
        return False
    logger.warning("run %s (%s %s) of %s is %s", run.pk, run.tipo, run.clave, run.proceso, changes["estado"])
    text = f"El proceso {run.proceso} no responde (intento {run.intentos} de {INTENTOS_MAXIMOS})."
    LineaEjecucion.objects.create(ejecucion=run, nivel=LineaEjecucion.Nivel.AVISO, texto=text)
    return True


def reenviar() -> int:
    """Send again the message of every run that has waited too long for a worker; how many.

    The distance doubles with every message, so that a queue that is only busy is not flooded.
    """
    now = timezone.now()
    old = Q(enviada__lt=now - timedelta(seconds=settings.REENVIO_SEGUNDOS)) | Q(enviada__gt=now + REENVIO_MAXIMO)
    waiting = Ejecucion.objects.filter(Q(enviada=None) | old, turns.toca(), estado__in=RECLAMABLES)
    sent = 0
    for run in waiting.order_by("creada")[:REENVIOS_POR_RONDA]:
        if _toca(run):
            if not _reenviar(run):
                break  # the broker is down; the others would only wait for it too
            sent += 1
    return sent


def _toca(run: Ejecucion) -> bool:
    distance = min(timedelta(seconds=settings.REENVIO_SEGUNDOS) * 2 ** min(run.envios, 20), REENVIO_MAXIMO)
    return run.enviada is None or not -REENVIO_MAXIMO <= timezone.now() - run.enviada <= distance


def _reenviar(run: Ejecucion) -> bool:
    """Send the message of a run that is still as it was seen; False where the broker is down."""
    mine = Ejecucion.objects.filter(pk=run.pk, estado__in=RECLAMABLES, enviada=run.enviada)
    now = timezone.now()
    if not mine.update(enviada=now, envios=F("envios") + 1):
        return True  # it has been claimed, or another watcher sends it
    if enviar(run):
        logger.info("message of run %s (%s %s) sent again", run.pk, run.tipo, run.clave)
        return True
    Ejecucion.objects.filter(pk=run.pk, enviada=now).update(enviada=run.enviada, envios=run.envios)
    return False
