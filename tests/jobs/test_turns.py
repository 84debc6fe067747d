import threading
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from jobs import threads, turns
from jobs.cancelling import cancelar
from jobs.marcha import Marcha
from jobs.models import Ejecucion, Espera, Estado
from jobs.running import ejecutar, reclamar
from jobs.turns import Cupo, tomar
from jobs.watching import reenviar

RECURSO = "servidor:1"
DOS = Cupo(RECURSO, 2, "Espera una conexión.")
UNO = Cupo(RECURSO, 1, "Espera una conexión.")


@pytest.fixture
def enviadas(monkeypatch):
    """The messages that would have been sent."""
    sent = []
    monkeypatch.setattr(turns, "enviar", lambda run: sent.append(run.pk) or True)
    monkeypatch.setattr("jobs.watching.enviar", lambda run: sent.append(run.pk) or True)
    return sent


@pytest.fixture
def tomada(crear_run):
    """A function that gives a run in progress that holds a place."""

    def crear(cupo=UNO) -> Marcha:
        marcha = Marcha(crear_run(claimed=True))
        tomar(marcha, cupo)
        return marcha

    return crear


def sin_lugar(cupo=UNO):
    def cuerpo(marcha):
        tomar(marcha, cupo)
        return {}

    return cuerpo


def test_tomar_gives_each_run_a_place_of_its_own(tomada):
    assert {tomada(DOS).run.puesto, tomada(DOS).run.puesto} == {1, 2}


def test_tomar_holds_the_place_once_however_often_it_is_asked(tomada):
    marcha = tomada()
    assert tomar(marcha, UNO) is False
    assert Ejecucion.objects.get().puesto == 1


def test_tomar_in_a_worker_puts_the_run_back_and_says_what_it_waits_for(en_worker, tomada, run):
    tomada()
    waiting = ejecutar(run.pk, sin_lugar())
    assert (waiting.estado, waiting.espera, waiting.mensaje) == (Estado.PENDIENTE, Espera.CUPO, UNO.mensaje)
    assert (waiting.intentos, waiting.arriendo, waiting.inicio, waiting.puesto) == (0, None, None, None)
    assert waiting.lineas.get().texto == UNO.mensaje


def test_waiting_again_keeps_its_beginning_and_says_nothing_twice(en_worker, tomada, run):
    tomada()
    since = ejecutar(run.pk, sin_lugar()).espera_desde
    again = ejecutar(run.pk, sin_lugar())
    assert again.espera_desde == since
    assert again.lineas.count() == 1


def test_waiting_run_is_cancelled_at_once(en_worker, tomada, run):
    tomada()
    ejecutar(run.pk, sin_lugar())
    ended = cancelar(Ejecucion.objects.get(pk=run.pk))
    assert (ended.estado, ended.espera, ended.espera_desde) == (Estado.CANCELADA, "", None)


def test_run_that_someone_cancels_while_it_is_put_off_is_cancelled(en_worker, tomada, run):
    """Else it would wait to the end with the word in its row, and without a button."""
    tomada()

    def cuerpo(marcha):
        cancelar(Ejecucion.objects.get(pk=marcha.run.pk))
        tomar(marcha, UNO)
        return {}

    ended = ejecutar(run.pk, cuerpo)
    assert (ended.estado, ended.mensaje, ended.arriendo) == (Estado.CANCELADA, "Cancelada.", None)
    assert ended.fin is not None


def test_run_that_goes_to_and_fro_between_waits_says_so_once(hilos, tomada, run):
    tomada()
    for free in (True, False, True, False):
        hilos(2)
        if not free:
            threads.tomar(uuid4())
        ejecutar(run.pk, sin_lugar())
    assert run.lineas.count() == 1


def test_place_given_back_while_the_broker_is_away_is_told_in_the_next_round(
    en_worker, tomada, run, enviadas, monkeypatch
):
    holder = tomada()
    ejecutar(run.pk, sin_lugar())
    monkeypatch.setattr(turns, "enviar", lambda _: False)
    with turns.devuelto_al_final(holder):
        holder.cerrar(Estado.COMPLETADA)
    assert Ejecucion.objects.get(pk=run.pk).enviada is None
    assert reenviar() == 1
    assert enviadas == [run.pk]


def test_end_of_a_run_sends_the_one_that_has_waited_longest(en_worker, crear_run, enviadas):
    first, second = crear_run(), crear_run()

    def cuerpo(marcha):
        tomar(marcha, UNO)
        for waiting in (first, second):
            ejecutar(waiting.pk, sin_lugar())
        assert enviadas == []
        return {}

    ejecutar(crear_run().pk, cuerpo)
    assert enviadas == [first.pk]


def test_run_that_waited_tells_for_how_long(en_worker, tomada, run, enviadas):
    holder = tomada()
    ejecutar(run.pk, sin_lugar())
    Ejecucion.objects.filter(pk=run.pk).update(espera_desde=timezone.now() - timedelta(minutes=2))
    holder.cerrar(Estado.COMPLETADA)
    done = ejecutar(run.pk, sin_lugar())
    assert (done.estado, done.espera, done.espera_desde) == (Estado.COMPLETADA, "", None)
    assert 120 <= done.medidas["espera_de_cupo"] < 180
    assert "Esperó su lugar 2 min" in done.lineas.last().texto


def test_place_of_a_dead_process_is_free_once_its_lease_is_taken(tomada, crear_run):
    holder = tomada()
    Ejecucion.objects.filter(pk=holder.run.pk).update(estado=Estado.INTERRUMPIDA, arriendo=None)
    assert tomada().run.puesto == 1
    again = reclamar(holder.run.pk)
    assert again.puesto is None


def test_tomar_of_a_smaller_budget_counts_whoever_holds_a_place(en_worker, tomada, run):
    tomada(DOS).cerrar(Estado.COMPLETADA)
    tomada(DOS)
    tomada(DOS)
    Ejecucion.objects.filter(puesto=1, estado=Estado.EN_CURSO).update(estado=Estado.CANCELADA, arriendo=None)
    assert ejecutar(run.pk, sin_lugar(UNO)).estado == Estado.PENDIENTE


def test_place_left_over_is_offered_to_the_next_who_waits(en_worker, tomada, crear_run, enviadas):
    holder = tomada()
    first, second = crear_run(), crear_run()
    for waiting in (first, second):
        ejecutar(waiting.pk, sin_lugar())
    holder.cerrar(Estado.COMPLETADA)
    ejecutar(first.pk, sin_lugar(Cupo(RECURSO, 3, "")))
    assert enviadas[0] == second.pk


def test_reenviar_asks_for_the_longest_waiting_of_each_resource(en_worker, tomada, crear_run, enviadas):
    tomada()
    tomada(Cupo("servidor:2", 1, ""))
    first, _, other = crear_run(), crear_run(), crear_run()
    for waiting in (first, _):
        ejecutar(waiting.pk, sin_lugar())
    ejecutar(other.pk, sin_lugar(Cupo("servidor:2", 1, "Espera.")))
    assert reenviar() == 2
    assert enviadas == [first.pk, other.pk]


def test_reenviar_leaves_a_run_whose_hour_has_not_come(crear_run, enviadas):
    now = timezone.now()
    crear_run(enviada=None, no_antes=now + timedelta(hours=1))
    due = crear_run(enviada=None, no_antes=now - timedelta(seconds=1))
    assert reenviar() == 1
    assert enviadas == [due.pk]


def test_tomar_in_the_foreground_waits_where_it_is(monkeypatch, tomada, run):
    holder = tomada()
    seen = []

    def dormir(_):
        row = Ejecucion.objects.get(pk=run.pk)
        seen.append((row.estado, row.espera, row.mensaje))
        holder.cerrar(Estado.COMPLETADA)

    monkeypatch.setattr(turns.time, "sleep", dormir)
    assert ejecutar(run.pk, sin_lugar()).estado == Estado.COMPLETADA
    assert seen == [(Estado.EN_CURSO, Espera.CUPO, UNO.mensaje)]


def test_cancelling_ends_a_wait_in_the_foreground(monkeypatch, tomada, run):
    tomada()
    monkeypatch.setattr(turns.time, "sleep", lambda _: cancelar(Ejecucion.objects.get(pk=run.pk)))
    assert ejecutar(run.pk, sin_lugar()).estado == Estado.CANCELADA


@pytest.mark.django_db(transaction=True)
def test_tomar_never_gives_more_places_than_there_are_to_many_at_once(crear_run, en_worker):
    runs = [crear_run(claimed=True) for _ in range(8)]
    start = threading.Barrier(len(runs))

    def pedir(run):
        start.wait()
        try:
            tomar(Marcha(run), Cupo(RECURSO, 3, "Espera."))
        except turns.Aplazada:
            pass
        finally:
            connection.close()

    started = [threading.Thread(target=pedir, args=(run,)) for run in runs]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    held = Ejecucion.objects.exclude(puesto=None).values_list("puesto", flat=True)
    assert sorted(held) == [1, 2, 3]


@pytest.fixture
def hilos(en_worker):
    """A function that says how many threads this worker has."""
    yield lambda total: threads.repartir(sender=SimpleNamespace(concurrency=total))
    threads.repartir()


def test_long_runs_leave_a_thread_of_their_worker_to_the_others(hilos, tomada, run, crear_run, enviadas):
    hilos(3)
    holder = tomada(Cupo("servidor:1", 9, ""))
    tomada(Cupo("servidor:2", 9, ""))
    waiting = ejecutar(run.pk, sin_lugar(Cupo("servidor:3", 9, "")))
    assert (waiting.estado, waiting.espera, waiting.puesto) == (Estado.PENDIENTE, Espera.HILO, None)
    assert "uno queda siempre para lo breve" in waiting.mensaje
    assert ejecutar(crear_run().pk, lambda _: {}).estado == Estado.COMPLETADA
    with turns.devuelto_al_final(holder):
        holder.cerrar(Estado.COMPLETADA)
    assert enviadas == [run.pk]
    assert ejecutar(run.pk, sin_lugar(Cupo("servidor:3", 9, ""))).estado == Estado.COMPLETADA


def test_worker_of_one_thread_gives_it_to_a_long_run(hilos, run):
    hilos(1)
    assert ejecutar(run.pk, sin_lugar()).estado == Estado.COMPLETADA


def test_run_without_a_place_gives_its_thread_back(hilos, tomada, crear_run):
    hilos(2)
    Ejecucion.objects.filter(pk=tomada().run.pk).update(proceso="otro")
    threads.repartir(sender=SimpleNamespace(concurrency=2))
    for _ in range(3):
        assert ejecutar(crear_run().pk, sin_lugar()).espera == Espera.CUPO
