"""How states, durations and counts of runs are told to people."""

from datetime import timedelta

from jobs.models import Estado, conteos_vacios
from jobs.words import COLORES_DE_CONTEOS, CONTEOS_DE, en_orden, palabras

COLORES: dict[str, str] = {
    Estado.PENDIENTE: "default",
    Estado.EN_CURSO: "info",
    Estado.INTERRUMPIDA: "warning",
    Estado.COMPLETADA: "success",
    Estado.COMPLETADA_CON_ERRORES: "warning",
    Estado.FALLIDA: "danger",
    Estado.CANCELADA: "default",
}

CLASES = {"worker": "Trabajador", "beat": "Horarios", "vigilar": "Vigilante"}


def duracion_legible(duration: timedelta | None) -> str:
    """`2 h 05 min`, `3 min 07 s`, `12 s`, `0,4 s`; a dash where there is none."""
    return "—" if duration is None else segundos_legibles(duration.total_seconds())


def segundos_legibles(seconds: float) -> str:
    """The same for a number of seconds."""
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".", ",")
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def conteos_legibles(conteos: dict[str, int], tipo: str = "") -> list[tuple[str, str, int, str]]:
    """Key, words, number and colour of every count that this kind of run makes; one that is zero has no colour."""
    counts = conteos_vacios() | conteos
    return [
        (name, palabras(name, tipo), counts[name], _color(name) if counts[name] else "default")
        for name in CONTEOS_DE.get(tipo) or en_orden(counts)
    ]


def _color(name: str) -> str:
    return COLORES_DE_CONTEOS.get(name, "default")
