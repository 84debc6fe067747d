"""Doing a run: claim it, live visibly, record what came of it. The only place that opens and closes a run.

A verb receives a `Marcha`, the live handle of the claimed run. Rows and checkpoint are committed together:

    with transaction.atomic():
        ...write rows...
        marcha.confirmar(punto_de_control={...}, progreso=n)   # last: it fails where the lease was lost

How a run ends: its body returns → completada (con errores where rows were rejected); raises → fallida; someone asks
for it → cancelada; the worker is told to end, or our own database goes away → interrumpida, and it goes on elsewhere
from its checkpoint; it lacks a place or the hour (jobs/turns.py) → pendiente again, and says so; the process dies →
`vigilar` finds it.
"""

import errno
import logging
import os
import socket
import traceback
import uuid
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from jobs import stopping, turns
from jobs.heartbeat import latiendo
from jobs.marcha import Aplazada, ArriendoPerdido, Cancelada, Escucha, Interrumpida, Marcha
from jobs.models import RECLAMABLES, Ejecucion, Estado, LineaEjecucion
from lib.errors import Retriable, TrastiendaError

__all__ = ["ArriendoPerdido", "Cancelada", "Escucha", "Interrumpida", "Marcha", "ejecutar", "reclamar"]

logger = logging.getLogger(__name__)

SIN_ESPACIO = {errno.ENOSPC, errno.EDQUOT}
Cuerpo = Callable[[Marcha], dict[str, Any]]


def reclamar(ejecucion_id: str | uuid.UUID) -> Ejecucion | None:
    """Claim a waiting run: a compare-and-set that gives a new lease; None where there is nothing to claim."""
    now = timezone.now()
    lease = uuid.uuid4()
    claimed = Ejecucion.objects.filter(pk=ejecucion_id, estado__in=RECLAMABLES).update(
        estado=Estado.EN_CURSO,
        arriendo=lease,
        proceso=f"{socket.gethostname()}:{os.getpid()}",
        intentos=F("intentos") + 1,
        inicio=Coalesce(F("inicio"), now),
        latido=now,
        avance=now,
        puesto=None,
        no_antes=None,
    )
    return Ejecucion.objects.filter(pk=ejecucion_id, arriendo=lease).first() if claimed else None


def ejecutar(ejecucion_id: str | uuid.UUID, cuerpo: Cuerpo, *, escucha: Escucha | None = None) -> Ejecucion | None:
    """Claim the run and do it; its error is recorded, and raised again unless it is one that a person acts on.

    None where the run could not be claimed: another process has it, it has ended, or this worker is ending.
    """
    if stopping.pedida():
        _devolver(ejecucion_id)
        return None
    run = reclamar(ejecucion_id)
    if run is None:
        logger.info("run %s is not there to be claimed", ejecucion_id)
        return None
    logger.info("run %s started: %s %s, attempt %s", run.pk, run.tipo, run.clave, run.intentos)
    marcha = Marcha(run, escucha)
    with turns.devuelto_al_final(marcha), latiendo(marcha):
        _hacer(marcha, cuerpo)
    run.refresh_from_db()
    logger.info("run %s ended: %s", run.pk, run.estado)
    return run


def _hacer(marcha: Marcha, cuerpo: Cuerpo) -> None:
    try:
        marcha.comprobar()
        resultado = cuerpo(marcha)
    except (Cancelada, KeyboardInterrupt):
        marcha.cerrar(Estado.CANCELADA, mensaje="Cancelada.")
    except ArriendoPerdido:
        logger.warning("run %s lost its lease; left to the process that holds it", marcha.run.pk)
    except Interrumpida:
        marcha.soltar()
    except Aplazada as aplazada:
        if not marcha.aplazar(aplazada.pausa):
            marcha.cerrar(Estado.CANCELADA, mensaje="Cancelada.")
    except SystemExit:  # Celery's word for "end now"
        marcha.soltar()
        raise
    except TrastiendaError as error:
        _fracasar(marcha, error)
    except (OperationalError, InterfaceError):
        logger.exception("run %s lost our own database", marcha.run.pk)
        if not connection.in_atomic_block:  # as inside a test
            connection.close_if_unusable_or_obsolete()
        if marcha.morir():
            marcha.anotar("La base de datos propia no respondió; sigue más tarde.", LineaEjecucion.Nivel.AVISO)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in SIN_ESPACIO:
            logger.exception("run %s found a full disk", marcha.run.pk)
            _fracasar(marcha, _disco_lleno())
            return
        _fallar(marcha, error)
        raise
    else:
        estado = Estado.COMPLETADA_CON_ERRORES if marcha.conteos["rechazadas"] else Estado.COMPLETADA
        marcha.cerrar(estado, conteos=marcha.conteos, resultado=resultado, error=None, mensaje="")


def _devolver(ejecucion_id: str | uuid.UUID) -> None:
    """Leave a run to another worker: its message came to one that is ending, so `vigilar` sends it again."""
    Ejecucion.objects.filter(pk=ejecucion_id, estado__in=RECLAMABLES).update(enviada=None, envios=0)
    logger.info("run %s is left to another worker", ejecucion_id)


def _fracasar(marcha: Marcha, error: TrastiendaError) -> None:
    marcha.anotar(str(error), LineaEjecucion.Nivel.ERROR)
    marcha.cerrar(Estado.FALLIDA, error=error.as_dict(), mensaje=error.mensaje[:300])


def _disco_lleno() -> Retriable:
    return Retriable(
        "disco_lleno",
        "No queda espacio en un disco de esta máquina.",
        "Libere espacio, o ponga en TMPDIR una carpeta con sitio para los archivos temporales, y repita.",
    )


def _fallar(marcha: Marcha, error: Exception) -> None:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.relpath(frame.filename)}:{frame.lineno}"
    marcha.anotar(f"Error inesperado: {type(error).__name__} en {place}", LineaEjecucion.Nivel.ERROR)
    marcha.cerrar(
        Estado.FALLIDA,
        mensaje="Error inesperado.",
        error={
            "codigo": "error_interno",
            "mensaje": f"Error inesperado ({type(error).__name__}).",
            "remedio": "Vea el registro del servidor y avise a soporte con el identificador de la ejecución.",
        },
    )
