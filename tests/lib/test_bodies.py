import gzip
import tracemalloc
import zlib

import pytest

from lib.bodies import leer
from lib.errors import Fatal, Retriable

GZIP = {"content-encoding": "gzip"}
BOMBA = gzip.compress(bytes(50_000_000))


def trozos(data, size=1000):
    return [data[i : i + size] for i in range(0, len(data), size)]


@pytest.mark.parametrize(
    "packed", [gzip.compress(b"hola " * 9999), zlib.compress(b"hola " * 9999)], ids=["gzip", "zlib"]
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_leer_unpacks_in_whatever_pieces_it_comes(packed, size):
    assert leer(trozos(packed, size), GZIP, 1 << 20) == b"hola " * 9999


@pytest.mark.parametrize("cabeceras", [{}, {"content-encoding": "identity"}, {"content-length": "12"}])
def test_leer_takes_a_plain_body_as_it_is(cabeceras):
    assert leer([b"hola ", b"adios."], cabeceras, 20) == b"hola adios."


def test_leer_stops_at_its_size():
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield bytes(1000)

    with pytest.raises(Fatal, match="respuesta_demasiado_grande"):
        leer(endless(), {}, 10_000)
    assert len(taken) == 11


def test_leer_asks_for_nothing_that_announces_itself_as_too_large():
    with pytest.raises(Fatal, match="respuesta_demasiado_grande"):
        leer(iter(lambda: pytest.fail("asked"), 0), {"content-length": str(1 << 30)}, 1 << 20)


def test_leer_unpacks_no_more_of_a_bomb_than_it_may():
    tracemalloc.start()
    with pytest.raises(Fatal, match="respuesta_demasiado_grande"):
        leer([BOMBA], GZIP, 1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


ROTOS = {"cut": BOMBA[:-20], "page": b"<html>", "more": gzip.compress(b"a") + b"rest", "empty": b""}


@pytest.mark.parametrize("roto", ROTOS.values(), ids=ROTOS)
def test_leer_says_that_a_body_does_not_unpack(roto):
    with pytest.raises(Retriable) as error:
        leer([roto], GZIP, 1 << 30)
    assert error.value.codigo == "respuesta_ilegible"


@pytest.mark.parametrize("codificacion", ["br", "zstd", "gzip, gzip", "deflate"])
def test_leer_refuses_what_was_not_asked_for(codificacion):
    with pytest.raises(Fatal) as error:
        leer([b"x"], {"content-encoding": codificacion}, 10)
    assert error.value.codigo == "codificacion_desconocida"
