"""Many rows, little memory; and the other driver when the first one cannot speak."""

import itertools
import socket
import threading
from pathlib import Path

import pytest

from lib.errors import Fatal, Retriable, TrastiendaError
from servers import source

PRODUCTO = """
SELECT FIRST {} A.RDB$TYPE_NAME, B.RDB$TYPE, A.RDB$FIELD_NAME, B.RDB$TYPE_NAME
FROM RDB$TYPES A, RDB$TYPES B, RDB$TYPES C
"""
DISTINTAS = PRODUCTO.replace("B.RDB$TYPE_NAME", "B.RDB$TYPE_NAME AS OTRO")
MIB = 1024


@pytest.fixture(scope="module")
def vacia(firebird_db) -> str:
    return str(firebird_db("VACIA.GDB"))


def _residente(pid) -> int:
    """Resident memory in KiB."""
    estado = Path(f"/proc/{pid}/status").read_text()
    return int(estado.split("VmRSS:")[1].split()[0])


@pytest.mark.parametrize(("controlador", "filas"), [("firebird-driver", 300_000), ("firebirdsql", 8_000)])
def test_filas_stream_in_flat_memory(servidor_firebird, vacia, controlador, filas):
    with source.abrir(servidor_firebird(controlador), vacia) as fuente, fuente.instantanea() as foto:
        corriente = iter(foto.filas(PRODUCTO.format(filas)))
        leidas = sum(1 for _ in itertools.islice(corriente, filas // 4))
        antes = _residente("self"), _residente(fuente.pid)
        leidas += sum(1 for _ in corriente)
        despues = _residente("self"), _residente(fuente.pid)
    assert leidas == filas
    assert despues[0] - antes[0] < 12 * MIB
    assert despues[1] - antes[1] < 12 * MIB


def test_bloques_stream_in_flat_memory(servidor_firebird, vacia):
    with source.abrir(servidor_firebird("firebird-driver"), vacia) as fuente, fuente.instantanea() as foto:
        bloques = foto.filas(DISTINTAS.format(300_000)).bloques()
        leidas = sum(bloque.filas for bloque in itertools.islice(bloques, 20))
        antes = _residente("self"), _residente(fuente.pid)
        leidas += sum(bloque.filas for bloque in bloques)
        despues = _residente("self"), _residente(fuente.pid)
    assert leidas == 300_000
    assert despues[0] - antes[0] < 6 * MIB
    assert despues[1] - antes[1] < 6 * MIB


def test_bloques_wait_for_a_slow_reader_in_their_ring(servidor_firebird, vacia):
    with source.abrir(servidor_firebird("firebird-driver"), vacia) as fuente, fuente.instantanea() as foto:
        bloques = foto.filas(DISTINTAS.format(300_000)).bloques()
        next(bloques)
        threading.Event().wait(0.5)
        parado = Path(f"/proc/{fuente.pid}/stat").read_text().split()[13]
        threading.Event().wait(0.3)
        assert Path(f"/proc/{fuente.pid}/stat").read_text().split()[13] == parado  # no work while nobody reads
        assert sum(bloque.filas for bloque in bloques) > 290_000


def test_filas_wait_for_a_slow_reader_without_piling_up(servidor_firebird, vacia):
    with source.abrir(servidor_firebird("firebird-driver"), vacia) as fuente, fuente.instantanea() as foto:
        corriente = iter(foto.filas(PRODUCTO.format(300_000)))
        next(corriente)
        threading.Event().wait(0.5)
        parado = Path(f"/proc/{fuente.pid}/stat").read_text().split()[13]
        threading.Event().wait(0.3)
        assert Path(f"/proc/{fuente.pid}/stat").read_text().split()[13] == parado  # no work while nobody reads


def test_filas_of_an_earlier_statement_do_not_end_in_silence(servidor_firebird, vacia):
    with source.abrir(servidor_firebird("firebird-driver"), vacia) as fuente, fuente.instantanea() as foto:
        primeras = foto.filas(PRODUCTO.format(50_000))
        next(iter(primeras))
        assert list(foto.filas("SELECT 1 FROM RDB$DATABASE")) == [(1,)]
        with pytest.raises(RuntimeError):
            list(primeras)


def test_filas_lose_nothing_when_iterated_in_two_goes(servidor_firebird, vacia):
    with source.abrir(servidor_firebird("firebird-driver"), vacia) as fuente, fuente.instantanea() as foto:
        filas = foto.filas(PRODUCTO.format(2_500))
        primera = next(iter(filas))
        assert len([primera, *filas]) == 2_500


@pytest.fixture
def sin_biblioteca(monkeypatch, tmp_path):
    """A machine whose libfbclient does not load."""
    (tmp_path / "libfbclient.so.2").write_text("no es una biblioteca")
    (tmp_path / "libfbclient.so").write_text("no es una biblioteca")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))


@pytest.mark.usefixtures("sin_biblioteca")
def test_abrir_on_automatic_uses_the_other_driver_without_the_library(servidor_firebird, vacia):
    with source.abrir(servidor_firebird(), vacia) as fuente:
        assert fuente.controlador == "firebirdsql"


@pytest.mark.usefixtures("sin_biblioteca")
def test_abrir_with_the_native_driver_forced_says_what_is_missing(servidor_firebird, vacia):
    with pytest.raises(Fatal) as error, source.abrir(servidor_firebird("firebird-driver"), vacia):
        pass
    assert error.value.codigo == "libreria_ausente"
    assert "libfbclient2" in error.value.remedio


@pytest.mark.parametrize("controlador", ["automatico", "firebird-driver", "firebirdsql"])
def test_abrir_on_something_that_is_no_firebird(servidor_firebird, vacia, controlador, settings):
    settings.FUENTE_CONEXION_SEGUNDOS = 2
    with socket.create_server(("127.0.0.1", 0)) as web:

        def contestar():
            for _ in range(2):
                conexion, _ = web.accept()
                conexion.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                conexion.close()

        threading.Thread(target=contestar, daemon=True).start()
        servidor = servidor_firebird(controlador, puerto=web.getsockname()[1])
        with pytest.raises(TrastiendaError) as error, source.abrir(servidor, vacia):
            pass
    assert isinstance(error.value, Retriable)
