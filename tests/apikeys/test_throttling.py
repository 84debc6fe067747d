"""The limit of a key holds for real requests, as many at once as there may be, on both stores."""

import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from apikeys.issuing import emitir
from tests.programs import esperar

RUTA = "/api/empresas-servidor/"


@pytest.fixture
def limitada(empresa):
    return {"HTTP_API_KEY": emitir(nit="900123456", limite_por_minuto=3).clave.texto}


def test_a_key_beyond_its_limit_has_to_wait(client, limitada, contadores):
    answers = [client.get(RUTA, **limitada) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].json() == {
        "error": {
            "codigo": "demasiadas_peticiones",
            "mensaje": "Hizo demasiadas peticiones.",
            "remedio": "Espere lo que dice Retry-After.",
            "campos": {},
        }
    }


def test_an_answer_that_permits_nothing_is_limited_too(client, limitada):
    codes = [client.get("/api/servidores/", **limitada).status_code for _ in range(5)]
    assert codes == [403, 403, 403, 429, 429]


def test_another_key_of_the_same_client_has_a_limit_of_its_own(client, limitada, emitida):
    for _ in range(4):
        client.get(RUTA, **limitada)
    assert client.get(RUTA, HTTP_API_KEY=emitida.clave.texto).status_code == 200


def test_staff_has_no_limit(client, admin, limitada):
    client.force_login(admin)
    assert {client.get(RUTA).status_code for _ in range(10)} == {200}


@pytest.mark.parametrize("donde", ["archivo", "redis"])
def test_200_requests_at_once_pass_as_often_as_the_limit_says(request, programas, empresa, donde):
    """gunicorn with two processes, each with threads: a counter that one of them held alone would let 40 through."""
    clave = emitir(nit="900123456", limite_por_minuto=20).clave.texto
    programas.env["REDIRIGIR_A_HTTPS"] = "False"
    if donde == "redis":
        programas.env["CACHE_URL"] = request.getfixturevalue("redis_comun").url
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = programas.lanzar(
        "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}{RUTA}"
    esperar(lambda: server.poll() is not None or server.salida().count("Booting worker") == 2, 60)
    with httpx.Client(timeout=60, limits=httpx.Limits(max_connections=50)) as http, ThreadPoolExecutor(50) as pool:
        codes = list(pool.map(lambda _: http.get(url, headers={"Api-Key": clave}).status_code, range(200)))
    assert (codes.count(200), codes.count(429)) == (20, 180), server.salida()[-2000:]
