"""The Celery tasks of this room."""

from celery import shared_task

from apikeys import tidying


@shared_task(name="asentar_usos_task")
def asentar_usos_task() -> int:
    return tidying.asentar()


@shared_task(name="limpiar_accesos_task")
def limpiar_accesos_task() -> int:
    return sum(tidying.limpiar().values())
