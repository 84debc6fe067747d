"""CSV that a spreadsheet opens without harm: streamed, in UTF-8 with BOM, no cell of text can become a formula."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

BOM = "\ufeff"
POR_LOTE = 2000
# What Excel, LibreOffice or Google Sheets may take for the start of a formula, full-width and small signs included.
FORMULA = re.compile(r"^[\s\0]*[=+\-@＝＋－＠﹢﹣﹦﹫]|^[\t\r\n]")
NUMERO = re.compile(r"^[+-]?\d+([.,]\d+)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dialecto:
    """How cells are separated, decimals written and instants told."""

    separador: str
    decimal: str
    en_utc: bool = False  # instants as the API tells them; otherwise by the clock of the reader


EXCEL = Dialecto(";", ",")  # Excel with Spanish regional settings
PROGRAMAS = Dialecto(",", ".", en_utc=True)


class _Eco:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def texto_seguro(texto: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet could run it; plain numbers stay as they are."""
    if not texto or texto[0].isalnum():  # nearly every cell, without asking a pattern
        return texto
    return f"'{texto}" if FORMULA.match(texto) and not NUMERO.match(texto) else texto


def celda(valor: Any, dialecto: Dialecto) -> str:
    """One value as a cell's text."""
    match valor:
        case str():
            return texto_seguro(valor)
        case None:
            return ""
        case bool():
            return "sí" if valor else "no"
        case Decimal():
            return format(valor, "f").replace(".", dialecto.decimal)
        case datetime() if dialecto.en_utc:
            return valor.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case datetime():
            return timezone.localtime(valor).strftime("%Y-%m-%d %H:%M:%S")
        case date() | time():
            return valor.isoformat()
        case int():
            return str(valor)
        case dict() | list():
            return texto_seguro(json.dumps(valor, ensure_ascii=False))
    return texto_seguro(str(valor))


def lineas(encabezado: Sequence[str], filas: Iterable[Sequence[Any]], dialecto: Dialecto) -> Iterator[str]:
    """The file line by line; every cell is quoted, so that no other separator can split it."""
    writer = csv.writer(_Eco(), delimiter=dialecto.separador, quoting=csv.QUOTE_ALL)
    yield BOM + writer.writerow([texto_seguro(titulo) for titulo in encabezado])
    for fila in filas:
        yield writer.writerow([celda(valor, dialecto) for valor in fila])


def escribir_csv(ruta: Path, encabezado: Sequence[str], filas: Iterable[Sequence[Any]], dialecto: Dialecto) -> None:
    """Write the file, row by row."""
    with ruta.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lineas(encabezado, filas, dialecto))


def por_trozos(lines: Iterable[str]) -> Iterator[str]:
    """Few large pieces instead of one write to the socket per line."""
    piece: list[str] = []
    for line in lines:
        piece.append(line)
        if len(piece) == POR_LOTE:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)
