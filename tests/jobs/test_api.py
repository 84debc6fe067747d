import threading
import uuid

import pytest
from django.db import connection
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory, force_authenticate

from jobs import api
from jobs.models import Ejecucion, Estado
from tests.jobs.conftest import TRABAJO

pytestmark = pytest.mark.django_db


class EstadoPruebaView(api.EstadoView):
    trabajo = TRABAJO

    def extras(self, run):
        return {"total_empresas": 2}


def consultar(user, **query):
    request = APIRequestFactory().get("/", query)
    force_authenticate(request, user)
    return EstadoPruebaView.as_view()(request)


def solicitud(path="/", data=None) -> Request:
    from rest_framework.parsers import JSONParser

    return Request(APIRequestFactory().post(path, data or {}, format="json"), parsers=[JSONParser()])


@pytest.mark.parametrize(
    ("estado", "status"),
    [
        (Estado.PENDIENTE, "PENDING"),
        (Estado.EN_CURSO, "PROCESSING"),
        (Estado.INTERRUMPIDA, "PROCESSING"),
        (Estado.COMPLETADA, "SUCCESS"),
        (Estado.COMPLETADA_CON_ERRORES, "SUCCESS"),
        (Estado.FALLIDA, "ERROR"),
        (Estado.CANCELADA, "ERROR"),
    ],
)
def test_estado_tells_each_state(admin, crear_run, estado, status):
    run = crear_run(estado=estado, progreso=1, total=4)
    body = consultar(admin, task_id=run.task_id).data
    assert (body["task_id"], body["status"], body["estado"]) == (run.task_id, status, estado)
    assert body["meta"]["porcentaje"] == 25
    assert body["total_empresas"] == 2
    assert set(body) == {"task_id", "status", "estado", "result", "meta", "error", "total_empresas"}


@pytest.mark.parametrize("query", [{}, {"task_id": ""}, {"task_id": "7"}, {"task_id": "no-uuid"}])
def test_estado_refuses_a_missing_or_odd_task_id(admin, query):
    response = consultar(admin, **query)
    assert response.status_code == 400
    assert response.data["error"]["codigo"] == "task_id_invalido"


def test_estado_knows_no_run_of_another_kind(admin, crear_run):
    assert consultar(admin, task_id=crear_run(tipo="otro").task_id).status_code == 404
    assert consultar(admin, task_id=str(uuid.uuid4())).status_code == 404


def test_estado_hides_the_runs_of_others(lector, admin, crear_run):
    assert consultar(lector, task_id=crear_run(solicitada_por=admin).task_id).status_code == 404
    assert consultar(lector, task_id=crear_run(solicitada_por=lector).task_id).status_code == 200


def test_responder_answers_202_with_the_documented_body(run):
    response = api.responder(solicitud(), run, mensaje="Buscando.", progreso="/api/sistema/estado-descubrimiento/")
    assert response.status_code == 202
    assert response.data == {
        "estado": "procesando",
        "task_id": run.task_id,
        "mensaje": "Buscando.",
        "endpoint_progreso": f"/api/sistema/estado-descubrimiento/?task_id={run.task_id}",
    }


@pytest.mark.parametrize("request_", [lambda: solicitud("/?esperar=true"), lambda: solicitud(data={"esperar": True})])
def test_responder_answers_200_with_the_result_when_waiting(crear_run, request_):
    run = crear_run(estado=Estado.COMPLETADA, resultado={"filas": 1})
    response = api.responder(request_(), run, mensaje="", progreso="/", extras=lambda run: {"filas": 1})
    assert response.status_code == 200
    assert (response.data["status"], response.data["result"], response.data["filas"]) == ("SUCCESS", {"filas": 1}, 1)


def test_responder_answers_202_when_the_wait_is_over(run, settings):
    settings.ESPERA_MAXIMA_SEGUNDOS = 0.1
    assert api.responder(solicitud("/?esperar=1"), run, mensaje="", progreso="/").status_code == 202


def test_pide_esperar_refuses_what_is_no_yes_or_no(db):
    with pytest.raises(ValidationError) as caught:
        api.pide_esperar(solicitud("/?esperar=quizas"))
    assert "esperar" in caught.value.detail


@pytest.mark.django_db(transaction=True)
def test_esperar_returns_as_soon_as_the_run_ends(crear_run):
    run = crear_run()

    def end():
        Ejecucion.objects.update(estado=Estado.FALLIDA)
        connection.close()

    timer = threading.Timer(0.2, end)
    timer.start()
    assert api.esperar(run, 5) is True
    timer.join()
    assert run.estado == Estado.FALLIDA
