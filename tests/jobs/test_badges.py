from datetime import timedelta

import pytest

from jobs.badges import COLORES, conteos_legibles, duracion_legible
from jobs.models import Estado
from jobs.templatetags.ejecuciones import conteo


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
    counts = conteos_legibles({"cosas_raras": 2, "redondeadas": 1, "leidas": 5})
    assert counts[0] == ("leidas", "Leídas", 5, "default")
    assert [count[0] for count in counts[-2:]] == ["redondeadas", "cosas_raras"]
    assert counts[-1] == ("cosas_raras", "Cosas raras", 2, "default")


def test_conteos_are_coloured_where_they_are_not_zero():
    colours = {name: colour for name, _, _, colour in conteos_legibles({"creadas": 3, "rechazadas": 1})}
    assert (colours["creadas"], colours["rechazadas"], colours["omitidas"]) == ("success", "danger", "default")


def test_conteo_is_a_number_that_the_live_bar_finds():
    assert conteo("leidas", "Leídas", 12345) == '<span data-conteo="leidas">12.345</span> Leídas'


def test_an_export_counts_its_rows_and_nothing_else():
    assert conteos_legibles({"leidas": 5, "creadas": 0}, "exportar") == [("leidas", "Filas", 5, "default")]
