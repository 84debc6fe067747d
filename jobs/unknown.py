"""A worker that does not know a run's task says so on the run: it is older than what asked for it, or newer.

It drops the message; `vigilar` sends it again until a worker knows the task or a person cancels the run.
"""

import logging
from typing import Any

from celery.signals import task_unknown
from django.db import DatabaseError, InterfaceError, connection

from jobs.models import RECLAMABLES, Ejecucion

logger = logging.getLogger(__name__)


@task_unknown.connect
def decirlo(name: str, id: str, **kwargs: Any) -> None:  # noqa: A002 -- Celery's names
    mensaje = f"Un worker no conoce la tarea {name}: actualícelo y reinícielo, o cancele la ejecución."
    try:
        Ejecucion.objects.filter(pk=id, estado__in=RECLAMABLES).update(mensaje=mensaje[:300])
    except (DatabaseError, InterfaceError):
        logger.warning("run %s could not be told that its task %s is unknown", id, name)
    finally:
        connection.close()  # a worker forks: no connection may be open in its parent meanwhile
