from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from lib.retrying import PASO, Espera, Ritmo, pausa, pausa_pedida


class Reloj:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.ahora, self.siestas = 100.0, []

    def dormir(self, segundos):
        self.siestas.append(segundos)
        self.ahora += segundos

    def espera(self, comprobar=lambda: None):
        return Espera(comprobar, dormir=self.dormir, reloj=lambda: self.ahora)


def test_espera_sleeps_in_steps_and_asks_between_them():
    reloj, asked = Reloj(), []
    reloj.espera(lambda: asked.append(reloj.ahora)).segundos(1.2)
    assert reloj.siestas == [PASO, PASO, pytest.approx(0.2)]
    assert len(asked) == 4


def test_espera_ends_where_the_caller_is_cancelled():
    reloj = Reloj()

    def comprobar():
        if reloj.ahora > 101:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reloj.espera(comprobar).segundos(3600)
    assert reloj.ahora == 101.5


def test_ritmo_spaces_requests_and_gives_no_burst_after_a_rest():
    reloj = Reloj()
    ritmo = Ritmo(2, reloj.espera())
    ritmo.turno()
    ritmo.turno()
    assert reloj.ahora == 100.5
    reloj.ahora = 200.0
    ritmo.turno()
    ritmo.turno()
    assert reloj.ahora == 200.5


def test_ritmo_without_a_number_waits_for_nothing():
    reloj = Reloj()
    ritmo = Ritmo(None, reloj.espera())
    ritmo.turno()
    ritmo.turno()
    assert reloj.siestas == []


def test_pausa_grows_and_has_an_end():
    assert all(0.5 <= pausa(1, 1, 60) <= 1 for _ in range(50))
    assert all(4 <= pausa(4, 1, 60) <= 8 for _ in range(50))
    assert pausa(10_000, 1, 60) <= 60


AYER = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cabeceras", "segundos"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "99999999999999999999"}, 999999999),
        ({"retry-after": format_datetime(AYER + timedelta(seconds=90)), "date": format_datetime(AYER)}, 90),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:30 -0000", "date": format_datetime(AYER)}, 30),
        ({"retry-after": format_datetime(AYER - timedelta(days=1)), "date": format_datetime(AYER)}, 0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "pronto"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "Fri, 99 Nov 99999999 12:00:30 GMT"}, None),
        ({}, None),
    ],
)
def test_pausa_pedida_reads_seconds_and_dates(cabeceras, segundos):
    assert pausa_pedida(cabeceras) == segundos
