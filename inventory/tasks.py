"""The Celery tasks of this room."""

from celery import shared_task

from inventory import extraction, nightly, reconciliation
from jobs import running


@shared_task(name="extraer_datos_task")
def extraer_datos_task(ejecucion_id: str) -> None:
    running.ejecutar(ejecucion_id, extraction.cumplir)


@shared_task(name="cuadrar_task")
def cuadrar_task(ejecucion_id: str) -> None:
    running.ejecutar(ejecucion_id, reconciliation.cumplir)


@shared_task(name="extraer_todas_task")
def extraer_todas_task() -> int:
    return nightly.pedir_para_todas(extraction.solicitar)


@shared_task(name="cuadrar_todas_task")
def cuadrar_todas_task() -> int:
    return nightly.pedir_para_todas(reconciliation.solicitar)
