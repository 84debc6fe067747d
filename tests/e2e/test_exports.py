"""Taking lists away from the admin, as an operator does."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("navegador")  # one demonstration for all of them


def test_long_list_is_exported_by_a_run_and_downloaded(vista):
    page = vista.ir("/admin/inventory/movimientoinventario/?tipo_documento__exact=FACTURA_VENTA")
    vista.capturar("exportar-botones")
    page.get_by_role("button", name="Exportar a Excel").click()
    expect(page).to_have_url(re.compile("/admin/jobs/ejecucion/.*/change/"))
    button = page.get_by_role("link", name="Descargar")
    expect(button).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Completada").first).to_be_visible()
    vista.capturar("exportacion")
    with page.expect_download() as waiting:
        button.click()
    assert waiting.value.suggested_filename == "movimientos_de_inventario.xlsx"
    titles, *rows = load_workbook(io.BytesIO(waiting.value.path().read_bytes()), read_only=True)["Datos"].values
    assert len(rows) > 100
    assert {row[titles.index("tipo de documento")] for row in rows} == {"FACTURA_VENTA"}


def test_short_list_is_downloaded_at_once(vista):
    page = vista.ir("/admin/inventory/movimientoinventario/?q=FV-00-54")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Exportar CSV").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert waiting.value.suggested_filename == "movimientos_de_inventario.csv"
    assert {row["documento"] for row in rows} == {"FV-00-54"}
