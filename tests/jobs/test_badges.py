from datetime import timedelta

import pytest

from jobs.badges import COLORES, conteos_legibles, duracion_legible, resultado_legible
from jobs.models import Estado
from jobs.templatetags.ejecuciones import legible


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.44, "0,4 s"),
        (9.9, "9,9 s"),
        (12.9, "12 s"),
        (187, "3 min 07 s"),
        (7500, "2 h 05 min"),
        (90_000, "25 h 00 min"),
    ],
)
def test_duracion_reads_like_a_person_says_it(seconds, text):
    assert duracion_legible(timedelta(seconds=seconds)) == text


def test_duracion_of_what_has_not_begun_is_a_dash():
    assert duracion_legible(None) == "—"


def test_every_state_has_a_colour():
    assert set(COLORES) == set(Estado)


def test_conteos_keep_their_order_and_add_unknown_ones():
    counts = conteos_legibles({"redondeadas": 2, "leidas": 5})
    assert counts[0] == ("leidas", "Leídas", 5)
    assert counts[-1] == ("redondeadas", "Redondeadas", 2)


def test_resultado_separates_values_from_tables():
    values, (table,) = resultado_legible(
        {"estado": "exito", "nada": [], "empresas": [{"nit": 1}, {"accion": "creada"}]}
    )
    assert values == [("Estado", "exito")]
    assert (table.columnas, table.filas, table.total) == (["Nit", "Accion"], [[1, ""], ["", "creada"]], 2)


@pytest.mark.parametrize("resultado", [None, [], "texto", {}])
def test_resultado_of_another_shape_shows_nothing(resultado):
    assert resultado_legible(resultado) == ([], [])


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), (True, "sí"), ([1, {"a": False}], "1, a: no"), ("texto", "texto"), (3, 3)]
)
def test_legible_reads_json(value, text):
    assert legible(value) == text
