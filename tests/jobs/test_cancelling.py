import pytest

from jobs.cancelling import cancelar
from jobs.models import Ejecucion, Estado
from jobs.running import ejecutar, reclamar
from lib.errors import Conflict

pytestmark = pytest.mark.django_db


def test_cancelar_keeps_a_waiting_run_from_being_claimed(run):
    assert cancelar(run).estado == Estado.CANCELADA
    assert run.fin
    assert reclamar(run.pk) is None


def test_cancelar_flags_a_run_that_was_claimed_meanwhile(run):
    reclamar(run.pk)  # `run` still says pendiente
    assert cancelar(run).cancelacion_solicitada
    assert run.estado == Estado.EN_CURSO


def test_cancelar_ends_an_interrupted_run(crear_run):
    assert cancelar(crear_run(estado=Estado.INTERRUMPIDA)).estado == Estado.CANCELADA


def test_flag_on_an_interrupted_run_cancels_it_when_it_is_taken_up(run):
    Ejecucion.objects.update(estado=Estado.INTERRUMPIDA, cancelacion_solicitada=True)
    done = ejecutar(run.pk, lambda marcha: pytest.fail("must not run"))
    assert done.estado == Estado.CANCELADA


def test_cancelar_refuses_a_run_that_ended(crear_run):
    with pytest.raises(Conflict, match="ya_termino"):
        cancelar(crear_run(estado=Estado.COMPLETADA))
