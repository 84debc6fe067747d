"""Asking for a run: one row, one message after the commit, and one active run per kind and key."""

from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import ACTIVOS, Ejecucion
from lib.errors import Conflict


@dataclass(frozen=True, slots=True)
class Trabajo:
    """A kind of run: its name, the Celery task that does it and the queue that it waits in."""

    tipo: str
    tarea: str
    cola: str = "general"


def solicitar(
    trabajo: Trabajo,
    *,
    clave: str,
    parametros: dict[str, Any],
    por: Any = None,
    encolar: bool = True,
) -> tuple[Ejecucion, bool]:
    """The active run of this kind and key, and whether it is new.

    Conflict `ya_en_curso` (with its `task_id`) where one is active with other parameters. With `encolar` false no
    message is sent: the caller runs it in the foreground.
    """
    user = por if por is not None and getattr(por, "pk", None) else None
    try:
        with transaction.atomic():
            run = Ejecucion.objects.create(
                tipo=trabajo.tipo,
                clave=clave,
                tarea=trabajo.tarea,
                cola=trabajo.cola,
                parametros=parametros,
                solicitada_por=user,
                enviada=timezone.now(),
            )
            if encolar:
                transaction.on_commit(lambda: enviar(run))
    except IntegrityError:
        active = Ejecucion.objects.filter(tipo=trabajo.tipo, clave=clave, estado__in=ACTIVOS).first()
        if active is None:  # it ended between the two statements
            return solicitar(trabajo, clave=clave, parametros=parametros, por=por, encolar=encolar)
        if active.parametros != parametros:
            raise Conflict(
                "ya_en_curso",
                "Ya hay una ejecución en curso con otros parámetros.",
                "Espere a que termine o cancélela.",
                task_id=active.task_id,
            ) from None
        return active, False
    return run, True


def enviar(run: Ejecucion) -> None:
    """Send the run's message; a broker that is down is no error, for `vigilar` sends it again."""
    try:
        current_app.send_task(run.tarea, args=[run.task_id], queue=run.cola, task_id=run.task_id, retry=False)
    except current_app.connection_for_write().connection_errors + (OSError,):  # noqa: RUF005
        pass
