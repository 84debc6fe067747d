"""The Celery tasks of this room."""

from celery import shared_task

from jobs import export_store, exports, running


@shared_task(name="exportar_task")
def exportar_task(ejecucion_id: str) -> None:
    running.ejecutar(ejecucion_id, exports.cumplir)


@shared_task(name="podar_exportaciones_task")
def podar_exportaciones_task() -> int:
    return export_store.podar()
