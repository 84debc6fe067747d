import datetime

import pytest
from django.db import IntegrityError

from jobs import launching
from jobs.launching import repetir, solicitar
from jobs.models import Ejecucion, Estado
from jobs.visibility import puede_mandar, visibles
from lib.errors import Conflict
from tests.jobs.conftest import TRABAJO

pytestmark = pytest.mark.django_db


def pedir(**campos):
    return solicitar(TRABAJO, **({"clave": "cosa:1", "sobre": "La cosa 1", "parametros": {"a": 1}} | campos))


def test_solicitar_creates_a_waiting_run(admin):
    run, new = pedir(por=admin)
    assert new
    assert (run.estado, run.tipo, run.tarea, run.solicitada_por) == (Estado.PENDIENTE, "probar", TRABAJO.tarea, admin)


def test_solicitar_names_the_run_for_people():
    run, _ = pedir(sobre="La cosa " * 100)
    assert run.titulo.startswith("Probar · La cosa")
    assert len(run.sobre) == 300


@pytest.mark.parametrize("estado", [Estado.PENDIENTE, Estado.EN_CURSO, Estado.INTERRUMPIDA])
def test_solicitar_returns_the_active_run_of_the_same_parameters(estado):
    first, _ = pedir()
    Ejecucion.objects.update(estado=estado)
    assert pedir() == (first, False)


def test_solicitar_refuses_other_parameters_and_names_the_run():
    first, _ = pedir()
    with pytest.raises(Conflict) as caught:
        pedir(parametros={"a": 2})
    assert caught.value.as_dict()["task_id"] == first.task_id
    assert caught.value.codigo == "ya_en_curso"


@pytest.mark.parametrize("estado", [Estado.COMPLETADA, Estado.FALLIDA, Estado.CANCELADA])
def test_solicitar_creates_another_after_the_end(estado):
    first, _ = pedir()
    Ejecucion.objects.update(estado=estado)
    second, new = pedir()
    assert new
    assert second.pk != first.pk


def test_solicitar_compares_parameters_as_json_keeps_them():
    parametros = {"desde": datetime.date(2024, 1, 1), "ids": (1, 2)}
    first, _ = pedir(parametros=parametros)
    assert pedir(parametros=parametros) == (first, False)


def test_solicitar_ignores_an_anonymous_requester():
    from django.contrib.auth.models import AnonymousUser

    assert pedir(por=AnonymousUser())[0].solicitada_por is None


def test_solicitar_does_not_hide_another_integrity_error(monkeypatch):
    def fail(*args, **kwargs):
        raise IntegrityError("another constraint")

    monkeypatch.setattr(launching, "_crear", fail)
    with pytest.raises(IntegrityError):
        pedir()


def test_solicitar_sends_after_the_commit_only(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as queued:
        pedir()
        pedir(clave="cosa:2", encolar=False)
    assert len(queued) == 1


def test_enviar_says_false_when_the_broker_is_down(run, settings, broker_muerto):
    assert launching.enviar(run) is False


def test_enviar_does_not_hide_a_programming_error(run, monkeypatch):
    def fail(*args, **kwargs):
        raise TypeError("a mistake of ours")

    monkeypatch.setattr("celery.current_app.send_task", fail)
    with pytest.raises(TypeError):
        launching.enviar(run)


def test_repetir_asks_for_the_same_again(run):
    Ejecucion.objects.update(estado=Estado.FALLIDA)
    again, new = repetir(run)
    assert new
    assert (again.tipo, again.clave, again.parametros) == (run.tipo, run.clave, run.parametros)
    assert again.titulo == run.titulo


def test_solicitar_lets_whoever_joins_an_active_run_see_it(admin, django_user_model):
    first, _ = pedir(por=admin)
    ana, luz = (django_user_model.objects.create_user(nombre) for nombre in ("ana", "luz"))
    for por in (ana, ana, admin, None):
        assert pedir(por=por) == (first, False)
    assert [*first.interesados.all()] == [ana]
    runs = Ejecucion.objects.all()
    assert [visibles(runs, user).count() for user in (admin, ana, luz)] == [1, 1, 0]
    assert not puede_mandar(first, ana)


def test_solicitar_shows_no_run_to_whoever_it_refuses(admin, django_user_model):
    pedir(por=admin)
    ana = django_user_model.objects.create_user("ana")
    with pytest.raises(Conflict):
        pedir(por=ana, parametros={"a": 2})
    assert not visibles(Ejecucion.objects.all(), ana).exists()
