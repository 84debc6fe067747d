from io import BytesIO

import pytest
from rest_framework.exceptions import ParseError

from lib.parsing import BodyTooLarge, JSONParser


def leer(body):
    return JSONParser().parse(BytesIO(body))


def test_parse_reads_what_json_can_say():
    assert leer('{"a": [1, -2.5, null, true, "ñ \\ud83d\\ude00"]}'.encode()) == {"a": [1, -2.5, None, True, "ñ 😀"]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'"\xff"',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"NaN",
        b"-Infinity",
        b"[1e999]",
        b"9" * 5000,
        b'{"a": "\\ud800"}',
        b'{"\\uDFFF": 1}',
    ],
)
def test_parse_refuses_what_would_break_further_in(body):
    with pytest.raises(ParseError):
        leer(body)


def test_parse_reads_no_more_than_the_limit(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert leer(b'"12345678"') == "12345678"
    with pytest.raises(BodyTooLarge):
        leer(b'"123456789"')


@pytest.mark.parametrize(
    ("body", "status"), [("[" * 100_000, 400), ('{"servidor_id": 1e999}', 400), ('{"servidor_id": "\\ud800"}', 400)]
)
def test_every_endpoint_reads_its_body_so(client, admin, body, status):
    client.force_login(admin)
    answer = client.post("/api/sistema/descubrir_empresas/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (status, "json_invalido")


def test_a_body_that_is_too_large_is_told(client, admin, settings):
    client.force_login(admin)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = client.post("/api/servidores/", '{"nombre": "largo"}', content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (413, "cuerpo_demasiado_grande")
