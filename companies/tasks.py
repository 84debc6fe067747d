"""The Celery faces of the verbs of this room."""

from celery import shared_task

from companies import discovery
from jobs import running


@shared_task(name="descubrir_empresas_task")
def descubrir_empresas_task(ejecucion_id: str) -> None:
    running.ejecutar(ejecucion_id, discovery.cumplir)
