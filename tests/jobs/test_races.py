"""Two processes at once, as two threads with connections of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from jobs.launching import solicitar
from jobs.models import Ejecucion, Estado
from jobs.running import reclamar
from jobs.watching import interrumpir_muertas
from tests.jobs.conftest import TRABAJO
from tests.jobs.test_watching import callar

pytestmark = pytest.mark.django_db(transaction=True)

HILOS = 6


def a_la_vez(action):
    """What each of HILOS threads got from doing the same at the same moment."""
    barrier = Barrier(HILOS)

    def one(n):
        try:
            barrier.wait(10)
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(HILOS) as pool:
        return list(pool.map(one, range(HILOS)))


def test_reclamar_gives_one_lease_to_many_claimants(run):
    leases = [claimed for claimed in a_la_vez(lambda: reclamar(run.pk)) if claimed]
    assert len(leases) == 1
    assert Ejecucion.objects.get().intentos == 1


def test_solicitar_creates_one_run_for_many_requests():
    answers = a_la_vez(lambda: solicitar(TRABAJO, clave="cosa:1", sobre="cosas", parametros={}, encolar=False))
    assert len({run.pk for run, _ in answers}) == 1
    assert sum(new for _, new in answers) == 1


def test_interrumpir_counts_one_death_for_many_watchers(crear_run):
    run = crear_run(claimed=True)
    callar(run)
    assert sum(a_la_vez(interrumpir_muertas)) == 1
    run.refresh_from_db()
    assert run.estado == Estado.INTERRUMPIDA
    assert run.lineas.count() == 1
