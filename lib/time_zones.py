"""Names of time zones, checked."""

from functools import lru_cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError


@lru_cache(maxsize=1)
def zonas_horarias() -> frozenset[str]:
    """The names of the time zones that this machine knows."""
    return frozenset(available_timezones())


def validar_zona_horaria(nombre: str) -> None:
    if nombre not in zonas_horarias():
        raise ValidationError("No es una zona horaria. Escríbala como America/Bogota.", code="zona_horaria")
