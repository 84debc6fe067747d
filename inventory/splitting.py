"""A statement in pieces: its lines with the keys of what they name, and each small table of names by itself.

A `LEFT JOIN table A ON A.column = …` adds no line and takes none away where `column` is unique, so the same rows can be
had by reading the table once and looking its rows up by that key (inventory/masters.py). What is joined to such a table
belongs to it. Like `statements`, this reads the texts of `queries/`: one column, join or condition to a line.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inventory.statements import ALIAS, REFERENCIA

UNION = re.compile(r"LEFT JOIN (?P<tabla>\w+) (?P<alias>\w+) ON (?P<llave>(?P=alias)\.\w+) = (?P<de>.+)")
LLAVE = "LLAVE"


@dataclass(frozen=True, slots=True)
class TablaMaestra:
    """`sql` gives at most so many rows as its one parameter says: the key first, then the columns of the lines.

    `llave` is the column of the lines that holds the key.
    """

    nombre: str
    llave: str
    sql: str


@dataclass(frozen=True, slots=True)
class Separada:
    """`lineas` takes the parameters of the whole statement, whose columns were `columnas`."""

    columnas: tuple[str, ...]
    lineas: str
    maestras: tuple[TablaMaestra, ...]


def separar(sql: str) -> Separada | None:
    """The pieces of a statement that `statements.componer` made; None where it has no such tables."""
    select, origin = sql.removeprefix("SELECT\n").split("\nFROM ", 1)
    columns = [line.strip().removesuffix(",") for line in select.splitlines()]
    lines = f"FROM {origin}".splitlines()
    unions = {union["alias"]: union for line in lines if (union := UNION.fullmatch(line))}
    de_quien = _duenos(unions)
    kept = [line for line in lines if not UNION.fullmatch(line)]
    if not unions or any(_nombradas(line, de_quien) for line in kept):
        return None
    own, parts = list[str](), {alias: list[str]() for alias in de_quien.values()}
    for column in columns:
        owners = _nombradas(column, de_quien)
        if len(owners) > 1:
            return None
        (parts[owners.pop()] if owners else own).append(column)
    own += [f"{unions[alias]['de']} AS {LLAVE}_{alias}" for alias in parts]
    maestras = tuple(_maestra(alias, named, unions, de_quien) for alias, named in parts.items())
    return Separada(tuple(ALIAS.findall(column)[0][0] for column in columns), _select(own, kept), maestras)


def _duenos(unions: Mapping[str, re.Match[str]]) -> dict[str, str]:
    """Of each table the one that it hangs on, or itself where it hangs on a line."""
    duenos: dict[str, str] = {}
    for alias, union in unions.items():  # in their order: a table comes after the one that it hangs on
        duenos[alias] = next(iter(_nombradas(union["de"], duenos)), alias)
    return duenos


def _nombradas(text: str, duenos: Mapping[str, str]) -> set[str]:
    return {duenos[alias] for alias, _ in REFERENCIA.findall(text) if alias in duenos}


def _maestra(
    alias: str, columns: Iterable[str], unions: Mapping[str, re.Match[str]], duenos: Mapping[str, str]
) -> TablaMaestra:
    union = unions[alias]
    hanging = [unions[other].group() for other, dueno in duenos.items() if dueno == alias and other != alias]
    sql = _select([f"{union['llave']} AS {LLAVE}", *columns], [f"FROM {union['tabla']} {alias}", *hanging])
    return TablaMaestra(union["tabla"], f"{LLAVE}_{alias}", sql.replace("SELECT", "SELECT FIRST ?", 1))


def _select(columns: Iterable[str], rest: Iterable[str]) -> str:
    return "SELECT\n  " + ",\n  ".join(columns) + "\n" + "\n".join(rest)
