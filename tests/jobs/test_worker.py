"""Real workers, killed in the middle of their work."""

import time

import pytest

from jobs.cancelling import cancelar
from jobs.launching import Trabajo, solicitar
from jobs.models import Ejecucion, Espera, Estado, Proceso
from tests.jobs.conftest import TRABAJO
from tests.programs import esperar

pytestmark = pytest.mark.django_db(transaction=True)

PASOS = 15


def pedir(**parametros) -> Ejecucion:
    run, _ = solicitar(TRABAJO, clave="cosa:1", sobre="cosas", parametros={"pasos": PASOS, "pausa": 0.1} | parametros)
    return run


def empezar_worker(programas):
    return programas.worker("-I", "tests.jobs.tareas")


def esperar_estado(run, *estados, segundos=40):
    esperar(lambda: Ejecucion.objects.get(pk=run.pk).estado in estados, segundos)
    run.refresh_from_db()


def esperar_progreso(run, progreso=3):
    esperar(lambda: Ejecucion.objects.get(pk=run.pk).progreso >= progreso)


def assert_done_once(run):
    esperar_estado(run, Estado.COMPLETADA, Estado.FALLIDA)
    steps = [line.texto for line in run.lineas.filter(texto__startswith="paso")]
    assert run.estado == Estado.COMPLETADA
    assert steps == [f"paso {n}" for n in range(PASOS)]
    assert run.conteos["leidas"] == PASOS


def test_another_worker_goes_on_after_the_first_was_killed(programas, broker):
    worker = empezar_worker(programas)
    programas.vigilar()
    run = pedir()
    esperar_progreso(run)
    worker.matar()
    empezar_worker(programas)
    assert_done_once(run)
    assert run.intentos == 2


def test_worker_that_is_told_to_end_gives_its_run_back(programas):
    worker = empezar_worker(programas)
    run = pedir(pausa=0.3)
    esperar_progreso(run)
    before = time.monotonic()
    assert worker.parar() == 0
    assert time.monotonic() - before < 15
    run.refresh_from_db()
    assert (run.estado, run.intentos, run.arriendo) == (Estado.INTERRUMPIDA, 0, None)
    assert not Proceso.objects.filter(clase="worker").exists()
    empezar_worker(programas)
    programas.vigilar()
    assert_done_once(run)
    assert run.intentos == 1


def test_run_says_that_a_worker_does_not_know_its_task(programas, broker):
    trabajo = Trabajo("nuevo", "tests.jobs.nueva_task", nombre="Nuevo")
    run, _ = solicitar(trabajo, clave="cosa:1", sobre="cosas", parametros={})
    empezar_worker(programas)
    programas.vigilar()
    esperar(lambda: "no conoce la tarea tests.jobs.nueva_task" in Ejecucion.objects.get(pk=run.pk).mensaje)
    assert cancelar(run).estado == Estado.CANCELADA


def test_vigilar_sends_a_lost_message_again(programas):
    run = pedir(pausa=0)
    for message in programas.broker.iterdir():
        message.unlink()
    empezar_worker(programas)
    programas.vigilar()
    assert_done_once(run)


def test_run_is_done_once_however_often_its_message_comes(programas):
    from jobs.launching import enviar

    run = pedir(pausa=0)
    for _ in range(5):
        enviar(run)
    programas.worker("-I", "tests.jobs.tareas", concurrencia=2)
    assert_done_once(run)
    esperar(lambda: not list(programas.broker.glob("*general.msg")))
    assert run.intentos == 1


def test_cancelling_stops_a_run_in_its_worker(programas):
    empezar_worker(programas)
    run = pedir(pasos=1000)
    esperar_progreso(run)
    Ejecucion.objects.filter(pk=run.pk).update(cancelacion_solicitada=True)
    esperar_estado(run, Estado.CANCELADA)
    assert run.progreso < 1000


def test_worker_has_no_children_that_could_be_killed(programas, broker):
    assert programas.hijos(empezar_worker(programas)) == []


def test_worker_that_hangs_ends_itself_and_another_goes_on(programas):
    programas.env["AVANCE_MAXIMO_SEGUNDOS"] = "3"
    worker = empezar_worker(programas)
    programas.vigilar()
    run, _ = solicitar(
        Trabajo("probar", "tests.jobs.colgarse_task", nombre="Probar"), clave="cosa:1", sobre="cosas", parametros={}
    )
    esperar(lambda: worker.poll() is not None, 60)
    empezar_worker(programas)
    esperar_estado(run, Estado.COMPLETADA)
    assert run.intentos == 2


def test_worker_of_two_threads_keeps_one_from_long_runs(programas):
    programas.vigilar()
    programas.worker("-I", "tests.jobs.tareas", concurrencia=2)
    largo = Trabajo("largo", "tests.jobs.largo_task", nombre="Largo")
    first, second = (
        solicitar(largo, clave=f"cosa:{n}", sobre="cosas", parametros={"pasos": 10_000, "pausa": 0.1})[0]
        for n in range(2)
    )
    esperar(lambda: Ejecucion.objects.filter(espera=Espera.HILO).count() == 1)
    breve = pedir(pasos=1, pausa=0)
    esperar_estado(breve, Estado.COMPLETADA)
    waiting = Ejecucion.objects.get(espera=Espera.HILO)
    assert waiting.estado in (Estado.PENDIENTE, Estado.EN_CURSO)
    cancelar(first if waiting.pk == second.pk else second)
    esperar(lambda: Ejecucion.objects.get(pk=waiting.pk).progreso > 0)
    cancelar(waiting)
    esperar_estado(waiting, Estado.CANCELADA)


def test_command_is_cancelled_by_sigterm(programas):
    run, _ = solicitar(TRABAJO, clave="cosa:1", sobre="cosas", parametros={"pasos": 1000, "pausa": 0.1}, encolar=False)
    command = programas.lanzar("-m", "tests.jobs.orden", run.task_id)
    esperar_progreso(run)
    assert command.parar() == 1
    run.refresh_from_db()
    assert run.estado == Estado.CANCELADA
    assert "Cancelada: Probar · cosas" in command.salida()


def test_command_that_was_killed_goes_on_in_a_worker(programas):
    run, _ = solicitar(TRABAJO, clave="cosa:1", sobre="cosas", parametros={"pasos": PASOS, "pausa": 0.2}, encolar=False)
    command = programas.lanzar("-m", "tests.jobs.orden", run.task_id)
    esperar_progreso(run)
    command.matar()
    empezar_worker(programas)
    programas.vigilar()
    assert_done_once(run)


def test_beat_tells_that_it_lives(programas):
    beat = programas.lanzar("-m", "celery", "-A", "config", "beat", "--pidfile=", "-l", "INFO")
    esperar(lambda: Proceso.objects.filter(clase="beat").exists())
    beat.parar()
    assert not Proceso.objects.exists()


def test_processes_tell_that_they_live(programas):
    empezar_worker(programas)
    vigilar = programas.vigilar()
    esperar(lambda: Proceso.objects.count() == 2)
    assert {process.clase for process in Proceso.objects.all() if process.vivo} == {"worker", "vigilar"}
    assert vigilar.parar() == 0
    assert not Proceso.objects.filter(clase="vigilar").exists()
