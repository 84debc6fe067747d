"""The chart on the page of a key."""

import json

from django.utils import timezone

from apikeys.models import APIKeyCliente
from apikeys.statistics import rechazos_por_dia
from lib.spanish import dia

OPCIONES = json.dumps(
    {
        "locale": "es-CO",
        "maintainAspectRatio": False,
        "plugins": {"legend": {"display": False}},
        "scales": {"x": {"grid": {"display": False}}, "y": {"beginAtZero": True, "ticks": {"precision": 0}}},
    }
)


def grafica_de_rechazos(fila: APIKeyCliente) -> str:
    """How often it was refused each day, for the component of bars; empty where it never was."""
    dias = rechazos_por_dia(fila.identificador, timezone.localdate())
    serie = {
        "label": "Rechazos",
        "data": [veces for _, veces in dias],
        "backgroundColor": "var(--color-primary-600)",
        "maxBarThickness": 28,
    }
    return json.dumps({"labels": [dia(day)[:-5] for day, _ in dias], "datasets": [serie]}) if dias else ""
