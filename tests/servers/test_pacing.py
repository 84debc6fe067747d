import pytest

from servers.pacing import PASO, Paso


class Reloj:
    """A clock that moves only when somebody sleeps."""

    def __init__(self):
        self.ahora = 1000.0
        self.siestas = []

    def __call__(self):
        return self.ahora

    def dormir(self, segundos):
        self.siestas.append(segundos)
        self.ahora += segundos


@pytest.fixture
def reloj():
    return Reloj()


def crear(reloj, por_segundo, comprobar=lambda: None):
    return Paso(por_segundo, comprobar=comprobar, reloj=reloj, dormir=reloj.dormir)


def test_few_rows_are_not_held_up(reloj):
    crear(reloj, 1000).dar(1000)
    assert reloj.siestas == []


def test_many_rows_take_the_time_that_the_pace_gives_them(reloj):
    paso = crear(reloj, 1000)
    start = reloj.ahora
    for _ in range(100):
        paso.dar(250)
    assert reloj.ahora - start == pytest.approx(25 - 1)  # a second's worth came at once


def test_idle_time_saves_up_a_second_and_no_more(reloj):
    paso = crear(reloj, 1000)
    paso.dar(1000)
    reloj.ahora += 3600
    start = reloj.ahora
    paso.dar(3000)
    assert reloj.ahora - start == pytest.approx(2)


def test_work_of_the_reader_counts_as_waiting(reloj):
    paso = crear(reloj, 1000)
    paso.dar(1000)
    for _ in range(10):
        reloj.ahora += 0.5
        paso.dar(500)
    assert reloj.siestas == []


def test_without_a_limit_nothing_waits(reloj):
    crear(reloj, None).dar(10**9)
    assert reloj.siestas == []


def test_wait_notices_a_cancellation_within_a_step(reloj):
    def comprobar():
        if reloj.ahora >= 1002:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crear(reloj, 100, comprobar).dar(100_000)
    assert max(reloj.siestas) <= PASO
    assert reloj.ahora < 1003


def test_a_reader_that_is_to_end_is_told_without_a_limit_too(reloj):
    def comprobar():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crear(reloj, None, comprobar).dar(1)
