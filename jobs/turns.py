"""Resources that few runs may hold at once, such as the connections to a server, and the waiting for one.

A place is held by the run's own row (`recurso`, `puesto`), and only while the run is in progress: a unique constraint
over those rows lets nobody hold it twice, and whatever ends the run or takes its lease gives the place back in the same
UPDATE. So a killed worker's place returns when `vigilar` finds it dead, and there is nothing to clean up.

Who finds none free does not keep a worker's thread: the run goes back into the queue (`Aplazada`), says what it waits
for, and is sent again when a place is given back, the longest waiting first; `vigilar` asks again in every round. In
the foreground, where there is no queue, the run waits where it is.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from jobs import stopping
from jobs.badges import segundos_legibles
from jobs.launching import enviar
from jobs.marcha import Aplazada, Marcha, Pausa
from jobs.models import RECLAMABLES, Ejecucion, Espera, Estado

logger = logging.getLogger(__name__)

SEGUNDOS_ENTRE_MIRADAS = 1.0  # of a run that waits in the foreground
CARRERAS = 50  # lost one after another to others who took the place first
ESPERA_VISIBLE = 1.0


@dataclass(frozen=True, slots=True)
class Cupo:
    """A resource, how many runs may hold it at once, and what people are told who find none free."""

    recurso: str
    puestos: int
    mensaje: str


def tomar(marcha: Marcha, cupo: Cupo) -> bool:
    """Hold a place to the end of the run, waiting for it where none is free; whether it had to be waited for."""
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
    """Send whoever waits for the place that the run held, once it holds it no more."""
    try:
        yield
    finally:
        if marcha.run.puesto is not None:
            _despertar_si_se_puede(marcha.run.recurso)


def toca() -> Q:
    """The runs that may go on now; of those that wait for the same resource, the one that has waited longest."""
    earlier = _esperan().filter(recurso=OuterRef("recurso"), espera_desde__lt=OuterRef("espera_desde"))
    due = Q(no_antes=None) | Q(no_antes__lte=timezone.now())
    return due & (~Q(espera=Espera.CUPO) | Q(~Exists(earlier)))


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
            _despertar(cupo.recurso)
        return True
    return False


def _anotarse(marcha: Marcha, recurso: str, puesto: int) -> None:
    """Take the place and, in the same transaction, tell how long it was waited for."""
    since = marcha.run.espera_desde if marcha.run.espera == Espera.CUPO else None
    marcha.ocupar(recurso, puesto)
    waited = (timezone.now() - since).total_seconds() if since else 0.0
    if waited >= ESPERA_VISIBLE:
        marcha.medidas["espera_de_cupo"] = round(marcha.medidas.get("espera_de_cupo", 0.0) + waited, 1)
        marcha.anotar(f"Esperó su lugar {segundos_legibles(waited)}.")


def _ocupados(recurso: str) -> QuerySet[Ejecucion]:
    return Ejecucion.objects.filter(recurso=recurso, estado=Estado.EN_CURSO, puesto__isnull=False)


def _esperan() -> QuerySet[Ejecucion]:
    return Ejecucion.objects.filter(estado__in=RECLAMABLES, espera=Espera.CUPO)


def _despertar(recurso: str) -> None:
    """Send the message of the run that has waited longest for the resource and has none under way."""
    run = _esperan().filter(recurso=recurso, enviada=None).order_by(F("espera_desde").asc(nulls_last=True)).first()
    if run and Ejecucion.objects.filter(pk=run.pk, estado__in=RECLAMABLES, enviada=None).update(enviada=timezone.now()):
        enviar(run)


def _despertar_si_se_puede(recurso: str) -> None:
    try:
        _despertar(recurso)
    except (OperationalError, InterfaceError):
        logger.warning("nobody was told that %s has a free place; `vigilar` tells them", recurso)
