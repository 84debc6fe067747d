"""What an operator sees, page by page, with the demonstration's data."""

import re
import time

import pytest
from playwright.sync_api import expect

from desk.demo.tns import CENTRAL, COSTA

pytestmark = pytest.mark.xdist_group("navegador")  # one demonstration for all of them


def test_login_leads_to_the_home_page(vista):
    page = vista.ir("/admin/")
    expect(page.get_by_text("Movimientos por mes")).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    page.wait_for_timeout(600)  # the chart draws itself
    vista.capturar("inicio")


def test_server_list_shows_both_servers(vista):
    page = vista.ir("/admin/servers/servidor/")
    expect(page.get_by_role("link", name=CENTRAL)).to_be_visible()
    expect(page.get_by_role("link", name=COSTA)).to_be_visible()
    vista.capturar("servidores")


def test_doctor_page_tells_every_step(vista):
    page = vista.ir("/admin/servers/servidor/")
    page.get_by_role("link", name=CENTRAL).click()
    page.get_by_role("link", name="Probar conexión").click()
    page.get_by_role("button", name="Probar ahora").click()
    expect(page.get_by_role("button", name="Probar otra vez")).to_be_visible()
    expect(page.get_by_text("Base maestra").first).to_be_visible()
    vista.capturar("doctor")


def test_movements_list_shows_what_was_copied(vista):
    page = vista.ir("/admin/inventory/movimientoinventario/")
    expect(page.locator("#result_list tbody tr").first).to_be_visible()
    expect(page.get_by_text(re.compile("Factura de venta")).first).to_be_visible()
    vista.capturar("movimientos")


def test_stock_list_tells_how_it_differs_from_its_movements(vista):
    page = vista.ir("/admin/inventory/existencia/")
    cells = page.locator("#result_list .field-frente_a_movimientos")
    expect(cells.first).to_have_text(re.compile(r"^\s*(Cuadra|[\d.,]+ (más|menos))\s*$"))
    page.get_by_text("Qué significa «frente a sus movimientos»").click()
    expect(page.get_by_text("Que difieran no es por sí un error")).to_be_visible()
    vista.capturar("existencias")


def test_rejected_row_says_what_to_do(vista):
    page = vista.ir("/admin/inventory/movimientorechazado/")
    expect(page.locator("#result_list")).not_to_contain_text("campo_vacio")
    page.get_by_role("link", name=re.compile("Falta un dato obligatorio")).first.click()
    expect(page.get_by_text("Abra el documento en el ERP").first).to_be_visible()
    vista.capturar("rechazado")


def esperar_progreso(vista, run, meses, moment):
    """Let the source answer for moments, no longer than it takes to copy that many months."""
    deadline = time.monotonic() + 60
    while vista.leer(run)["progreso"] < meses:
        assert time.monotonic() < deadline, vista.leer(run)
        moment()


def test_run_page_follows_a_run_to_its_end(vista):
    empresa = vista.leer("/api/empresas-servidor/")["results"][0]["id"]
    with vista.sitio.fuente_lenta() as moment:
        asked = vista.pedir("/api/sistema/extraer_datos/", empresa_servidor_id=empresa, forzar_reextraccion=True)
        run = f"/api/sistema/ejecuciones/{asked['task_id']}/"
        esperar_progreso(vista, run, 1, moment)
        page = vista.ir(f"/admin/jobs/ejecucion/{asked['task_id']}/change/")
        expect(page.get_by_text("En curso").first).to_be_visible()
        expect(page.locator("#content h2").first).to_contain_text("Extraer movimientos · ")
        expect(page.locator(".registro li")).not_to_have_count(0)
        told = page.locator(".registro li").count()
        expect(page.locator("progress")).to_be_visible()
        expect(page.get_by_role("button", name="Cancelar")).to_be_visible()
        vista.capturar("ejecucion_en_curso")
        page.evaluate("window.misma = true")
        esperar_progreso(vista, run, vista.leer(run)["progreso"] + 1, moment)
        expect(page.locator(".registro li")).not_to_have_count(told, timeout=20_000)
        assert page.evaluate("window.misma")  # the log grew without the page being loaded anew
    expect(page.get_by_role("button", name="Repetir")).to_be_visible(timeout=60_000)
    expect(page.locator(".barra-ejecucion")).to_contain_text("Completada")
    vista.capturar("ejecucion")


def test_run_list_tells_how_each_ended(vista):
    page = vista.ir("/admin/jobs/ejecucion/")
    expect(page.get_by_text("Completada con errores").first).to_be_visible()
    expect(page.get_by_text("Implantes Andinos S.A.S. 2026").first).to_be_visible()
    expect(page.locator("#result_list")).not_to_contain_text("empresa:")
    vista.capturar("ejecuciones")


def test_process_list_shows_worker_beat_and_watcher(vista):
    page = vista.ir("/admin/jobs/proceso/")
    for clase in ("worker", "beat", "vigilar"):
        expect(page.get_by_text(clase).first).to_be_visible()
    vista.capturar("procesos")


def test_company_list_shows_what_was_discovered(vista):
    page = vista.ir("/admin/companies/empresaservidor/")
    for name in ("Implantes Andinos S.A.S.", "Ferretería Peña & Hijos Ltda.", "Insumos Quirúrgicos del Caribe"):
        expect(page.get_by_text(name).first).to_be_visible()
    vista.capturar("empresas")
    page.get_by_role("link", name="Implantes Andinos S.A.S.").first.click()
    expect(page.locator("#id_nombre, .field-nombre").first).to_be_visible()
    vista.capturar("empresa")


def test_discovery_button_leads_to_its_run(vista):
    page = vista.ir("/admin/servers/servidor/")
    page.get_by_role("link", name=CENTRAL).first.click()
    page.get_by_text("Descubrir empresas").first.click()
    page.get_by_role("button", name="Descubrir ahora").click()
    expect(page.get_by_role("button", name="Repetir")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Compañía en trámite").first).to_be_visible()
    vista.capturar("descubrimiento")


def test_extraction_button_leads_to_its_run(vista):
    page = vista.ir("/admin/companies/empresaservidor/")
    page.get_by_role("link", name="Ferretería Peña & Hijos Ltda.").first.click()
    page.get_by_text("Extraer movimientos").first.click()
    vista.capturar("extraccion_pedida")
    page.get_by_role("button", name="Extraer ahora").click()
    expect(page.get_by_role("button", name="Repetir")).to_be_visible(timeout=60_000)
    vista.capturar("extraccion")
