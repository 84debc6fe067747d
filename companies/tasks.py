"""The Celery faces of the verbs of this room."""

from celery import shared_task

from companies import discovery, moving
from jobs import running


@shared_task(name="descubrir_empresas_task")
def descubrir_empresas_task(ejecucion_id: str) -> None:
    running.ejecutar(ejecucion_id, discovery.cumplir)


@shared_task(name="mover_empresa_task")
def mover_empresa_task(ejecucion_id: str) -> None:
    running.ejecutar(ejecucion_id, moving.cumplir)
