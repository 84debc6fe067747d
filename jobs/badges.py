"""How states, durations, counts and results of runs are told to people."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobs.models import Estado

COLORES: dict[str, str] = {
    Estado.PENDIENTE: "default",
    Estado.EN_CURSO: "info",
    Estado.INTERRUMPIDA: "warning",
    Estado.COMPLETADA: "success",
    Estado.COMPLETADA_CON_ERRORES: "warning",
    Estado.FALLIDA: "danger",
    Estado.CANCELADA: "default",
}

CONTEOS = {
    "leidas": "Leídas",
    "creadas": "Creadas",
    "actualizadas": "Actualizadas",
    "sin_cambios": "Sin cambios",
    "omitidas": "Omitidas",
    "rechazadas": "Rechazadas",
}

FILAS_VISIBLES = 500


@dataclass(frozen=True, slots=True)
class Tabla:
    """A list of records in a run's result."""

    titulo: str
    columnas: list[str]
    filas: list[list[Any]]
    total: int


def duracion_legible(duration: timedelta | None) -> str:
    """`2 h 05 min`, `3 min 07 s`, `12 s`, `0,4 s`; a dash where there is none."""
    if duration is None:
        return "—"
    seconds = duration.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".", ",")
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def conteos_legibles(conteos: dict[str, int]) -> list[tuple[str, str, int]]:
    """Key, words and number of every count; those that a kind of run adds come last."""
    names = [*CONTEOS, *(name for name in conteos if name not in CONTEOS)]
    return [(name, CONTEOS.get(name, _palabras(name)), conteos.get(name, 0)) for name in names]


def resultado_legible(resultado: Any) -> tuple[list[tuple[str, Any]], list[Tabla]]:
    """The plain values of a result and, as tables, its lists of records."""
    items = resultado.items() if isinstance(resultado, dict) else []
    tables = {name: value for name, value in items if _es_tabla(value)}
    plain = [(_palabras(name), value) for name, value in items if name not in tables and not _vacio(value)]
    return plain, [_tabla(name, rows) for name, rows in tables.items()]


def _es_tabla(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _vacio(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _tabla(name: str, rows: list[dict[str, Any]]) -> Tabla:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells = [["" if row.get(column) is None else row[column] for column in columns] for row in rows[:FILAS_VISIBLES]]
    return Tabla(_palabras(name), [_palabras(column) for column in columns], cells, len(rows))


def _palabras(name: str) -> str:
    return name.replace("_", " ").replace("anio", "año").capitalize()
