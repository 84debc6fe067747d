"""Keys as an operator meets them: examined, issued, copied, looked through, revoked; on a wide and a narrow screen."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("navegador")  # one demonstration for all of them

CLAVES = "/admin/apikeys/apikeycliente/"
# What sticks out to the right of the window, unless something around it scrolls.
SOBRESALE = """[...document.querySelectorAll('#main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
  && !e.closest('.claves-rodar, .overflow-x-auto, [class*=scroll]')).map(e => e.outerHTML.slice(0, 200))"""
ANCHO = {"width": 1440, "height": 900}
ESTRECHO = {"width": 390, "height": 844}


def capturar(vista, name):
    """A picture of the whole page at both widths."""
    for suffix, size in (("", ANCHO), ("_390", ESTRECHO)):
        vista.page.set_viewport_size(size)
        vista.page.wait_for_timeout(150)
        vista.page.screenshot(path=vista.capturas / f"{name}{suffix}.png", full_page=True)
        assert vista.page.evaluate(SOBRESALE) == [], (name, size)
    vista.page.set_viewport_size(ANCHO)


def generar(vista, nit, nombre=""):
    page = vista.ir(f"{CLAVES}add/?nit={nit}")
    page.get_by_label("Nombre del cliente").fill(nombre)
    page.get_by_role("button", name="Ver qué abrirá").click()
    return page


def test_empty_list_of_keys_leads_to_the_first(vista):
    page = vista.ir(CLAVES)
    expect(page.get_by_text("Genere la primera")).to_be_visible()
    capturar(vista, "claves_vacia")


def test_nit_doctor_tells_what_is_missed_by_a_hair(vista):
    page = vista.ir(f"{CLAVES}medico-de-nit/")
    page.get_by_label("NIT", exact=True).fill("901.333.444")
    page.get_by_role("button", name="Examinar").click()
    expect(page.get_by_text("La empresa tiene el DV pegado al NIT")).to_be_visible()
    expect(page.get_by_role("button", name="Es el mismo cliente")).to_be_visible()
    capturar(vista, "medico_de_nit")


def test_a_key_is_issued_shown_once_and_copied(vista):
    page = vista.ir(f"{CLAVES}add/?nit=901.333.444")
    page.get_by_label("Orígenes web").fill("https://tienda.example.com")
    page.get_by_label("Ver pacientes").check()
    capturar(vista, "generar_clave")
    page.get_by_role("button", name="Ver qué abrirá").click()
    expect(page.get_by_role("button", name="Generar y mostrar la clave")).to_have_count(0)
    page.get_by_role("button", name="Es el mismo cliente").click()
    expect(page.get_by_text("Confirmado")).not_to_have_count(0)
    capturar(vista, "generar_clave_revisar")
    page.get_by_role("button", name="Generar y mostrar la clave").click()
    campo = page.get_by_label("Clave", exact=True)
    clave = campo.input_value()
    assert re.fullmatch(r"sk_\w{50}", clave)
    page.get_by_role("button", name="Copiar").click()
    expect(page.get_by_role("status")).to_contain_text("Copiada al portapapeles")
    page.evaluate("document.querySelector('[data-clave] input').value = 'sk_' + 'X'.repeat(50)")  # not for pictures
    capturar(vista, "clave_nueva")
    page.reload()
    expect(page.get_by_text("se mostró una sola vez")).to_be_visible()
    assert clave[15:] not in page.content()
    assert vista.leer_con(clave, "/api/empresas-servidor/")["results"]
    capturar(vista, "clave")


def test_copying_without_a_clipboard_selects_the_key(vista):
    page = generar(vista, "900.123.456-8")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Generar y mostrar la clave").click()
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false"
    )
    page.get_by_role("button", name="Copiar").click()
    expect(page.get_by_role("status")).to_contain_text("pulse Ctrl+C")
    clave = page.get_by_label("Clave", exact=True).input_value()
    assert page.evaluate("window.getSelection().toString()") == clave


def test_looking_as_a_key_shows_what_its_client_reads(vista):
    generar(vista, "900.123.456-8", "Tienda en línea").get_by_role("button", name="Generar y mostrar la clave").click()
    page = vista.page
    page.get_by_role("link", name="Ya la guardé").click()
    page.get_by_role("link", name="Ver como esta clave").click()
    expect(page.get_by_role("cell", name="Implantes Andinos S.A.S.").first).to_be_visible()
    capturar(vista, "ver_como_empresas")
    page.get_by_role("navigation", name="Qué se mira").get_by_role("link", name="Movimientos").click()
    expect(page.get_by_role("link", name="Siguiente")).to_be_visible()
    capturar(vista, "ver_como_movimientos")
    page.get_by_role("link", name="Siguiente").click()
    expect(page.get_by_role("link", name="Anterior")).to_be_visible()
    page.get_by_role("navigation", name="Qué se mira").get_by_role("link", name="Resumen mensual").click()
    expect(page.get_by_role("cell", name="COP").first).to_be_visible()
    capturar(vista, "ver_como_resumen")


def test_a_key_is_revoked_after_asking(vista):
    generar(vista, "830555111").get_by_role("button", name="Generar y mostrar la clave").click()
    page = vista.page
    page.get_by_role("link", name="Ya la guardé").click()
    page.get_by_role("link", name="Revocar").click()
    page.get_by_role("button", name="Revocar ahora").click()
    expect(page.get_by_text("ya no abre nada")).to_be_visible()
    page = vista.ir(CLAVES)
    expect(page.get_by_text("Revocada").first).to_be_visible()
    capturar(vista, "claves")


def test_renewing_asks_for_the_overlap(vista):
    page = vista.ir(CLAVES)
    page.get_by_role("link", name="Tienda en línea").first.click()
    page.get_by_role("link", name="Renovar").click()
    capturar(vista, "renovar")
    page.get_by_role("button", name="Renovar y mostrar la nueva").click()
    expect(page.get_by_role("button", name="Copiar")).to_be_visible()
    page.get_by_role("link", name="Ya la guardé").click()
    page.locator(".claves-datos").get_by_role("link", name=re.compile("Tienda en línea")).click()
    expect(page.get_by_text("En solape hasta").first).to_be_visible()


def test_page_of_a_company_tells_its_keys(vista):
    page = vista.ir("/admin/companies/empresaservidor/")
    page.get_by_role("link", name="Implantes Andinos S.A.S.").first.click()
    expect(page.get_by_role("link", name=re.compile("Tienda en línea"))).not_to_have_count(0)
    page.get_by_text("Quién la lee por la API").first.scroll_into_view_if_needed()
    vista.capturar("empresa_claves")
