"""What the description says of every operation, whoever wrote it."""

import json
import re

import pytest

from apikeys import keys
from tests.canary import ENTERA

INGLES = re.compile(r"\b(the|of|with|and|whose|without|from|which|by|is|are|for)\b")
ERROR = {"$ref": "#/components/schemas/Error"}


def textos(node, name=""):
    """Every description and title, at any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("description", "summary", "title") and isinstance(value, str):
                yield value
            else:
                yield from textos(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from textos(value, name)


def test_every_operation_is_described_in_spanish(operaciones):
    assert [name for name, operation in operaciones.items() if not operation.get("description")] == []


def test_no_text_is_english(esquema):
    assert [text for text in textos(esquema) if INGLES.search(text)] == []


def test_no_example_holds_a_credential(esquema, settings):
    text = json.dumps(esquema, ensure_ascii=False, default=str)
    assert [key for key in ENTERA.findall(text) if keys.leer(key, key[:3])] == []
    assert not any(pepper in text for pepper in settings.PIMIENTAS)


def test_every_error_has_the_one_body(operaciones):
    wrong = [
        (name, status)
        for name, operation in operaciones.items()
        for status, answer in operation["responses"].items()
        if int(status) >= 400 and answer.get("content") != {"application/json": {"schema": ERROR}}
    ]
    assert wrong == []


def test_every_operation_tells_what_may_become_of_it(operaciones):
    for name, operation in operaciones.items():
        told = set(operation["responses"])
        assert "429" in told, name
        if {} not in operation["security"]:
            assert {"401", "403"} <= told, name
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= told, name
        assert "Retry-After" in operation["responses"]["429"]["headers"], name


@pytest.mark.parametrize(
    ("name", "con_clave"),
    [
        (("get", "/api/movimientos/"), True),
        (("get", "/api/sistema/ejecuciones/{id}/"), True),
        (("post", "/api/servidores/"), False),
        (("delete", "/api/empresas-servidor/{id}/"), False),
    ],
)
def test_an_operation_says_whether_a_key_opens_it(operaciones, name, con_clave):
    security = operaciones[name]["security"]
    assert ({"clave": []} in security) is con_clave
    assert {"ficha": []} in security


def test_columns_that_one_may_choose_are_not_promised(esquema):
    movimiento = esquema["components"]["schemas"]["Movimiento"]
    assert "cedula_paciente" in movimiento["properties"]
    assert "required" not in movimiento


def test_a_request_says_what_it_must_have(esquema):
    schemas = esquema["components"]["schemas"]
    assert {"servidor", "nit", "anio_fiscal"} <= set(schemas["EmpresaServidorRequest"]["required"])
    assert "required" not in schemas["EmpresaServidor"]
    assert "password" not in schemas["Servidor"]["properties"]


def test_filters_say_their_types(operaciones):
    parameters = {p["name"]: p["schema"] for p in operaciones["get", "/api/articulos/"]["parameters"]}
    assert parameters["es_servicio"] == {"type": "boolean"}
    assert parameters["empresa_servidor_id"]["type"] == "integer"
