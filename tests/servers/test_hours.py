from datetime import UTC, datetime, time, timedelta

import pytest

from servers.hours import Horario

BOGOTA = "America/Bogota"  # UTC-5 all year
MADRID = "Europe/Madrid"
NOCHE = Horario(time(22), time(6), BOGOTA)
TARDE = Horario(time(13), time(15, 30), BOGOTA)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("horario", "ahora", "abierto"),
    [
        (NOCHE, utc(2026, 11, 20, 2, 59, 59), False),
        (NOCHE, utc(2026, 11, 20, 3), True),
        (NOCHE, utc(2026, 11, 20, 10, 59, 59), True),
        (NOCHE, utc(2026, 11, 20, 11), False),
        (TARDE, utc(2026, 11, 20, 17, 59, 59), False),
        (TARDE, utc(2026, 11, 20, 18), True),
        (TARDE, utc(2026, 11, 20, 20, 30), False),
        (Horario(None, None, BOGOTA), utc(2026, 11, 20, 12), True),
    ],
)
def test_abierto_follows_the_clock_of_the_server(horario, ahora, abierto):
    assert horario.abierto(ahora) is abierto


def test_abre_is_today_or_tomorrow():
    assert NOCHE.abre(utc(2026, 11, 20, 17)) == utc(2026, 11, 21, 3)
    assert TARDE.abre(utc(2026, 11, 20, 17)) == utc(2026, 11, 20, 18)
    assert TARDE.abre(utc(2026, 11, 20, 21)) == utc(2026, 11, 21, 18)


def test_abre_of_no_hours_is_now():
    assert Horario(None, None, BOGOTA).abre(utc(2026, 11, 20)) == utc(2026, 11, 20)


def test_hour_that_the_clock_skips_begins_right_after_it():
    """In Madrid, on 29 March 2026, 02:00 is followed by 03:00."""
    horario = Horario(time(2, 30), time(5), MADRID)
    opening = horario.abre(utc(2026, 3, 28, 23))
    assert opening == utc(2026, 3, 29, 1, 30)
    assert horario.abierto(opening)


@pytest.mark.parametrize("desde", [time(2, 10), time(23, 50)])
@pytest.mark.parametrize("zona", [BOGOTA, MADRID])
def test_abre_always_goes_forward(desde, zona):
    horario = Horario(desde, (datetime(2026, 1, 1, desde.hour, desde.minute) + timedelta(minutes=20)).time(), zona)
    now = utc(2026, 3, 27, 12)
    for _ in range(5):
        later = horario.abre(now)
        assert now < later <= now + timedelta(days=1, hours=2)
        now = later
