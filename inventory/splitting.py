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
    alias: str
    sql: str

    @property
    def llave(self) -> str:
        return f"{LLAVE}_{self.alias}"


@dataclass(frozen=True, slots=True)
class Separada:
    """The statement `entera` with `columnas`; `lineas` takes its parameters and still joins the tables of `unidas`."""

    entera: str
    columnas: tuple[str, ...]
    lineas: str
    maestras: tuple[TablaMaestra, ...]
    unidas: frozenset[str]  # by alias

    def con(self, tabla: TablaMaestra) -> "Separada | None":
        """The same with this table joined to the lines; None where no other is left."""
        return separar(self.entera, self.unidas | {tabla.alias})


def separar(sql: str, unidas: frozenset[str] = frozenset()) -> Separada | None:
    """The pieces of a statement that `statements.componer` made; None where it has no such tables."""
    select, origin = sql.removeprefix("SELECT\n").split("\nFROM ", 1)
    columns = [line.strip().removesuffix(",") for line in select.splitlines()]
    lines = f"FROM {origin}".splitlines()
    unions = {u["alias"]: u for line in lines if (u := UNION.fullmatch(line)) and u["alias"] not in unidas}
    de_quien, apart = _duenos(unions), {union.group() for union in unions.values()}
    kept = [line for line in lines if line not in apart]
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
    names = tuple(ALIAS.findall(column)[0][0] for column in columns)
    return Separada(sql, names, _select(own, kept), maestras, unidas)


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
    return TablaMaestra(union["tabla"], alias, sql.replace("SELECT", "SELECT FIRST ?", 1))


def _select(columns: Iterable[str], rest: Iterable[str]) -> str:
    return "SELECT\n  " + ",\n  ".join(columns) + "\n" + "\n".join(rest)
