"""Runs in templates: `{% load ejecuciones %}`."""

from datetime import timedelta
from typing import Any

from django import template

from jobs.badges import COLORES, duracion_legible

register = template.Library()


@register.filter
def color_de_estado(estado: str) -> str:
    """The variant of unfold's label that goes with a run's state."""
    return COLORES.get(estado, "default")


@register.filter
def duracion(duration: timedelta | None) -> str:
    return duracion_legible(duration)


@register.filter
def legible(value: Any) -> Any:
    """A JSON value as a person reads it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {legible(inner)}" for name, inner in value.items())
    return ", ".join(str(legible(inner)) for inner in value) if isinstance(value, list) else value
