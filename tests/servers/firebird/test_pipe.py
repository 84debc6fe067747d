"""What the parent takes from its child: rows, and nothing that could run."""

import io
import os
import pickle
import time
from datetime import date
from decimal import Decimal

import pytest

from lib.errors import Fatal, Retriable
from servers import source
from servers.firebird import pipe
from servers.firebird.pipe import Lector

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


@pytest.fixture
def leer(monkeypatch, servidor_firebird):
    """Read through a hostile child that plays the case."""
    monkeypatch.setattr(pipe, "MODULO", "tests.fakes.hostile_child")

    def leer(caso):
        with source.abrir(servidor_firebird("firebirdsql"), caso) as fuente, fuente.instantanea() as foto:
            return list(foto.filas("SELECT A FROM T"))

    return leer


@pytest.mark.parametrize("caso", CASOS)
def test_filas_from_a_hostile_child_are_refused(leer, caso):
    with pytest.raises(Fatal) as error:
        leer(caso)
    assert error.value.codigo == "respuesta_ilegible"
    assert not os.path.exists("/tmp/no-debe-existir")  # noqa: PTH110


def test_filas_from_a_well_behaved_child_are_taken(leer):
    assert leer("BUENA") == [(Decimal("1.5"),), (date(2024, 1, 2),)]


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
