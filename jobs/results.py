"""What a run asked for and what came of it, as JSON keeps it, told to people: labels, numbers, dates and tables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jobs.badges import segundos_legibles
from jobs.words import CODIFICADOS, VALORES, en_orden, palabras
from lib.spanish import dia, en_miles, instante, mes_corto

FILAS_VISIBLES = 500
MES = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$", re.ASCII)
DIA = re.compile(r"^\d{4}-\d\d-\d\d$", re.ASCII)
INSTANTE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
DECIMAL = re.compile(r"^-?\d+(\.\d+)?$", re.ASCII)
DECIMALES = {"cantidad": 2, "cantidad_antes": 2, "valor": 2}
SIN_MILES = re.compile(r"^(anio_fiscal|empresa|servidor|.*_id)$")  # numbers that name something
OPCIONALES = frozenset(
    {
        "creadas", "actualizadas", "borradas", "sin_cambios", "redondeadas", "motivo", "servidor", "junto_con",
        "cantidad_antes",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Celda:
    """A value as it is shown: its text, the colour of its badge if it is one, whether it is a number."""

    texto: str
    color: str = ""
    numero: bool = False


@dataclass(frozen=True, slots=True)
class Tabla:
    """A list of records in a run's result; each column is a title and whether it holds numbers."""

    titulo: str
    columnas: list[tuple[str, bool]]
    filas: list[list[Celda]]
    total: int


def resultado_legible(resultado: Any) -> tuple[list[tuple[str, Celda]], list[Tabla]]:
    """The plain values of a result and, as tables, its lists of records."""
    items = resultado if isinstance(resultado, dict) else {}
    tables = [name for name in en_orden(items) if _es_tabla(items[name])]
    plain = {name: value for name, value in items.items() if name not in tables and not name.endswith("_id")}
    return valores_legibles(plain), [_tabla(name, items[name]) for name in tables]


def medidas_legibles(medidas: Mapping[str, float]) -> list[tuple[str, Celda]]:
    """What a run took of the server that it read, and for how long it waited until it might."""
    told = []
    rows, seconds = medidas.get("filas_leidas"), medidas.get("segundos_leyendo")
    if rows and seconds:
        told.append(("Velocidad de lectura", Celda(f"{en_miles(round(rows / seconds))} filas/s", numero=True)))
    spans = [name for name in ("instantanea_mas_larga", "espera_de_cupo") if medidas.get(name)]
    return told + [(palabras(name), Celda(segundos_legibles(medidas[name]), numero=True)) for name in spans]


def valores_legibles(valores: Mapping[str, Any], de: str = "") -> list[tuple[str, Celda]]:
    """Label and value of each entry that says something; an entry of entries is told one by one."""
    told: list[tuple[str, Celda]] = []
    for name in en_orden(valores):
        value = valores[name]
        if isinstance(value, dict):
            told += valores_legibles(value, f"{palabras(name)}: ")
        elif value not in (None, "", []):
            label = _rotulo(name, value)
            told.append((f"{de}{label[:1].lower()}{label[1:]}" if de else label, celda(name, value)))
    return told


def celda(name: str, value: Any) -> Celda:
    """One value, told by its name and kind."""
    if isinstance(value, bool):
        return Celda("Sí" if value else "No")
    if name in CODIFICADOS and value in VALORES:
        return Celda(*VALORES[value])
    if name == "segundos" and isinstance(value, int | float):
        return Celda(segundos_legibles(value), numero=True)
    if isinstance(value, int):
        return Celda(str(value) if SIN_MILES.match(name) else en_miles(value), numero=not SIN_MILES.match(name))
    if name in DECIMALES and isinstance(value, str) and DECIMAL.match(value):
        return Celda(en_miles(Decimal(value), decimales=DECIMALES[name]), numero=True)
    if isinstance(value, list):
        return Celda((" a " if len(value) == 2 else ", ").join(celda(name, part).texto for part in value))
    if isinstance(value, dict):
        return Celda(", ".join(f"{label}: {shown.texto}" for label, shown in valores_legibles(value)))
    return Celda("" if value is None else _texto(str(value)))


def _texto(text: str) -> str:
    """Dates in words; any other text as it is."""
    try:
        if MES.match(text):
            return mes_corto(date.fromisoformat(f"{text}-01"))
        if DIA.match(text):
            return dia(date.fromisoformat(text))
        return instante(datetime.fromisoformat(text)) if INSTANTE.match(text) else text
    except ValueError:
        return text


def _rotulo(name: str, value: Any) -> str:
    """`empresa` is a name in a result and an id in what was asked."""
    return palabras(f"{name}_id") if isinstance(value, int) and name in ("empresa", "servidor") else palabras(name)


def _es_tabla(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _tabla(name: str, rows: list[dict[str, Any]]) -> Tabla:
    names = en_orden(column for row in rows for column in row)
    shown = [column for column in names if column not in OPCIONALES or any(row.get(column) for row in rows)]
    cells = [[celda(column, row.get(column)) for column in shown] for row in rows[:FILAS_VISIBLES]]
    numeric = [any(row[place].numero for row in cells) for place in range(len(shown))]
    titles = [palabras(column, name) for column in shown]
    return Tabla(palabras(name), list(zip(titles, numeric, strict=True)), cells, len(rows))
