"""Runs in templates: `{% load ejecuciones %}`."""

from datetime import timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.badges import COLORES, duracion_legible
from lib.spanish import en_miles

register = template.Library()


@register.filter
def color_de_estado(estado: str) -> str:
    """The variant of unfold's label that goes with a run's state."""
    return COLORES.get(estado, "default")


@register.filter
def duracion(duration: timedelta | None) -> str:
    return duracion_legible(duration)


@register.filter
def miles(number: int) -> str:
    return en_miles(number)


@register.simple_tag
def conteo(name: str, words: str, number: int) -> SafeString:
    """The text of a count's badge; the live bar finds its number by `data-conteo`."""
    return format_html('<span data-conteo="{}">{}</span> {}', name, en_miles(number), words)
