"""Fitting a statement of `queries/` to the database at hand, whose columns and tables differ between installations.

Conventions of those files, one select column, join or condition per line:
- `-- opcional` ends a line that the database may lack: a column becomes a typed NULL, a join or condition is left out;
- `-- ventana` ends a line that holds the two dates; it is left out when all months are asked for.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from lib.errors import Fatal

Catalogo = Mapping[str, frozenset[str]]
Tabla = tuple[str, frozenset[str]]

CONSULTAS = Path(__file__).parent / "queries"
ORIGEN = re.compile(r"^(?:FROM|(?:LEFT )?JOIN) (\w+) (\w+)\b")
REFERENCIA = re.compile(r"\b([A-Z]{1,2})\.([A-Z0-9_$]+)")
ALIAS = re.compile(r" AS (\w+)(,?)$")


def leer(nombre: str) -> str:
    """The text of one file of `queries/`."""
    return (CONSULTAS / f"{nombre}.sql").read_text(encoding="utf-8")


def componer(texto: str, catalogo: Catalogo, *, con_ventana: bool = True) -> str:
    """The statement that this database understands; Fatal `esquema_incompleto` where it lacks what is not optional."""
    lines = [line for line in texto.splitlines() if line.strip() and not line.startswith("--")]
    tables = _tablas(lines, catalogo)
    out: list[str] = []
    for line in lines:
        sql, _, marca = (part.strip() for part in line.partition("--"))
        if marca == "ventana" and not con_ventana:
            continue
        faltan = _faltan(sql, tables)
        if not faltan:
            out.append(line.partition("--")[0].rstrip())
        elif marca != "opcional":
            raise _incompleto(faltan)
        elif column := ALIAS.search(sql):
            out.append(f"  CAST(NULL AS VARCHAR(1)) AS {column[1]}{column[2]}")
    return "\n".join(out)


def _tablas(lines: list[str], catalogo: Catalogo) -> dict[str, Tabla]:
    """Which table each alias stands for and its columns: none where its join has to be left out."""
    tables = {
        match[2]: (match[1], catalogo.get(match[1], frozenset()))
        for line in lines
        if (match := ORIGEN.match(line.strip()))
    }
    for line in lines:  # in their order, for a join may hang on another that is gone
        match = ORIGEN.match(line.strip())
        if match and _faltan(line, tables):
            tables[match[2]] = (match[1], frozenset())
    return tables


def _faltan(line: str, tables: dict[str, Tabla]) -> list[str]:
    """The tables and columns that the line names and the database lacks."""
    origin = ORIGEN.match(line.strip())
    if origin and not tables[origin[2]][1]:
        return [origin[1]]
    named = [(*tables[alias], column) for alias, column in REFERENCIA.findall(line) if alias in tables]
    return [f"{name}.{column}" for name, columns, column in named if column not in columns]


def _incompleto(faltan: list[str]) -> Fatal:
    return Fatal(
        "esquema_incompleto",
        f"La base no tiene {', '.join(faltan)}.",
        "Revise que sea la base de una empresa TNS y que el usuario vea sus tablas, o elija otro perfil de consulta.",
    )
