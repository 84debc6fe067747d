"""Runs for tests with real workers: each step leaves one line, in one transaction with the checkpoint."""

import time

from celery import shared_task
from django.db import transaction

from jobs.running import Marcha, ejecutar
from jobs.turns import Cupo, tomar


@shared_task(name="tests.jobs.probar_task")
def probar_task(ejecucion_id: str) -> None:
    ejecutar(ejecucion_id, contar)


def contar(marcha: Marcha) -> dict[str, int]:
    steps = marcha.parametros["pasos"]
    for n in range(marcha.punto_de_control.get("hecho", 0), steps):
        time.sleep(marcha.parametros["pausa"])
        with transaction.atomic():
            marcha.anotar(f"paso {n}")
            marcha.sumar(leidas=1)
            marcha.confirmar(punto_de_control={"hecho": n + 1}, progreso=n + 1)
    return {"pasos": steps}


@shared_task(name="tests.jobs.colgarse_task")
def colgarse_task(ejecucion_id: str) -> None:
    ejecutar(ejecucion_id, colgarse)


def colgarse(marcha: Marcha) -> dict[str, int]:
    """Hangs for good, and notices nothing, the first time."""
    if marcha.run.intentos == 1:
        time.sleep(3600)
    return {"pasos": 0}


@shared_task(name="tests.jobs.largo_task")
def largo_task(ejecucion_id: str) -> None:
    ejecutar(ejecucion_id, largo)


def largo(marcha: Marcha) -> dict[str, int]:
    """The same, holding a place that there is plenty of."""
    tomar(marcha, Cupo("servidor:1", 9, "Espera."))
    return contar(marcha)
