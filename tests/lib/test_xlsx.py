"""What is written is read back by another program: text as text, every digit, dates as dates, no formula or link."""

import re
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from lib.spreadsheets import PROGRAMAS
from lib.xlsx import PROHIBIDOS, RECORTADO, TEXTO_MAXIMO, escribir_xlsx

TEXTO = st.text(max_size=30) | st.builds(
    "".join, st.tuples(st.sampled_from("=+-@\t\r\n＝＋－＠ \0'"), st.text(max_size=10))
)
NUMERO = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=4)


def ida_y_vuelta(carpeta, filas):
    ruta = carpeta / "libro.xlsx"
    escribir_xlsx(ruta, ["a", "b", "c"], filas, PROGRAMAS)
    return [list(fila) for fila in load_workbook(ruta)["Datos"].iter_rows(min_row=2)], ruta


@pytest.mark.parametrize(
    ("valor", "leido"),
    [
        (True, "sí"),
        (-3, -3),
        (10**15, str(10**15)),
        (Decimal("-2.5000"), -2.5),
        (Decimal("1234567890.1234"), 1234567890.1234),
        (Decimal("123456789012345.6700"), "123456789012345.6700"),
        (Decimal("NaN"), "NaN"),
        (date(2026, 3, 1), datetime(2026, 3, 1)),
        (date(1899, 12, 31), "1899-12-31"),
        (time(23, 59), time(23, 59)),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 7)),
        ({"a": "ñ"}, '{"a": "ñ"}'),
        ("=1+1", "=1+1"),
        ("-5", "-5"),
        ("https://example.com", "https://example.com"),
        ("_x0041_", "_x0041_"),
        ("<r><t>x</t></r>", "<r><t>x</t></r>"),
    ],
)
def test_each_type_is_read_back(tmp_path, valor, leido):
    [[celda, *_]], _ = ida_y_vuelta(tmp_path, [[valor, None, ""]])
    assert (unescape(celda.value) if isinstance(leido, str) else celda.value) == leido
    assert celda.data_type in ("n" if isinstance(leido, int | float) else "sd")
    assert celda.hyperlink is None


@pytest.mark.parametrize("texto", ["=1", "+1+1", "@A1", "\t=1", " =1", "＝1", "\x01=1"])
def test_text_that_could_run_stays_text_also_when_edited(tmp_path, texto):
    [[celda, *_]], _ = ida_y_vuelta(tmp_path, [[texto, None, None]])
    assert (celda.data_type, celda.quotePrefix) == ("s", True)


def test_text_that_looks_like_the_markup_of_a_cell_stays_text(tmp_path):
    texto = '<r><t>a</t></r></is></c><c r="C2"><f>1+1</f></c><c r="B2" t="inlineStr"><is><r><t>b</t></r>'
    [fila], ruta = ida_y_vuelta(tmp_path, [[texto, None, None]])
    assert [celda.value for celda in fila if celda.value] == [texto]
    assert b"<f>" not in zipfile.ZipFile(ruta).read("xl/worksheets/sheet1.xml")


def test_plain_text_carries_no_mark(tmp_path):
    [[celda, *_]], _ = ida_y_vuelta(tmp_path, [["Tornillo", None, None]])
    assert not celda.quotePrefix


@given(filas=st.lists(st.tuples(TEXTO, NUMERO, TEXTO), max_size=20))
@settings(max_examples=15, deadline=None)
def test_rows_are_read_back_and_none_runs(tmp_path_factory, filas):
    leidas, ruta = ida_y_vuelta(tmp_path_factory.mktemp("x"), filas)
    for (a, numero, b), (texto_a, decimal, texto_b) in zip(leidas, filas, strict=True):
        assert (unescape(a.value or ""), unescape(b.value or "")) == (limpio(texto_a), limpio(texto_b))
        assert exacto(numero) == decimal
    hoja = zipfile.ZipFile(ruta).read("xl/worksheets/sheet1.xml")
    assert not re.search(rb"<f[ >]|<hyperlink", hoja)


def limpio(texto):
    """What a cell can hold of the text; XML reads a return as the end of a line unless it is escaped."""
    return PROHIBIDOS.sub("", texto)


def exacto(celda):
    """The number that Excel shows: fifteen digits of it, or all where it is text."""
    return Decimal(celda.value if celda.data_type == "s" else format(celda.value, ".15g"))


def test_a_text_that_no_cell_holds_is_cut_and_says_so(tmp_path):
    [[celda, justa, _]], _ = ida_y_vuelta(tmp_path, [["😀" * 20_000, "a" * TEXTO_MAXIMO, None]])
    assert celda.value.endswith(RECORTADO)
    assert len(celda.value.encode("utf-16-le")) // 2 <= TEXTO_MAXIMO
    assert justa.value == "a" * TEXTO_MAXIMO


def test_nothing_is_left_beside_the_file(tmp_path):
    _, ruta = ida_y_vuelta(tmp_path, [["a", 1, "b"]])
    assert list(tmp_path.iterdir()) == [ruta]
