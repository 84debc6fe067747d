import socket
import threading
import time

import pytest

from lib.errors import Fatal, Retriable
from servers.sqlserver import link as sqlserver_link
from servers.sqlserver.link import Enlace, conectar


@pytest.fixture
def extremos():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def gotear(sock, stop):
    while not stop.wait(0.05):
        sock.sendall(b"x")


def test_plazo_ends_a_login_that_drips(extremos):
    ours, theirs = extremos
    stop = threading.Event()
    thread = threading.Thread(target=gotear, args=(theirs, stop))
    thread.start()
    enlace = Enlace(ours, plazo=0.4, silencio=5)
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        list(iter(lambda: enlace.recv(1), b""))
    assert 0.3 < time.monotonic() - start < 2
    stop.set()
    thread.join()


def test_settimeout_of_the_driver_counts_for_nothing(extremos):
    enlace = Enlace(extremos[0], plazo=5, silencio=0.2)
    enlace.levantar_plazo()
    enlace.settimeout(None)
    with pytest.raises(TimeoutError):
        enlace.recv_into(memoryview(bytearray(1)), 1)


def test_renovar_lets_the_next_row_be_as_long(extremos, monkeypatch):
    monkeypatch.setattr(sqlserver_link, "FILA_MAXIMA", 10)
    ours, theirs = extremos
    theirs.sendall(b"x" * 25)
    enlace = Enlace(ours, plazo=5, silencio=5)
    assert len(enlace.recv(8)) == 8
    enlace.renovar()
    assert len(enlace.recv(8)) == 8
    with pytest.raises(Fatal) as caught:
        enlace.recv(8)
    assert caught.value.codigo == "fila_demasiado_grande"


def test_cortar_ends_a_reading_of_another_thread_and_the_server_sees_it(extremos):
    ours, theirs = extremos
    enlace, got = Enlace(ours, plazo=60, silencio=60), []
    thread = threading.Thread(target=lambda: got.append(enlace.recv(1)))
    thread.start()
    enlace.cortar()
    thread.join(30)
    assert got == [b""]
    assert theirs.recv(1) == b""
    enlace.close()
    enlace.cortar()


def test_conectar_to_a_closed_port_is_conexion_rechazada():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        puerto = closed.getsockname()[1]
    with pytest.raises(Retriable) as caught:
        conectar("127.0.0.1", puerto, plazo=1, silencio=1)
    assert caught.value.codigo == "conexion_rechazada"
