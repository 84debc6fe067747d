"""Resources that few runs may hold at once, such as the connections to a server, and the waiting for one.

A place is held by the run's own row (`recurso`, `puesto`), and only while the run is in progress: a unique constraint
over those rows lets nobody hold it twice, and whatever ends the run or takes its lease gives the place back in the same
UPDATE. So a killed worker's place returns when `vigilar` finds it dead, and there is nothing to clean up.

Who finds none free does not keep a worker's thread: the run goes back into the queue (`Aplazada`), says what it waits
for, and is sent again when a place is given back, the longest waiting first; `vigilar` asks again in every round. In
the foreground, where there is no queue, the run waits where it is. Who holds a place is a long run: those leave one
thread of each worker to the others (jobs/threads.py).
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from jobs import stopping, threads
from jobs.badges import segundos_legibles
from jobs.launching import enviar
from jobs.marcha import Aplazada, Marcha, Pausa
from jobs.models import EN_FILA, RECLAMABLES, Ejecucion, Espera, Estado

logger = logging.getLogger(__name__)

SEGUNDOS_ENTRE_MIRADAS = 1.0  # of a run that waits in the foreground
CARRERAS = 50  # lost one after another to others who took the place first
ESPERA_VISIBLE = 1.0
HILO = "hilo"
SIN_HILO = Pausa(Espera.HILO, "Espera un trabajador libre: uno queda siempre para lo breve.", HILO)


@dataclass(frozen=True, slots=True)
class Cupo:
    """A resource, how many runs may hold it at once, and what people are told who find none free."""

    recurso: str
    puestos: int
    mensaje: str


def tomar(marcha: Marcha, cupo: Cupo) -> bool:
    """Hold a place to the end of the run, waiting for it where none is free; whether it had to be waited for."""
    if not threads.tomar(marcha.run.pk):
        raise Aplazada(SIN_HILO)
    waited = False
    while marcha.run.puesto is None and not _ocupar(marcha, cupo):
        waited = True
        esperar(marcha, Pausa(Espera.CUPO, cupo.mensaje, cupo.recurso))
    return waited


def esperar(marcha: Marcha, pausa: Pausa) -> None:
    """In a worker, leave it (Aplazada); in the foreground, wait a moment, for the caller to look again."""
    if stopping.es_worker():
        raise Aplazada(pausa)
    marcha.en_espera(pausa)
    time.sleep(SEGUNDOS_ENTRE_MIRADAS)


@contextmanager
def devuelto_al_final(marcha: Marcha) -> Iterator[None]:
    """Send whoever waits for the place that the run held, or for its thread, once it holds them no more."""
    try:
        yield
    finally:
        free = [marcha.run.recurso] if marcha.run.puesto is not None else []
        if threads.soltar(marcha.run.pk):
            free.append(HILO)
        _despertar_si_se_puede(free)


def olvidar_la_hora(recurso: str) -> None:
    """Let the runs that wait for the hour of the resource look again: it may be another now."""
    waiting = Ejecucion.objects.filter(estado__in=RECLAMABLES, espera=Espera.HORARIO, recurso=recurso)
    waiting.update(no_antes=None)


def toca() -> Q:
    """The runs that may go on now; of those that wait for the same resource, the one that has waited longest."""
    earlier = _esperan().filter(recurso=OuterRef("recurso"), espera_desde__lt=OuterRef("espera_desde"))
    due = Q(no_antes=None) | Q(no_antes__lte=timezone.now())
    return due & (~Q(espera__in=EN_FILA) | Q(~Exists(earlier)))


def _ocupar(marcha: Marcha, cupo: Cupo) -> bool:
    for _ in range(CARRERAS):
        taken = set(_ocupados(cupo.recurso).values_list("puesto", flat=True))
        if len(taken) >= cupo.puestos:
            return False
        try:
            with transaction.atomic():
                _anotarse(marcha, cupo.recurso, min(set(range(1, cupo.puestos + 1)) - taken))
        except IntegrityError:
            continue  # another run took it in between
        if len(taken) + 1 < cupo.puestos:
            _despertar_si_se_puede([cupo.recurso])
        return True
    return False


def _anotarse(marcha: Marcha, recurso: str, puesto: int) -> None:
    """Take the place and, in the same transaction, tell how long it was waited for."""
    since = marcha.run.espera_desde if marcha.run.espera in EN_FILA else None
    marcha.ocupar(recurso, puesto)
    waited = (timezone.now() - since).total_seconds() if since else 0.0
    if waited >= ESPERA_VISIBLE:
        marcha.medidas["espera_de_cupo"] = round(marcha.medidas.get("espera_de_cupo", 0.0) + waited, 1)
        marcha.anotar(f"Esperó su lugar {segundos_legibles(waited)}.")


def _ocupados(recurso: str) -> QuerySet[Ejecucion]:
    return Ejecucion.objects.filter(recurso=recurso, estado=Estado.EN_CURSO, puesto__isnull=False)


def _esperan() -> QuerySet[Ejecucion]:
    return Ejecucion.objects.filter(estado__in=RECLAMABLES, espera__in=EN_FILA)


def _despertar(recurso: str) -> None:
    """Send the message of the run that has waited longest for the resource and has none under way."""
    run = _esperan().filter(recurso=recurso, enviada=None).order_by(F("espera_desde").asc(nulls_last=True)).first()
    now = timezone.now()
    mine = run and Ejecucion.objects.filter(pk=run.pk, estado__in=RECLAMABLES, enviada=None).update(enviada=now)
    if run and mine and not enviar(run):  # the broker is away: `vigilar` sends it in its next round
        Ejecucion.objects.filter(pk=run.pk, enviada=now).update(enviada=None)


def _despertar_si_se_puede(recursos: list[str]) -> None:
    try:
        for recurso in recursos:
            _despertar(recurso)
    except (OperationalError, InterfaceError):
        logger.warning("nobody was told of a free place in %s; `vigilar` tells them", recursos)
