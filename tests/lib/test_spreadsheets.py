"""No cell of a CSV runs, numbers stay numbers, and a spreadsheet reads the accents."""

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.spreadsheets import BOM, EXCEL, PROGRAMAS, celda, lineas, texto_seguro


@pytest.mark.parametrize(
    "texto",
    [
        "=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠A",
        "\ttexto", "-", "=", "\0=1",
    ],
)  # fmt: skip
def test_texto_seguro_disarms_what_may_run(texto):
    assert texto_seguro(texto) == f"'{texto}"


@pytest.mark.parametrize("texto", ["-5", "+57", "-2,5", "-2.50", "A-1", "Tornillo 3.5", "", "12=3", "K:7"])
def test_texto_seguro_leaves_numbers_and_plain_text(texto):
    assert texto_seguro(texto) == texto


@pytest.mark.parametrize(
    ("valor", "excel", "programas"),
    [
        (None, "", ""),
        (True, "sí", "sí"),
        (-3, "-3", "-3"),
        (Decimal("-2.5000"), "-2,5000", "-2.5000"),
        (Decimal("0E-4"), "0,0000", "0.0000"),
        (Decimal("1E+3"), "1000", "1000"),
        (date(2026, 3, 1), "2026-03-01", "2026-03-01"),
        (time(23, 59), "23:59:00", "23:59:00"),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), "2026-03-01 07:00:00", "2026-03-01T12:00:00Z"),
        ({"a": "ñ"}, '{"a": "ñ"}', '{"a": "ñ"}'),
        ("=1", "'=1", "'=1"),
    ],
)
def test_celda_writes_each_type(valor, excel, programas):
    assert (celda(valor, EXCEL), celda(valor, PROGRAMAS)) == (excel, programas)


def leer(texto, dialecto):
    return list(csv.reader(io.StringIO(texto.removeprefix(BOM), newline=""), delimiter=dialecto.separador))


def test_lineas_begin_with_a_byte_order_mark_once():
    salida = list(lineas(["año"], [["ñ"], ["é"]], EXCEL))
    assert [linea.startswith(BOM) for linea in salida] == [True, False, False]


@pytest.mark.parametrize("dialecto", [EXCEL, PROGRAMAS])
@given(filas=st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_lineas_read_back_as_they_were_and_none_runs(dialecto, filas):
    leidas = leer("".join(lineas(["a", "b"], filas, dialecto)), dialecto)[1:]
    assert leidas == [[texto_seguro(texto) for texto in fila] for fila in filas]
    assert not any(texto.lstrip()[:1] in tuple("=@＝＋－＠") for fila in leidas for texto in fila if texto.lstrip())
