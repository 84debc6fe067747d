import pytest
from django.db import connection, transaction

from jobs.models import Ejecucion, Estado
from jobs.running import ejecutar
from tests.programs import esperar

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _rapido(settings):
    settings.LATIDO_SEGUNDOS = 0.05


def test_heartbeat_beats_while_the_body_works(run):
    def cuerpo(marcha):
        first = Ejecucion.objects.get().latido
        esperar(lambda: Ejecucion.objects.get().latido > first)
        return {}

    assert ejecutar(run.pk, cuerpo).estado == Estado.COMPLETADA


def test_heartbeat_shows_progress_made_inside_a_transaction(run):
    def cuerpo(marcha):
        with transaction.atomic():
            marcha.avanzar(7)
        esperar(lambda: Ejecucion.objects.get().progreso == 7)
        return {}

    assert ejecutar(run.pk, cuerpo).estado == Estado.COMPLETADA


def test_heartbeat_brings_a_cancellation_to_a_body_that_only_checks(run):
    def cuerpo(marcha):
        Ejecucion.objects.update(cancelacion_solicitada=True)
        esperar(marcha._cancelar.is_set)
        marcha.comprobar()

    assert ejecutar(run.pk, cuerpo).estado == Estado.CANCELADA


def test_heartbeat_notices_that_the_run_was_taken_away(run):
    def cuerpo(marcha):
        Ejecucion.objects.update(estado=Estado.INTERRUMPIDA, arriendo=None)
        esperar(lambda: marcha.perdida)
        marcha.comprobar()

    assert ejecutar(run.pk, cuerpo).estado == Estado.INTERRUMPIDA


def test_heartbeat_waits_out_a_long_write_transaction(run, django_user_model):
    def cuerpo(marcha):
        with transaction.atomic():
            django_user_model.objects.create_user("fila")
            esperar(lambda: _beats(marcha), 1) if connection.vendor == "postgresql" else None
            marcha.confirmar(punto_de_control={"mes": 1})
        return {}

    assert ejecutar(run.pk, cuerpo).estado == Estado.COMPLETADA


def _beats(marcha):
    return marcha.run.latido < Ejecucion.objects.get().latido
