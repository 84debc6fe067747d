import pytest

from jobs.checks import tiempos


def test_tiempos_accepts_the_defaults():
    assert tiempos() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("LATIDO_SEGUNDOS", 0, "jobs.E001"),
        ("LATIDO_MAXIMO_SEGUNDOS", 9, "jobs.E001"),
        ("AVANCE_MAXIMO_SEGUNDOS", 9, "jobs.E002"),
    ],
)
def test_tiempos_refuses_times_that_interrupt_living_runs(settings, name, value, code):
    setattr(settings, name, value)
    assert [error.id for error in tiempos()] == [code]
