from datetime import UTC, datetime, timedelta

import pytest

from inventory.contifico.models import EstadoSincronizacion, Situacion

LUNES = datetime(2026, 11, 16, 8, tzinfo=UTC)
MARTES, FIN = LUNES + timedelta(days=1), LUNES + timedelta(days=1, minutes=5)
SOLAPE = timedelta(minutes=10)


@pytest.fixture
def estado(cuenta):
    return EstadoSincronizacion(cuenta=cuenta, recurso="products")


def terminar(estado, desde, inicio=MARTES, **conteos):
    estado.terminar(inicio, FIN, desde=desde, conteos=conteos, solape=SOLAPE)
    estado.save()
    estado.refresh_from_db()


def test_a_full_pass_moves_the_cursor_to_its_start_less_the_overlap(estado):
    terminar(estado, None, creadas=3)
    assert (estado.hasta, estado.pasada_completa, estado.ultimo_cambio) == (MARTES - SOLAPE, MARTES, MARTES)
    assert (estado.estado, estado.conteos) == (Situacion.AL_DIA, {"creadas": 3})


def test_a_reading_from_the_cursor_on_moves_it(estado):
    terminar(estado, None, LUNES)
    terminar(estado, estado.hasta)
    assert (estado.hasta, estado.pasada_completa) == (MARTES - SOLAPE, LUNES)


@pytest.mark.parametrize("antes", [None, LUNES])
def test_a_reading_that_began_later_than_the_cursor_does_not_move_it(estado, antes):
    estado.hasta = antes
    terminar(estado, LUNES + timedelta(hours=1))
    assert estado.hasta == antes
    assert estado.estado == Situacion.AL_DIA


def test_the_cursor_never_goes_back(estado):
    estado.hasta = FIN
    terminar(estado, LUNES)
    assert estado.hasta == FIN


def test_a_reading_without_changes_leaves_the_last_change(estado):
    terminar(estado, None, LUNES, creadas=1)
    terminar(estado, None, sin_cambios=1)
    assert estado.ultimo_cambio == LUNES


def test_a_failure_leaves_the_cursor_and_goes_with_the_next_success(estado):
    terminar(estado, None, LUNES)
    estado.fallar(MARTES, FIN, {"codigo": "sin_respuesta"})
    assert (estado.estado, estado.hasta) == (Situacion.CON_ERROR, LUNES - SOLAPE)
    terminar(estado, estado.hasta)
    assert (estado.estado, estado.error) == (Situacion.AL_DIA, None)


def test_a_resource_that_is_not_there_says_why(estado):
    estado.faltar(MARTES, FIN, "x" * 900)
    assert (estado.estado, estado.motivo) == (Situacion.NO_DISPONIBLE, "x" * 500)
    terminar(estado, None)
    assert estado.motivo == ""
