import os
import signal
import socket
import threading
from types import SimpleNamespace

import pytest

from desk.demo import serving
from desk.demo.serving import exigir_puerto_libre, programas, servir
from desk.demo.supervisor import Programa
from lib.errors import Conflict


def test_exigir_puerto_libre_refuses_a_port_in_use():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Conflict, match="--puerto"):
            exigir_puerto_libre(other.getsockname()[1])


def test_exigir_puerto_libre_accepts_a_free_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    exigir_puerto_libre(port)


def test_programas_are_the_four_of_every_shape():
    assert [p.nombre for p in programas(8000)] == ["web", "worker", "beat", "vigilar"]


def test_servir_says_nothing_is_ready_where_it_is_stopped_before(monkeypatch, settings, tmp_path):
    """A web that never answers and a Ctrl-C: no «Listo»."""
    settings.DIRECTORIO_DATOS = tmp_path
    monkeypatch.setattr(serving, "programas", lambda puerto: [Programa("web", ["/usr/bin/sleep", "60"])])
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    said = []
    servir(SimpleNamespace(vivo=True), puerto=1, decir=said.append)
    assert said == []
