import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from jobs import watching
from jobs.management.commands import vigilar
from jobs.models import INTENTOS_MAXIMOS, Ejecucion, Estado, Proceso
from jobs.running import reclamar
from jobs.watching import Vigilante, interrumpir_muertas, reenviar
from tests.programs import esperar

pytestmark = pytest.mark.django_db


def hace(segundos):
    return timezone.now() - timedelta(seconds=segundos)


@pytest.fixture
def enviadas(monkeypatch):
    """The messages that would have been sent; what the broker does with them is test_worker's subject."""
    sent = []
    monkeypatch.setattr(watching, "enviar", lambda run: sent.append(run.pk) or True)
    return sent


def callar(run, segundos=61, **campos):
    Ejecucion.objects.filter(pk=run.pk).update(latido=hace(segundos), **campos)


def test_interrumpir_takes_the_lease_of_a_silent_process(crear_run):
    run = crear_run(claimed=True)
    callar(run)
    assert interrumpir_muertas() == 1
    run.refresh_from_db()
    assert (run.estado, run.arriendo, run.enviada, run.fin) == (Estado.INTERRUMPIDA, None, None, None)
    assert "intento 1 de 3" in run.lineas.get().texto


def test_interrumpir_takes_the_lease_of_work_that_does_not_move(crear_run):
    run = crear_run(claimed=True)
    Ejecucion.objects.update(avance=hace(3601))
    assert interrumpir_muertas() == 1
    run.refresh_from_db()
    assert run.estado == Estado.INTERRUMPIDA


def test_interrumpir_leaves_a_run_that_lives(crear_run):
    crear_run(claimed=True)
    crear_run()
    callar(crear_run(estado=Estado.COMPLETADA))
    assert interrumpir_muertas() == 0


def test_interrumpir_leaves_a_run_whose_heartbeat_came_meanwhile(crear_run):
    run = crear_run(claimed=True)
    callar(run)
    seen = Ejecucion.objects.get()
    Ejecucion.objects.update(latido=timezone.now())
    assert not watching._interrumpir(seen)
    assert Ejecucion.objects.get().estado == Estado.EN_CURSO


def test_interrumpir_leaves_a_run_that_another_process_took_meanwhile(crear_run):
    run = crear_run(claimed=True)
    callar(run)
    seen = Ejecucion.objects.get()
    Ejecucion.objects.update(estado=Estado.INTERRUMPIDA, arriendo=None)
    reclamar(run.pk)
    callar(run)
    assert not watching._interrumpir(seen)


def test_interrumpir_makes_the_third_death_final(crear_run):
    run = crear_run()
    for _ in range(INTENTOS_MAXIMOS):
        assert reclamar(run.pk)
        callar(run)
        assert interrumpir_muertas() == 1
    assert reclamar(run.pk) is None
    run.refresh_from_db()
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, "interrumpida_tres_veces")
    assert run.fin


def test_interrumpir_cancels_where_that_was_asked(crear_run):
    run = crear_run(claimed=True)
    callar(run, cancelacion_solicitada=True)
    interrumpir_muertas()
    run.refresh_from_db()
    assert run.estado == Estado.CANCELADA


@pytest.mark.parametrize(
    ("enviada", "envios", "sent"),
    [(None, 0, 1), (31, 0, 1), (29, 0, 0), (61, 1, 1), (59, 1, 0), (3700, 60, 1), (-7200, 0, 1)],
)
def test_reenviar_waits_longer_each_time(crear_run, enviadas, enviada, envios, sent):
    run = crear_run(enviada=enviada and hace(enviada), envios=envios)
    assert reenviar() == sent
    run.refresh_from_db()
    assert run.envios == envios + sent


@pytest.mark.parametrize("estado", [Estado.EN_CURSO, Estado.COMPLETADA, Estado.CANCELADA])
def test_reenviar_leaves_runs_that_do_not_wait(crear_run, enviadas, estado):
    crear_run(estado=estado)
    assert reenviar() == 0


def test_reenviar_stops_at_a_broker_that_is_down_and_forgets_nothing(crear_run, broker_muerto):
    runs = [crear_run(enviada=hace(40)) for _ in range(3)]
    assert reenviar() == 0
    assert {run.envios for run in Ejecucion.objects.all()} == {0}
    assert Ejecucion.objects.get(pk=runs[0].pk).enviada == runs[0].enviada


def test_reenviar_leaves_a_run_that_was_claimed_meanwhile(crear_run, enviadas):
    run = crear_run(enviada=hace(40))
    reclamar(run.pk)
    assert watching._reenviar(run)
    assert not enviadas


def test_ronda_speaks_once_of_a_silent_process(db, caplog):
    Proceso.objects.create(nombre="worker@a", clase="worker", latido=hace(70))
    vigilante = Vigilante()
    for _ in range(3):
        vigilante.ronda()
    assert [record.message for record in caplog.records if "silent" in record.message] == ["process worker@a is silent"]


def test_ronda_forgets_a_process_that_is_long_gone(db):
    Proceso.objects.create(nombre="worker@a", clase="worker", latido=timezone.now() - timedelta(days=2))
    Vigilante().ronda()
    assert not Proceso.objects.exists()


def test_interrumpir_takes_the_lease_of_a_heartbeat_of_the_future(crear_run):
    """It died while the clock was years ahead."""
    callar(crear_run(claimed=True), segundos=-(10**8))
    assert interrumpir_muertas() == 1


@pytest.mark.parametrize("segundos", [600, -600])
def test_ronda_believes_no_heartbeat_after_the_machine_slept_or_its_clock_was_set(crear_run, segundos):
    callar(crear_run(claimed=True), segundos)
    vigilante = Vigilante(ultima=hace(segundos))
    assert vigilante.ronda()[0] == 0
    assert vigilante.ronda()[0] == 1


def test_vigilar_tells_what_one_round_did(crear_run, enviadas):
    callar(crear_run(claimed=True))
    out = io.StringIO()
    call_command("vigilar", "--una-vez", stdout=out)
    assert out.getvalue() == "Interrumpidas: 1. Mensajes reenviados: 1.\n"


def test_vigilar_outlives_a_busy_database(monkeypatch, caplog):
    def busy(self):
        raise OperationalError("database is locked")

    monkeypatch.setattr(Vigilante, "ronda", busy)
    monkeypatch.setattr(vigilar.connection, "close", lambda: None)  # the test's own
    vigilar._ronda(Vigilante())
    assert "round left out" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_vigilar_ends_cleanly_on_sigterm(programas):
    process = programas.vigilar()
    esperar(lambda: Proceso.objects.exists())
    assert process.parar() == 0
    assert "watched" in process.salida()
