"""Asking for a run: one row, one message after the commit, and one active run per kind and key."""

import json
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from celery import current_app
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import ChannelError, OperationalError

from jobs.models import ACTIVOS, Ejecucion
from lib.errors import Conflict

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trabajo:
    """A kind of run: its code, the Celery task that does it, the queue that it waits in, and its name for people."""

    tipo: str
    tarea: str
    cola: str = "general"
    nombre: str = field(kw_only=True)


def solicitar(
    trabajo: Trabajo,
    *,
    clave: str,
    sobre: str,
    parametros: dict[str, Any],
    por: Any = None,
    con: str = "",
    encolar: bool = True,
) -> tuple[Ejecucion, bool]:
    """The active run of this kind and key, and whether it is new; `sobre` is what people call that which `clave` names.

    `por` is the person who asks, `con` the `solicitante` of a client's key; both empty where the system asks.
    Conflict `ya_en_curso` (with its `task_id`) where one is active with other parameters. With `encolar` false no
    message is sent: the caller runs it in the foreground.
    """
    plain = json.loads(json.dumps(parametros, cls=DjangoJSONEncoder))  # as the row gives them back
    for last in (False, False, True):
        try:
            return _crear(trabajo, clave, sobre, plain, por, con, encolar=encolar), True
        except IntegrityError:
            active = Ejecucion.objects.filter(tipo=trabajo.tipo, clave=clave, estado__in=ACTIVOS).first()
            if active is None and last:
                raise
        if active is not None:  # otherwise it ended between the two statements
            break
    assert active is not None
    if active.parametros != plain:
        raise ya_en_curso(active, f"Ya hay una ejecución en curso con otros parámetros: {active.titulo}.")
    if getattr(por, "pk", None) and por.pk != active.solicitada_por_id:
        active.interesados.add(por)  # whoever is given its task_id sees it
    return active, False


def repetir(run: Ejecucion, *, por: Any = None, con: str = "") -> tuple[Ejecucion, bool]:
    """Ask again for what `run` did, as a new run with the same parameters."""
    trabajo = Trabajo(run.tipo, run.tarea, run.cola, nombre=run.nombre)
    return solicitar(trabajo, clave=run.clave, sobre=run.sobre, parametros=run.parametros, por=por, con=con)


def ya_en_curso(run: Ejecucion, mensaje: str) -> Conflict:
    """The error that names the run which is in the way."""
    return Conflict("ya_en_curso", mensaje, "Espere a que termine o cancélela.", task_id=run.task_id)


def _crear(
    trabajo: Trabajo, clave: str, sobre: str, parametros: dict[str, Any], por: Any, con: str, *, encolar: bool
) -> Ejecucion:
    with transaction.atomic():
        run = Ejecucion.objects.create(
            tipo=trabajo.tipo,
            nombre=trabajo.nombre,
            clave=clave,
            sobre=sobre[:300],
            tarea=trabajo.tarea,
            cola=trabajo.cola,
            parametros=parametros,
            solicitada_por=por if getattr(por, "pk", None) else None,
            solicitada_con=con,
            enviada=timezone.now(),
        )
        if encolar:
            transaction.on_commit(partial(enviar, run))
    return run


def enviar(run: Ejecucion) -> bool:
    """Send the run's message; False where the broker is down, which is no error, for `vigilar` sends it again."""
    try:
        current_app.send_task(run.tarea, args=[run.task_id], queue=run.cola, task_id=run.task_id, retry=False)
    except (OperationalError, ChannelError, OSError) as error:
        logger.warning("the broker took no message for run %s: %s", run.pk, type(error).__name__)
        return False
    return True
