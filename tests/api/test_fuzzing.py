"""schemathesis asks the running API whatever its description allows, and then whatever it forbids.

Nothing may be answered with a 5xx, with a status, content type or header that is not described, or with another body.
`PRUEBAS_TODO=1` asks far more.
"""

import os
from contextlib import nullcontext, suppress
from functools import cache

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, strategies
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks

from tests.api.matrix import MATRIZ
from tests.api.tenants import ficha_de, propios
from tests.routes import legible

load_all_checks()
PREGUNTAS = 60 if os.environ.get("PRUEBAS_TODO") else 6
REVISIONES = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


aplicacion = cache(WSGIHandler)  # made at the first request, when the settings are those of tests


def servir(environ, start_response):
    return aplicacion()(environ, start_response)


def operaciones():
    from drf_spectacular.generators import SchemaGenerator

    esquema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    esquema.app = servir
    return [found.ok() for found in esquema.get_all_operations()]


OPERACIONES = {operacion.label: operacion for operacion in operaciones()}


@pytest.fixture
def _misma_conexion(reales):
    """Requests by WSGI stay within the test's transaction, as those of the test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def inquilino(db, settings):
    settings.ESPERA_MAXIMA_SEGUNDOS = 0
    settings.FUENTE_CONEXION_SEGUNDOS = 1
    return propios()


@pytest.fixture(params=["clave", "persona"])
def cabecera(request, inquilino):
    """The header of a client's key with every scope, or of an administrator's token."""
    if request.param == "clave":
        return {"Api-Key": inquilino.clave.texto}
    persona = get_user_model().objects.create_superuser("ana", "ana@example.com")
    return {"Authorization": ficha_de(persona)["HTTP_AUTHORIZATION"]}


@pytest.fixture
def reales(label, inquilino):
    """What the matrix knows of this route: the id in its path, parameters and body that name rows that are there."""
    linea = MATRIZ[legible(label.partition(" /api/")[2].replace("{id}", "{pk}").rstrip("/"))]
    return linea.de and str(linea.de(inquilino)), linea.consultas(inquilino)[0], linea.cuerpo(inquilino)


def poner(case, reales):
    """Let the case ask for what is there, as far as it asks for anything of the kind."""
    pk, consulta, cuerpo = reales
    if pk and case.path_parameters:
        case.path_parameters = dict.fromkeys(case.path_parameters, pk)
    if consulta:
        case.query = {**(case.query or {}), **{name: str(value) for name, value in consulta.items()}}
    if isinstance(case.body, dict):
        case.body |= cuerpo


@pytest.mark.parametrize("label", OPERACIONES)
@pytest.mark.usefixtures("_misma_conexion")
def test_an_operation_answers_as_described(label, cabecera, reales):
    for modo in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @seed(1)
        @hypothesis_settings(
            max_examples=PREGUNTAS, deadline=None, database=None, phases=[Phase.generate], verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=OPERACIONES[label].as_strategy(generation_mode=modo), real=strategies.booleans())
        def ask(case, real):
            if real:
                poner(case, reales)
            case.call_and_validate(headers=cabecera | {"Accept-Encoding": "identity"}, checks=REVISIONES)

        with suppress(Unsatisfiable) if modo is GenerationMode.NEGATIVE else nullcontext():  # nothing to be wrong
            ask()
