"""schemathesis asks the running API whatever its description allows, and then whatever it forbids.

Nothing may be answered with a 5xx, with a status, content type or header that is not described, or with another body.
`PRUEBAS_TODO=1` asks far more.
"""

import os

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, Verbosity, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks

from config.wsgi import application
from tests.api.tenants import ficha_de, propios

load_all_checks()
PREGUNTAS = 150 if os.environ.get("PRUEBAS_TODO") else 8
REVISIONES = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def operaciones():
    from drf_spectacular.generators import SchemaGenerator

    esquema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    esquema.app = application
    return [found.ok() for found in esquema.get_all_operations()]


OPERACIONES = {operacion.label: operacion for operacion in operaciones()}


@pytest.fixture
def _misma_conexion(db):
    """Requests by WSGI stay within the test's transaction, as those of the test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def cabeceras(_misma_conexion, settings):
    settings.ESPERA_MAXIMA_SEGUNDOS = 0
    settings.FUENTE_CONEXION_SEGUNDOS = 1
    cliente = propios()
    persona = get_user_model().objects.create_superuser("ana", "ana@example.com")
    return {
        "clave": {"Api-Key": cliente.clave.texto},
        "persona": {"Authorization": ficha_de(persona)["HTTP_AUTHORIZATION"]},
    }


@pytest.mark.parametrize("quien", ["clave", "persona"])
@pytest.mark.parametrize("modo", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("label", OPERACIONES)
def test_an_operation_answers_as_described(label, modo, quien, cabeceras):
    @seed(1)
    @hypothesis_settings(
        max_examples=PREGUNTAS, deadline=None, database=None, phases=[Phase.generate], verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=OPERACIONES[label].as_strategy(generation_mode=modo))
    def ask(case):
        case.call_and_validate(headers=cabeceras[quien], checks=REVISIONES)

    ask()
