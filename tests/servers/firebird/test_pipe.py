"""What the parent takes from its child: rows, and nothing that could run."""

import io
import os
import pickle
import time
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest

from lib.errors import Fatal, Retriable
from servers import source
from servers.firebird import pipe, reading
from servers.firebird.pipe import Lector
from tests.servers.firebird.columns import filas_de

CASOS = [
    "CLASE",
    "PASO",
    "TIPO",
    "CARGA",
    "GIGANTE",
    "BASURA",
    "FLOTANTE",
    "ANCHO",
    "LISTA",
    "NADA",
    "BYTES",
    "ERROR",
    "DATOS",
    "NUMERO",
    "COLUMNAS",
]


BLOQUES = [
    "MOLDE",
    "SIN MOLDE",
    "BLOQUE SIN MOLDE",
    "OTRA RANURA",
    "RANURA REPETIDA",
    "RANURA DE FUERA",
    "DEMASIADAS",
    "NINGUNA",
    "NEGATIVAS",
    "SIN CUENTA",
    "FILAS",
    "OTRA COSA",
]


@pytest.fixture
def filas(monkeypatch, servidor_firebird):
    """The rows of a hostile child that plays the case."""
    monkeypatch.setattr(pipe, "MODULO", "tests.fakes.hostile_child")

    @contextmanager
    def filas(caso):
        with source.abrir(servidor_firebird("firebirdsql"), caso) as fuente, fuente.instantanea() as foto:
            yield foto.filas("SELECT A FROM T")

    return filas


@pytest.fixture
def leer(filas):
    """A function that reads them one by one."""

    def leer(caso):
        with filas(caso) as corriente:
            return list(corriente)

    return leer


@pytest.fixture
def leer_bloques(filas):
    """A function that reads them as blocks, where the child gives such."""

    def leer_bloques(caso):
        with filas(caso) as corriente:
            bloques = corriente.bloques()
            return list(corriente) if bloques is None else [fila for b in bloques for fila in filas_de(b)]

    return leer_bloques


@pytest.mark.parametrize("caso", CASOS)
def test_filas_from_a_hostile_child_are_refused(leer, caso):
    with pytest.raises(Fatal) as error:
        leer(caso)
    assert error.value.codigo == "respuesta_ilegible"
    assert not os.path.exists("/tmp/no-debe-existir")  # noqa: PTH110


def test_filas_of_a_child_that_takes_no_order_hold_nobody_up(leer, monkeypatch):
    monkeypatch.setattr(pipe, "SEGUNDOS_PARA_TOMAR", 0.0)
    with pytest.raises(Fatal) as error:
        leer("SIN PARAR")
    assert error.value.codigo == "respuesta_ilegible"


def test_filas_left_to_a_child_that_does_not_stop_are_refused(filas):
    with pytest.raises(Fatal) as error, filas("SIN PARAR") as corriente:
        assert next(iter(corriente)) == (1,)
    assert error.value.codigo == "respuesta_ilegible"


def test_bloques_asked_for_too_late_open_no_memory(filas):
    """Its descriptor may be another file's by then."""
    with filas("LARGO") as corriente:
        bloques = corriente.bloques()
        corriente.dejar(5)
    with pytest.raises(RuntimeError):
        next(bloques)


@pytest.mark.parametrize("falta", [OSError("no process is left"), MemoryError()])
def test_hija_that_cannot_be_started_leaves_no_descriptor(monkeypatch, falta):
    def fallar(*_, **__):
        raise falta

    monkeypatch.setattr(pipe.subprocess, "Popen", fallar)
    before = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with pytest.raises(type(falta)):
        pipe.Hija()
    assert sorted(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_avisar_remembers_few_complaints():
    reading._avisar.cache_clear()
    for numero in range(40):
        reading._avisar(str(numero))
    assert reading._avisar.cache_info().currsize <= 16


def test_filas_from_a_well_behaved_child_are_taken(leer):
    assert leer("BUENA") == [(Decimal("1.5"),), (date(2024, 1, 2),)]


@pytest.mark.parametrize("caso", BLOQUES)
def test_bloques_from_a_hostile_child_are_refused(leer_bloques, caso):
    with pytest.raises(Fatal) as error:
        leer_bloques(caso)
    assert error.value.codigo == "respuesta_ilegible"


@pytest.mark.parametrize("caso", ["SE ENCOGE", "LARGO"])
def test_bloques_of_a_child_that_tampers_with_memory_stay_inside_their_room(leer_bloques, caso):
    assert leer_bloques(caso) == [("hola",), (None,)]


def test_bloques_that_do_not_come_to_an_end_are_a_cut_link(leer_bloques):
    with pytest.raises(Retriable) as error:
        leer_bloques("SIN FIN")
    assert error.value.codigo == "enlace_cortado"


def test_bloques_of_a_driver_that_is_not_as_it_was_are_rows_and_say_so_once(leer_bloques, caplog):
    reading._avisar.cache_clear()
    assert leer_bloques("OTRO CONTROLADOR") == leer_bloques("OTRO CONTROLADOR") == [("x",)]
    (aviso,) = [m for m in caplog.messages if "firebird-driver 9.0" in m]
    assert "row by row" in aviso


def test_abrir_kills_a_child_that_does_not_answer(leer, settings):
    settings.FUENTE_CONEXION_SEGUNDOS = 0
    inicio = time.monotonic()
    with pytest.raises(Retriable) as error:
        leer("MUDA")
    assert error.value.codigo == "fuente_sin_respuesta"
    assert time.monotonic() - inicio < 5


@pytest.mark.parametrize(
    "datos",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"\x80\x04\x8c\x08datetime\x8c\x0adate.today\x93)R.",
        b"cdecimal\ngetcontext\n)R.",
        b"\x80\x02c__builtin__\ngetattr\n.",
        b"\x80\x04\x82\x01.",
    ],
)
def test_lector_builds_nothing_but_values(datos):
    with pytest.raises((pickle.UnpicklingError, ValueError)):
        Lector(io.BytesIO(datos)).load()
