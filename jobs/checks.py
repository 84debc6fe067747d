"""Settings of runs that contradict each other are refused at the start of every command."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def tiempos(**kwargs: Any) -> list[CheckMessage]:
    """A heartbeat must come several times before its silence counts."""
    beat, silence, stuck = settings.LATIDO_SEGUNDOS, settings.LATIDO_MAXIMO_SEGUNDOS, settings.AVANCE_MAXIMO_SEGUNDOS
    errors: list[CheckMessage] = []
    if not 0 < beat * 2 <= silence:
        errors.append(Error("LATIDO_MAXIMO_SEGUNDOS must be at least twice LATIDO_SEGUNDOS.", id="jobs.E001"))
    if stuck < 2 * beat:
        errors.append(Error("AVANCE_MAXIMO_SEGUNDOS must be at least twice LATIDO_SEGUNDOS.", id="jobs.E002"))
    return errors
