import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from jobs.models import ACTIVOS, FINALES, Ejecucion, Estado, Proceso

pytestmark = pytest.mark.django_db


def test_states_are_active_or_final():
    assert {*ACTIVOS, *FINALES} == set(Estado)
    assert not set(ACTIVOS) & set(FINALES)


@pytest.mark.parametrize("estado", ACTIVOS)
def test_one_run_per_kind_and_key_is_active(crear_run, estado):
    crear_run(clave="cosa:x")
    with pytest.raises(IntegrityError):
        crear_run(clave="cosa:x", estado=estado)


def test_runs_that_ended_may_be_many(crear_run):
    for estado in FINALES:
        crear_run(clave="cosa:x", estado=estado)
    crear_run(clave="cosa:x")


def test_lease_belongs_to_a_running_one_only(crear_run):
    with pytest.raises(IntegrityError):
        crear_run(estado=Estado.INTERRUMPIDA, arriendo=uuid.uuid4())


@pytest.mark.parametrize(
    ("progreso", "total", "percent"), [(0, None, None), (5, 0, None), (1, 3, 33), (3, 3, 100), (9, 3, 100), (-1, 3, 0)]
)
def test_porcentaje_is_whole_and_bounded(progreso, total, percent):
    assert Ejecucion(progreso=progreso, total=total).porcentaje == percent


def test_duracion_runs_until_the_end():
    start = timezone.now() - timedelta(hours=1)
    assert Ejecucion().duracion is None
    assert Ejecucion(inicio=start, fin=start + timedelta(seconds=5)).duracion == timedelta(seconds=5)
    assert Ejecucion(inicio=start).duracion >= timedelta(hours=1)


@pytest.mark.parametrize(("age", "alive"), [(0, True), (59, True), (61, False)])
def test_proceso_lives_while_it_says_so(age, alive):
    assert Proceso(latido=timezone.now() - timedelta(seconds=age)).vivo is alive
