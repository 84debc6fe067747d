import socket

import pytest

from desk.demo.serving import exigir_puerto_libre, programas
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
