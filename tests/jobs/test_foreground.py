import io
import json
import os
import signal
from datetime import timedelta
from functools import partial

import pytest
from django.core.management.base import OutputWrapper
from django.utils import timezone

from jobs.foreground import JobCommand, correr
from jobs.launching import solicitar
from jobs.models import Ejecucion, Estado
from jobs.running import reclamar
from lib.errors import Conflict, Fatal
from tests.jobs.conftest import TRABAJO

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self):
        return True


def trabajar(marcha):
    for n in range(3):
        marcha.avanzar(n + 1, total=3, mensaje=f"Mes {n + 1}")
    marcha.sumar(leidas=3)
    return {"filas": 3}


def rechazar(marcha):
    marcha.sumar(rechazadas=1)
    return {}


def fallar(marcha):
    raise Fatal("acceso_denegado", "El servidor no aceptó la clave.", "Corrija la clave.")


def recibir_sigterm(marcha):
    os.kill(os.getpid(), signal.SIGTERM)
    pytest.fail("must have stopped")


def correr_en(run, cuerpo, *, out=None, as_json=False):
    out = out or io.StringIO()
    return correr(run, cuerpo, stdout=OutputWrapper(out), as_json=as_json), out.getvalue()


@pytest.mark.parametrize(
    ("cuerpo", "status", "estado"),
    [(trabajar, 0, "completada"), (rechazar, 3, "completada_con_errores"), (fallar, 1, "fallida"),
     (recibir_sigterm, 1, "cancelada")],
)  # fmt: skip
def test_correr_ends_with_a_true_status(run, cuerpo, status, estado):
    assert correr_en(run, cuerpo)[0] == status
    assert run.estado == estado


def test_correr_writes_lines_in_a_pipe(run):
    _, out = correr_en(run, trabajar)
    assert out.splitlines() == ["1/3 Mes 1", "2/3 Mes 2", "3/3 Mes 3", f"Completada: {run.titulo} (leidas 3)"]


def test_correr_draws_a_bar_on_a_terminal(run):
    _, out = correr_en(run, trabajar, out=Terminal())
    assert "3/3" in out
    assert "\r" in out


def test_correr_shows_the_error_and_its_remedy(run):
    _, out = correr_en(run, fallar)
    assert "[acceso_denegado] El servidor no aceptó la clave. Corrija la clave." in out


def test_correr_writes_one_json_object(run):
    status, out = correr_en(run, trabajar, as_json=True)
    assert status == 0
    assert json.loads(out)["resultado"] == {"filas": 3}
    assert json.loads(out)["task_id"] == run.task_id


def test_correr_refuses_a_run_that_another_process_has(run):
    reclamar(run.pk)
    with pytest.raises(Conflict, match=run.task_id):
        correr_en(run, trabajar)


def test_correr_restores_the_signal_handler(run):
    before = signal.getsignal(signal.SIGTERM)
    correr_en(run, trabajar)
    assert signal.getsignal(signal.SIGTERM) is before


class Orden(JobCommand):
    cumplir = staticmethod(trabajar)

    def pedir(self, **opciones):
        for n in (1, 2):
            yield partial(solicitar, TRABAJO, clave=f"cosa:{n}", sobre="cosas", parametros={}, encolar=False)


class OrdenQueFalla(Orden):
    cumplir = staticmethod(fallar)


class OrdenSinServidor(Orden):
    def pedir(self, **opciones):
        raise Fatal("servidor_inactivo", "El servidor está inactivo.", "Actívelo.")


def ejecutar_orden(kind, *args):
    out, err = io.StringIO(), io.StringIO()
    command = kind(stdout=out, stderr=err)
    options = command.create_parser("manage.py", "orden").parse_args(args)
    try:
        command.execute(**vars(options))
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_command_does_every_run_that_it_was_asked_for(db):
    status, out, _ = ejecutar_orden(Orden, "--json")
    assert status == 0
    assert [json.loads(line)["clave"] for line in out.splitlines()] == ["cosa:1", "cosa:2"]


def test_command_ends_with_the_worst_status(db):
    status, out, _ = ejecutar_orden(OrdenQueFalla)
    assert status == 1
    assert out.count("Fallida") == 2


def test_command_says_4_when_another_process_has_the_run(db):
    run, _ = solicitar(TRABAJO, clave="cosa:2", sobre="cosas", parametros={}, encolar=False)
    reclamar(run.pk)
    status, _, err = ejecutar_orden(Orden)
    assert status == 4
    assert run.task_id in err
    assert Ejecucion.objects.get(clave="cosa:1").estado == Estado.COMPLETADA


def test_command_goes_on_where_a_run_cannot_be_asked_for(db):
    other, _ = solicitar(TRABAJO, clave="cosa:1", sobre="cosas", parametros={"otros": 1}, encolar=False)
    status, _, err = ejecutar_orden(Orden)
    assert status == 4
    assert other.titulo in err
    assert Ejecucion.objects.get(clave="cosa:2").estado == Estado.COMPLETADA


def test_command_takes_up_what_one_that_was_killed_has_left(db):
    run, _ = solicitar(TRABAJO, clave="cosa:1", sobre="cosas", parametros={}, encolar=False)
    reclamar(run.pk)
    Ejecucion.objects.update(latido=timezone.now() - timedelta(minutes=5))
    assert ejecutar_orden(Orden)[0] == 0
    run.refresh_from_db()
    assert (run.estado, run.intentos) == (Estado.COMPLETADA, 2)


@pytest.mark.parametrize("args", [[], ["--json"]])
def test_command_shows_an_error_before_the_run(db, args):
    status, out, err = ejecutar_orden(OrdenSinServidor, *args)
    assert status == 1
    assert "servidor_inactivo" in (out if args else err)
