"""XLSX in constant memory: text stays text however it begins, no digit of a number is lost, nothing runs."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.spreadsheets import FORMULA, Dialecto

TIPO_CONTENIDO = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILAS_MAXIMAS = 1_048_575  # of a sheet, without the header
TEXTO_MAXIMO = 32_767  # UTF-16 units of a cell
CORTO = TEXTO_MAXIMO // 2
CIFRAS = 15  # that a number of Excel keeps
TOPE = 1_000_000_000_000_000
PRIMER_DIA = date(1900, 3, 1)  # before it Excel counts a day that never was
RECORTADO = "… (recortado)"
# What XML 1.0 cannot hold, or Excel calls a damaged file: control characters, halves of pairs, non-characters.
PROHIBIDOS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
OPCIONES = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}


def escribir_xlsx(ruta: Path, encabezado: Sequence[str], filas: Iterable[Sequence[Any]], dialecto: Dialecto) -> None:
    """Write the file, row by row; what it needs meanwhile lies beside it. Numbers have no separators to choose."""
    with Workbook(str(ruta), OPCIONES | {"tmpdir": str(ruta.parent)}) as libro:
        libro.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  the same rows give the same bytes
        hoja = _Hoja(libro)
        for numero, fila in enumerate(chain([encabezado], filas)):
            hoja.escribir(numero, fila)


class _SinMarcas(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """xlsxwriter takes a text from `<r>` to `</r>` for markup of its own and writes it unescaped; ours has none."""

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        self._xml_inline_string(string, preserve=True, attributes=attributes)


class _Hoja:
    """The one sheet, with the formats of its cells."""

    def __init__(self, libro: Workbook) -> None:
        self.hoja: Worksheet = libro.add_worksheet("Datos", _SinMarcas)
        self.hoja.freeze_panes(1, 0)
        self.armado: Format = libro.add_format({"quote_prefix": True})  # Excel keeps it text when someone edits it
        self.decimal: Format = libro.add_format({"num_format": "#,##0.00##"})
        self.dia: Format = libro.add_format({"num_format": "yyyy-mm-dd"})
        self.hora: Format = libro.add_format({"num_format": "hh:mm:ss"})
        self.instante: Format = libro.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def escribir(self, numero: int, fila: Sequence[Any]) -> None:
        for columna, valor in enumerate(fila):
            self._celda(numero, columna, valor)

    def _celda(self, fila: int, columna: int, valor: Any) -> None:
        match valor:
            case None | "":
                return
            case str():
                self._texto(fila, columna, valor)
            case bool():
                self._texto(fila, columna, "sí" if valor else "no")
            case int() | Decimal() if _cabe(valor):
                formato = self.decimal if isinstance(valor, Decimal) else None
                self.hoja.write_number(fila, columna, valor, formato)
            case Decimal():
                self._texto(fila, columna, format(valor, "f"))
            case datetime():
                local = timezone.localtime(valor).replace(tzinfo=None, microsecond=0)
                self.hoja.write_datetime(fila, columna, local, self.instante)
            case date() if valor >= PRIMER_DIA:
                self.hoja.write_datetime(fila, columna, valor, self.dia)
            case time():
                self.hoja.write_datetime(fila, columna, valor, self.hora)
            case dict() | list():
                self._texto(fila, columna, json.dumps(valor, ensure_ascii=False))
            case _:
                self._texto(fila, columna, str(valor))

    def _texto(self, fila: int, columna: int, texto: str) -> None:
        if texto[0].isalnum() and len(texto) < CORTO and texto.isprintable():  # nearly every cell
            self.hoja.write_string(fila, columna, texto)
            return
        limpio = recortar(PROHIBIDOS.sub("", texto))
        self.hoja.write_string(fila, columna, limpio, self.armado if FORMULA.match(limpio) else None)


def recortar(texto: str) -> str:
    """The text, cut where a cell could not hold it, and saying so."""
    if len(texto) * 2 <= TEXTO_MAXIMO or len(texto.encode("utf-16-le")) // 2 <= TEXTO_MAXIMO:
        return texto
    sitio = (TEXTO_MAXIMO - len(RECORTADO)) * 2
    return texto.encode("utf-16-le")[:sitio].decode("utf-16-le", "ignore") + RECORTADO


def _cabe(valor: int | Decimal) -> bool:
    """Whether Excel keeps every digit of the number."""
    if isinstance(valor, int):
        return abs(valor) < TOPE
    digits = len(valor.normalize().as_tuple().digits) if valor.is_finite() else CIFRAS + 1
    return digits <= CIFRAS and abs(valor) < TOPE
