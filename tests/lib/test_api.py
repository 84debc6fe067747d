"""Every error of the API has one shape, whoever found it."""

import json

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import ProtectedError
from django.test import Client
from django.urls import include, path, re_path
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from config import urls
from jobs.models import Ejecucion, Proceso
from lib.api import handler400, handler403, handler404, handler500, no_such_route
from lib.errors import Conflict, Fatal, Rejected, Retriable

__all__ = ["handler400", "handler403", "handler404", "handler500"]

ERRORES = {
    "retriable": (Retriable("enlace_cortado", "Se cortó.", "Repita."), 503, "enlace_cortado"),
    "rejected": (Rejected("nit_invalido", "No es un NIT."), 400, "nit_invalido"),
    "conflict": (Conflict("ya_en_curso", "Ya corre.", task_id="7"), 409, "ya_en_curso"),
    "fatal": (Fatal("acceso_denegado", "No entra."), 502, "acceso_denegado"),
    "lista": (exceptions.ValidationError(["mal"]), 400, "datos_invalidos"),
    "campo": (exceptions.ValidationError({"nit": ["mal"]}), 400, "datos_invalidos"),
    "modelo": (DjangoValidationError({"nit": ["mal"]}), 400, "datos_invalidos"),
    "ninguno": (exceptions.ValidationError({"non_field_errors": ["mal"]}), 400, "datos_invalidos"),
    "protegido": (ProtectedError("no", {Proceso(pk=1), Ejecucion()}), 409, "tiene_dependientes"),
    "limite": (exceptions.Throttled(3), 429, "demasiadas_peticiones"),
    "raro": (exceptions.APIException("Algo."), 500, "error"),
    "bug": (ZeroDivisionError(), 500, "error_interno"),
    "sospechoso": (SuspiciousOperation(), 400, "peticion_invalida"),
}


class Falla(APIView):
    permission_classes = [AllowAny]

    def get(self, request, nombre):
        raise ERRORES[nombre][0]

    def post(self, request, nombre):
        return Response(request.data)


class Cerrada(APIView):
    def get(self, request):
        return Response()


urlpatterns = [
    path("api/falla/<nombre>", Falla.as_view()),
    path("api/cerrada", Cerrada.as_view()),
    path("api/", include("config.api")),
    re_path(r"^api(?:/|$)", no_such_route),
    *urls.urlpatterns,
]
pytestmark = [pytest.mark.urls("tests.lib.test_api"), pytest.mark.django_db]


@pytest.fixture
def api():
    return Client(raise_request_exception=False)


def error_de(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    error = response.json()["error"]
    assert {"codigo", "mensaje", "remedio", "campos"} <= set(error)
    return error


@pytest.mark.parametrize("nombre", ERRORES)
def test_error_keeps_the_shape(api, nombre):
    _, status, codigo = ERRORES[nombre]
    assert error_de(api.get(f"/api/falla/{nombre}"), status)["codigo"] == codigo


def test_error_names_the_fields_and_the_extras(api):
    assert error_de(api.get("/api/falla/campo"), 400)["campos"] == {"nit": ["mal"]}
    assert error_de(api.get("/api/falla/modelo"), 400)["campos"] == {"nit": ["mal"]}
    assert error_de(api.get("/api/falla/lista"), 400)["campos"] == {"general": ["mal"]}
    assert error_de(api.get("/api/falla/ninguno"), 400)["campos"] == {"general": ["mal"]}
    assert error_de(api.get("/api/falla/conflict"), 409)["task_id"] == "7"
    assert error_de(api.get("/api/falla/protegido"), 409)["dependientes"] == {"procesos": 1, "ejecuciones": 1}


@pytest.mark.parametrize("ruta", ["/api", "/api/", "/api/nada", "/api/nada/", "/api/admin/", "/api/%00"])
@pytest.mark.parametrize("debug", [False, True])
def test_unknown_route_is_json(api, settings, ruta, debug):
    settings.DEBUG = debug
    assert error_de(api.get(ruta), 404)["codigo"] == "no_encontrado"


@pytest.mark.parametrize("ruta", ["/nada", "/apis", "/admin/nada/"])
def test_unknown_page_elsewhere_is_html(client, admin, ruta):
    client.force_login(admin)
    response = client.get(ruta)
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_method_that_is_not_there(api):
    assert error_de(api.delete("/api/falla/bug"), 405)["codigo"] == "metodo_no_permitido"


@pytest.mark.parametrize("cuerpo", ["{", "", "\ufeff{}", "[1,", "NaN", b"\xff\xfe"])
def test_body_that_is_no_json(api, cuerpo):
    response = api.post("/api/falla/bug", cuerpo, content_type="application/json")
    assert error_de(response, 400)["codigo"] == "json_invalido" if cuerpo else response.status_code == 200


def test_body_of_another_type(api):
    assert error_de(api.post("/api/falla/bug", {"a": 1}), 415)["codigo"] == "tipo_no_admitido"


def test_answer_of_another_type(api):
    assert (
        error_de(api.get("/api/falla/bug", headers={"accept": "text/html"}), 406)["codigo"] == "formato_no_disponible"
    )


def test_caller_without_session(api):
    assert error_de(api.get("/api/cerrada"), 401)["codigo"] == "sin_sesion"


def test_caller_without_permission(api, django_user_model):
    api.force_login(django_user_model.objects.create_user("ana"))
    assert error_de(api.get("/api/cerrada"), 403)["codigo"] == "sin_permiso"


def test_session_without_csrf_token(admin):
    api = Client(enforce_csrf_checks=True)
    api.force_login(admin)
    response = api.post("/api/falla/bug", json.dumps({}), content_type="application/json")
    assert error_de(response, 403)["codigo"] == "csrf"


@pytest.mark.parametrize("metodo", ["get", "post", "put", "patch", "delete"])
def test_an_unknown_route_answers_json_to_every_method_without_a_csrf_token(metodo):
    strict = Client(enforce_csrf_checks=True)
    assert error_de(getattr(strict, metodo)("/api/no-hay/"), 404)["codigo"] == "no_encontrado"
