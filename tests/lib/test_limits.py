"""Counting on both stores: the Redis here is a real one, and so are the threads and processes."""

import multiprocessing
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from lib import limits
from lib.counter_file import Archivo
from lib.limits import con_total, contar, podar, sumar, tomar
from tests.programs import levantar_redis

pytestmark = pytest.mark.usefixtures("contadores")


@pytest.fixture(autouse=True)
def _sin_memoria():
    """Redis is asked again, and the log told again, whatever the test before this one did."""
    limits._Estado.redis_desde = limits._Estado.queja_desde = 0.0


@pytest.fixture
def clave(request):
    return f"prueba:{request.node.name}"


def test_contar_counts_each_key_apart(clave):
    assert [contar(clave, 60).cuenta for _ in range(3)] == [1, 2, 3]
    assert contar(clave + "x", 60).cuenta == 1


def test_contar_says_when_the_window_ends(clave):
    assert contar(clave, 60).restan in (59, 60)
    assert contar(clave, 5000).restan in (59, 60)


def test_contar_from_many_threads_misses_none(clave):
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: contar(clave, 60, suma=1).cuenta, range(200)))
    assert sorted(counts) == list(range(1, 201))
    assert tomar(clave) == 200


def test_totals_are_taken_once(clave):
    contar(clave, 60, suma=1)
    sumar(clave, 4)
    assert con_total(clave) == [clave]
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: tomar(clave), range(8))) == [0] * 7 + [5]
    assert con_total(clave) == []
    assert contar(clave, 60, suma=1).cuenta == 2


def test_podar_leaves_open_windows_and_totals(clave):
    contar(clave, 60)
    sumar(clave + ":total")
    podar()
    assert contar(clave, 60).cuenta == 2
    assert tomar(clave + ":total") == 1


def test_a_new_window_begins_where_one_is_over(clave, contadores, settings):
    contar(clave, 60)
    if contadores == "archivo":
        with sqlite3.connect(settings.ARCHIVO_LIMITES) as base:
            base.execute("UPDATE contadores SET fin = ?", (time.time() - 1,))
    else:
        limits._compartido(settings.CACHE_URL)._cliente.delete("trastienda:" + clave)
    assert contar(clave, 60) == (1, 60)


def _contar_en_otro(ruta, veces, cola):
    archivo = Archivo(Path(ruta))
    cola.put([archivo.contar("comun", 60, 0)[0] for _ in range(veces)])


def test_the_file_counts_for_several_processes(settings):
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [context.Process(target=_contar_en_otro, args=(str(settings.ARCHIVO_LIMITES), 50, queue)) for _ in "ab"]
    for process in processes:
        process.start()
    counts = sorted([*queue.get(timeout=60), *queue.get(timeout=60)])
    for process in processes:
        process.join()
    assert counts == list(range(1, 101))


def test_the_file_begins_anew_after_the_clock_was_set_back(tmp_path):
    archivo = Archivo(tmp_path / "limites.sqlite3")
    archivo.contar("x", 60, 0)
    with sqlite3.connect(archivo.ruta) as base:
        base.execute("UPDATE contadores SET fin = fin + 3600")
    assert archivo.contar("x", 60, 0) == (1, 60)


def test_the_file_clears_away_what_is_over(tmp_path):
    archivo = Archivo(tmp_path / "limites.sqlite3")
    for clave in "abc":
        archivo.contar(clave, 60, 0)
    archivo.sumar("b", 1)
    with sqlite3.connect(archivo.ruta) as base:
        base.execute("UPDATE contadores SET fin = 1 WHERE clave <> 'c'")
    archivo.podar()
    with sqlite3.connect(archivo.ruta) as base:
        assert base.execute("SELECT clave FROM contadores").fetchall() == [("b",), ("c",)]


def test_a_damaged_file_is_made_anew(tmp_path):
    archivo = Archivo(tmp_path / "limites.sqlite3")
    archivo.ruta.write_bytes(b"no es una base" * 500)
    assert archivo.contar("x", 60, 0)[0] == 1


def test_contar_limits_nothing_where_no_file_can_be(settings, caplog):
    settings.CACHE_URL, settings.ARCHIVO_LIMITES = "", Path("/no/hay/limites.sqlite3")
    assert [contar("x", 60).cuenta for _ in range(3)] == [0, 0, 0]
    assert len(caplog.records) == 1


def test_a_redis_that_stops_is_replaced_by_the_file_and_asked_again_later(settings, tmp_path, caplog):
    with levantar_redis(tmp_path) as server:
        settings.CACHE_URL = server.url
        assert [contar("x", 60, suma=1).cuenta for _ in range(3)] == [1, 2, 3]
        server.parar()
        assert [contar("x", 60, suma=1).cuenta for _ in range(3)] == [1, 2, 3]
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert server.url not in caplog.text
        server.arrancar()
        limits._Estado.redis_desde = 0.0001  # its rest is over
        assert contar("y", 60, suma=1).cuenta == 1
        assert con_total("") == ["x", "y"]
        assert tomar("x") == 3


def test_a_redis_that_is_silent_is_waited_for_once(settings, monkeypatch):
    monkeypatch.setattr(limits, "DESCANSO", 3600)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CACHE_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert [contar("x", 60).cuenta for _ in range(100)] == list(range(1, 101))
        silent.setblocking(False)
        for _ in range(2):  # the one try again included
            silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


def _primeros(archivo, barrera):
    barrera.wait()
    return archivo.contar("x", 60, 1)[0]


def test_a_new_file_is_opened_by_many_at_once(tmp_path):
    for number in range(20):
        archivo, barrera = Archivo(tmp_path / f"{number}.sqlite3"), Barrier(8)
        with ThreadPoolExecutor(8) as pool:
            hits = [pool.submit(_primeros, archivo, barrera) for _ in range(8)]
            assert sorted(hit.result() for hit in hits) == list(range(1, 9))
