import gzip
import json
import logging
import socket
import threading
import time

import pytest

from lib.errors import Fatal, Rejected, Retriable
from lib.http import ClienteHTTP, Limites
from tests.fakes.partner import Socio, respuesta

CLAVE = "clave/muy secreta 1"
VIVO = Limites(pausa=0.001, pausa_maxima=0.01)
BIEN = respuesta(200, b"[1]")


def cliente(socio, *, limites=VIVO, ruta="", **opciones):
    opciones = {"permitidas": ["127.0.0.0/8"], "cabeceras": {"Authorization": CLAVE}, "secretos": [CLAVE]} | opciones
    return ClienteHTTP(socio.url + ruta, limites=limites, **opciones)


def test_pedir_sends_key_path_and_parameters():
    with Socio(respuesta(200, b'{"a": 1}')) as socio, cliente(socio, ruta="/api/v1/") as http:
        answer = http.pedir("GET", "/producto/", {"fecha": "01/02/2026"})
    (asked,) = socio.peticiones
    assert (asked.metodo, asked.ruta) == ("GET", "/api/v1/producto/?fecha=01%2F02%2F2026")
    assert asked.cabeceras["authorization"] == CLAVE
    assert asked.cabeceras["host"] == f"127.0.0.1:{socio.puerto}"
    assert (answer.estado, answer.cuerpo, answer.bien) == (200, b'{"a": 1}', True)


def test_pedir_keeps_its_connection():
    with Socio(BIEN) as socio, cliente(socio) as http:
        assert [http.pedir("GET", "x").cuerpo for _ in range(3)] == [b"[1]"] * 3
    assert socio.conexiones == 1


@pytest.mark.parametrize("estado", [400, 401, 404, 500])
def test_pedir_hands_on_the_errors_that_only_the_partners_client_understands(estado):
    with Socio(respuesta(estado, b'{"mensaje": "no"}')) as socio, cliente(socio) as http:
        assert http.pedir("GET", "x").estado == estado
    assert len(socio.peticiones) == 1


@pytest.mark.parametrize("mala", [respuesta(502, b"<html>"), respuesta(503), respuesta(504), respuesta(429), None])
def test_pedir_asks_again_what_may_go_better(mala):
    with Socio(mala, mala, BIEN) as socio, cliente(socio) as http:
        assert http.pedir("GET", "x").cuerpo == b"[1]"
    assert len(socio.peticiones) == 3


def test_pedir_asks_again_what_its_caller_calls_passing():
    with Socio(respuesta(500), BIEN) as socio, cliente(socio) as http:
        assert http.pedir("GET", "x", pasajera=lambda answer: answer.estado == 500).estado == 200


def test_pedir_gives_up_after_its_attempts():
    with Socio(respuesta(503, b"cerrado")) as socio, cliente(socio) as http, pytest.raises(Retriable) as error:
        http.pedir("GET", "x")
    assert (error.value.codigo, error.value.extra) == ("servicio_no_disponible", {"detalle": "cerrado"})
    assert len(socio.peticiones) == 4


def test_pedir_waits_as_long_as_it_is_asked_to():
    naps = []
    limits = Limites(pausa_maxima=5)
    with Socio(respuesta(429, retry_after="3"), BIEN) as socio:
        http = cliente(socio, limites=limits, dormir=naps.append)
        http._espera.reloj = lambda: time.monotonic() + sum(naps)  # a clock that sleeping moves
        assert http.pedir("GET", "x").estado == 200
    assert sum(naps) == pytest.approx(3, abs=0.5)


def test_pedir_does_not_wait_longer_than_it_may():
    with Socio(respuesta(429, retry_after="3600")) as socio, cliente(socio) as http, pytest.raises(Retriable) as error:
        http.pedir("GET", "x")
    assert error.value.codigo == "demasiadas_peticiones"
    assert "3600 s" in error.value.remedio
    assert len(socio.peticiones) == 1


@pytest.mark.parametrize(("mala", "causa"), [(None, "conexion_cortada"), (respuesta(504), "servicio_no_disponible")])
def test_pedir_does_not_repeat_what_may_have_been_done(mala, causa):
    with Socio(mala, BIEN) as socio, cliente(socio) as http, pytest.raises(Rejected) as error:
        http.pedir("POST", "factura", cuerpo=b"{}")
    assert (error.value.codigo, error.value.extra) == ("resultado_incierto", {"causa": causa})
    assert len(socio.peticiones) == 1


def test_pedir_repeats_what_was_surely_not_done():
    with Socio(respuesta(429), BIEN) as socio, cliente(socio) as http:
        assert http.pedir("POST", "factura", cuerpo=b'{"a":1}').estado == 200
    assert [asked.cuerpo for asked in socio.peticiones] == [b'{"a":1}'] * 2


def test_pedir_sends_what_must_not_be_repeated_over_a_new_connection():
    """One that was kept may be closed at the other side already, and nobody could tell whether the request arrived."""
    with Socio(BIEN) as socio, cliente(socio) as http:
        http.pedir("GET", "x")
        http.pedir("POST", "x", cuerpo=b"")
    assert socio.conexiones == 2


def test_pedir_says_that_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    http = ClienteHTTP(f"http://127.0.0.1:{port}", permitidas=["127.0.0.0/8"], limites=VIVO)
    with http, pytest.raises(Retriable) as error:
        http.pedir("GET", "x")
    assert error.value.codigo == "conexion_rechazada"


def test_pedir_ends_at_the_silence_of_the_other_side():
    limits = Limites(silencio=0.2, intentos=1)
    calla = lambda conn, _: calla_socio.fin.wait(20)  # noqa: E731
    with Socio(calla) as calla_socio, cliente(calla_socio, limites=limits) as http, pytest.raises(Retriable) as error:
        http.pedir("GET", "x")
    assert error.value.codigo == "sin_respuesta"


def gotear(trozo, primero=b""):
    """Sends a piece every few milliseconds until the other side is tired of it."""

    def answer(conn, _):
        conn.sendall(primero)
        while True:
            conn.sendall(trozo)
            time.sleep(0.01)

    return answer


@pytest.mark.parametrize(
    "gota",
    [
        gotear(b" ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        gotear(b"1\r\n \r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        gotear(b"X-Y: 1\r\n", b"HTTP/1.1 200 OK\r\n"),
        gotear(b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "chunks", "headers", "continues"],
)
def test_pedir_ends_a_drip_fed_answer_at_its_deadline(gota):
    limits = Limites(silencio=5, total=0.4, intentos=1)
    start = time.monotonic()
    with Socio(gota) as socio, cliente(socio, limites=limits) as http, pytest.raises(Retriable) as error:
        http.pedir("GET", "x")
    assert error.value.codigo == "respuesta_lenta"
    assert time.monotonic() - start < 4


@pytest.mark.parametrize("cancelled_after", [0, 3])
def test_pedir_can_be_cancelled_while_it_waits_for_an_answer(cancelled_after):
    class Cancelada(Exception):
        pass

    def comprobar():
        if socio.peticiones and next(times) >= cancelled_after:
            raise Cancelada

    times = iter(range(1000))
    drip = gotear(b" ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    with Socio(drip) as socio, cliente(socio, comprobar=comprobar) as http, pytest.raises(Cancelada):
        http.pedir("GET", "x")


def test_pedir_can_be_cancelled_while_it_waits_as_it_was_asked_to():
    class Cancelada(Exception):
        pass

    def comprobar():
        if naps:
            raise Cancelada

    naps = []
    with Socio(respuesta(503, retry_after="50")) as socio, pytest.raises(Cancelada):
        cliente(socio, limites=Limites(), comprobar=comprobar, dormir=naps.append).pedir("GET", "x")
    assert naps == [0.5]


def test_pedir_ends_a_body_without_end():
    flood = gotear(b"x" * 65536, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    limits = Limites(cuerpo=1 << 20)
    with Socio(flood) as socio, cliente(socio, limites=limits) as http, pytest.raises(Fatal) as error:
        http.pedir("GET", "x")
    assert error.value.codigo == "respuesta_demasiado_grande"
    assert len(socio.peticiones) == 1


def test_pedir_reads_a_packed_body():
    body = gzip.compress(b'["' + b"a" * 100_000 + b'"]')
    with Socio(respuesta(200, body, content_encoding="gzip")) as socio, cliente(socio) as http:
        assert len(json.loads(http.pedir("GET", "x").cuerpo)[0]) == 100_000
    assert socio.peticiones[0].cabeceras["accept-encoding"] == "gzip"


def test_pedir_follows_a_redirect_of_the_same_server():
    with Socio(respuesta(301, location="/x/"), BIEN) as socio, cliente(socio) as http:
        assert http.pedir("GET", "x").cuerpo == b"[1]"
    assert [asked.ruta for asked in socio.peticiones] == ["/x", "/x/"]


def test_pedir_follows_no_redirect_elsewhere():
    redirect = pytest.raises(Fatal)
    with Socio(BIEN) as other, Socio(respuesta(302, location=f"{other.url}/x")) as socio, redirect as error:
        cliente(socio).pedir("GET", "x")
    assert error.value.codigo == "redireccion_no_permitida"
    assert other.peticiones == []


@pytest.mark.parametrize(
    "destino", ["https://127.0.0.1:{}/x", "//evil.example/x", "gopher://x", "http://[", "javascript:1"]
)
def test_pedir_follows_no_redirect_to_another_scheme_or_host(destino):
    with Socio(BIEN) as socio:
        socio.respuestas = [respuesta(302, location=destino.format(socio.puerto))]
        with cliente(socio) as http, pytest.raises(Fatal, match="redireccion_no_permitida"):
            http.pedir("GET", "x")


def test_pedir_follows_no_redirect_with_a_body_and_no_circle():
    with Socio(respuesta(307, location="/y")) as socio, cliente(socio) as http:
        with pytest.raises(Fatal, match="redireccion_no_permitida"):
            http.pedir("POST", "x", cuerpo=b"{}")
        with pytest.raises(Fatal, match="redireccion_no_permitida"):
            http.pedir("GET", "y")
    assert len(socio.peticiones) == 1 + 5


def test_pedir_heeds_no_proxy_of_the_environment(monkeypatch):
    with Socio(BIEN) as proxy, Socio(BIEN) as socio:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        with cliente(socio) as http:
            http.pedir("GET", "x")
    assert proxy.peticiones == []


def test_pedir_keeps_its_rate():
    limits = Limites(por_segundo=20)
    with Socio(BIEN) as socio, cliente(socio, limites=limits) as http:
        start = time.monotonic()
        for _ in range(4):
            http.pedir("GET", "x")
    assert time.monotonic() - start >= 3 / 20


def test_pedir_has_one_request_in_flight():
    en_curso, most = [], []

    def lenta(conn, _):
        en_curso.append(1)
        most.append(len(en_curso))
        time.sleep(0.05)
        en_curso.pop()
        conn.sendall(respuesta(200, b"[1]", connection="close"))

    with Socio(lenta) as socio, cliente(socio) as http:
        threads = [threading.Thread(target=http.pedir, args=("GET", "x")) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "basura",
    [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 200_000, respuesta(200, b"x", content_length="7")],
    ids=["ssh", "no_status", "zeros", "cut"],
)
def test_pedir_calls_what_is_no_http_a_cut_connection(basura):
    def answer(conn, _):
        conn.sendall(basura)

    with Socio(answer) as socio, cliente(socio, limites=Limites(intentos=1)) as http, pytest.raises(Retriable) as error:
        http.pedir("GET", "x")
    assert error.value.codigo == "conexion_cortada"


@pytest.mark.parametrize(
    "base",
    [
        "",
        "api.contifico.com",
        "ftp://x/",
        "https://",
        "https://u:p@x/",
        "https://x/?a=1",
        "https://x/#a",
        "https://x:99999/",
        "https://a\x00b/",
    ],
)
def test_cliente_refuses_what_is_no_address(base):
    with pytest.raises(Fatal) as error:
        ClienteHTTP(base)
    assert error.value.codigo == "direccion_invalida"


@pytest.mark.parametrize("clave", ["a\nb", "ñandú", "a\x00", "a\r\nX: y"])
def test_cliente_refuses_a_key_that_no_header_can_hold(clave):
    with pytest.raises(Fatal) as error:
        ClienteHTTP("https://x/", cabeceras={"Authorization": clave})
    assert error.value.codigo == "credencial_invalida"
    assert clave not in str(error.value)


@pytest.mark.parametrize("ruta", ["x" * 100_000, "a\x00b"], ids=["long", "nul"])
def test_pedir_refuses_what_is_no_path(ruta):
    with ClienteHTTP("https://x/") as http, pytest.raises(Fatal) as error:
        http.pedir("GET", ruta)
    assert error.value.codigo == "peticion_invalida"


def test_pedir_logs_requests_and_answers_without_any_secret(caplog):
    eco = json.dumps({"usted_envió": CLAVE, "pos": "1-2-3", "datos": "x" * 5000}).encode()
    with (
        caplog.at_level(logging.DEBUG),
        Socio(respuesta(502, eco), respuesta(200, eco)) as socio,
        cliente(socio) as http,
    ):
        http.pedir("GET", "x", {"pos": "1-2-3", "eco": CLAVE, "page": "7"})
    assert {record.name for record in caplog.records} == {"lib.http"}  # the libraries below it would show headers
    ours = [record.getMessage() for record in caplog.records]
    assert [line[:2] for line in ours] == ["->", "<-", "GE", "->", "<-"]
    assert "page=7" in ours[0]
    assert "datos" in ours[1]
    assert len(ours[1]) < 2200
    for secret in (CLAVE, "clave%2Fmuy", "clave/muy", "1-2-3"):
        assert secret not in caplog.text


def test_pedir_hides_the_secret_in_the_words_of_an_error():
    with Socio(respuesta(503, CLAVE.encode())) as socio, cliente(socio) as http, pytest.raises(Retriable) as error:
        http.pedir("GET", "x")
    assert error.value.extra == {"detalle": "…"}
