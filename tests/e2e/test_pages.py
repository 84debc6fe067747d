"""What an operator sees, page by page, with the demonstration's data."""

import re

from playwright.sync_api import expect

from desk.demo.tns import CENTRAL, COSTA


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
