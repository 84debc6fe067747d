"""The cache on a real Redis that goes away and comes back."""

import pytest

from lib import cache
from lib.cache import RedisOArchivos
from tests.programs import levantar_redis


@pytest.fixture(autouse=True)
def _sin_memoria(monkeypatch):
    """Redis is asked again, whatever the test before this one did."""
    monkeypatch.setattr(cache._Estado, "descansa_hasta", 0.0)


@pytest.fixture
def servidor(tmp_path):
    with levantar_redis(tmp_path) as server:
        yield server


@pytest.fixture
def nuevo(servidor, tmp_path):
    """As each thread makes its own."""
    return lambda: RedisOArchivos(servidor.url, {"RESPALDO": tmp_path / "cache"})


def test_values_lie_in_redis(nuevo, tmp_path):
    nuevo().set("x", [1, 2], 60)
    assert nuevo().get("x") == [1, 2]
    assert not list(tmp_path.glob("cache/*"))


def test_a_redis_that_stops_is_replaced_by_files_and_asked_again_later(nuevo, servidor, caplog):
    nuevo().set("x", 1, 60)
    servidor.parar()
    assert nuevo().get("x", "nada") == "nada"
    assert nuevo().add("x", 2, 60)
    assert not nuevo().add("x", 3, 60)
    assert nuevo().get_many(["x"]) == {"x": 2}
    assert nuevo().incr("x") == 3
    assert len(caplog.records) == 1
    assert servidor.url not in caplog.text
    servidor.arrancar()
    cache._Estado.descansa_hasta = 0.0  # its rest is over
    assert nuevo().get("x", "nada") == "nada"


def test_a_redis_that_failed_is_left_alone_for_a_while(nuevo, servidor, monkeypatch):
    monkeypatch.setattr(cache, "DESCANSO", 3600)
    servidor.parar()
    nuevo().set("x", 1, 60)
    servidor.arrancar()
    assert nuevo().get("x") == 1
