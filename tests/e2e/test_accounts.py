"""The pages of one's account, at the width of a desk and of a telephone."""

import re

import pytest
from playwright.sync_api import expect

from tests.desk.accounts.conftest import codigo

pytestmark = pytest.mark.xdist_group("navegador")  # one demonstration for all of them

CUENTA = "ana"
CONTRASENA = "clave-larga-1"


@pytest.fixture
def nueva(vista, navegador, sitio):
    """A person whom the administrator of the demonstration makes, in a browser of their own."""
    page = vista.ir("/admin/auth/user/add/")
    page.fill("input[name=username]", CUENTA)
    page.fill("input[name=password1]", CONTRASENA)
    page.fill("input[name=password2]", CONTRASENA)
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.locator("input[name=is_staff]").check()
    page.get_by_role("button", name="Guardar", exact=True).click()
    context = navegador.new_context(viewport={"width": 1440, "height": 900}, locale="es-CO", color_scheme="light")
    yield context.new_page()
    context.close()


def entrar(page, sitio):
    page.goto(f"{sitio.url}/cuenta/entrar/")
    page.fill("input[name=login]", CUENTA)
    page.fill("input[name=password]", CONTRASENA)
    page.click("button[type=submit]")


def retratar(page, capturas, nombre):
    """A picture of each width; nothing of the page lies outside the narrow one."""
    for ancho, alto in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": ancho, "height": alto})
        page.screenshot(path=capturas / f"{nombre}_{ancho}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= ancho
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_second_factor_from_setting_up_to_its_codes(nueva, sitio, capturas):
    page = nueva
    page.goto(f"{sitio.url}/cuenta/entrar/")
    retratar(page, capturas, "cuenta_entrar")
    entrar(page, sitio)
    page.goto(f"{sitio.url}/cuenta/segundo-factor/")
    retratar(page, capturas, "cuenta_sin_segundo_factor")
    page.get_by_role("link", name="Activar").click()
    expect(page.get_by_alt_text("Código QR")).to_be_visible()
    retratar(page, capturas, "cuenta_activar")
    secreto = page.locator("#clave-totp").inner_text()
    page.fill("input[name=code]", codigo(secreto, -1))
    page.click("button[type=submit]")
    expect(page.get_by_role("heading", name="Códigos de respaldo")).to_be_visible()
    expect(page.locator("#codigos li")).to_have_count(10)
    retratar(page, capturas, "cuenta_respaldo")
    page.goto(f"{sitio.url}/cuenta/segundo-factor/")
    expect(page.get_by_text("Le quedan 10 de 10")).to_be_visible()
    retratar(page, capturas, "cuenta_con_segundo_factor")
    page.goto(f"{sitio.url}/cuenta/contrasena/cambiar/")
    retratar(page, capturas, "cuenta_contrasena")
    page.goto(f"{sitio.url}/admin/logout/")
    page.click("button[type=submit]")
    entrar(page, sitio)
    expect(page).to_have_url(re.compile("/cuenta/segundo-factor/codigo/"))
    page.fill("input[name=code]", "000000")
    page.click("button[type=submit]")
    expect(page.get_by_text("no es correcto")).to_be_visible()
    retratar(page, capturas, "cuenta_codigo")
    page.fill("input[name=code]", codigo(secreto))
    page.click("button[type=submit]")
    expect(page).to_have_url(f"{sitio.url}/admin/")


def test_a_wrong_password_says_so(navegador, sitio, capturas):
    context = navegador.new_context(viewport={"width": 1440, "height": 900}, locale="es-CO", color_scheme="light")
    page = context.new_page()
    page.goto(f"{sitio.url}/cuenta/entrar/")
    page.fill("input[name=login]", "nadie")
    page.fill("input[name=password]", "otra")
    page.click("button[type=submit]")
    expect(page.get_by_text("no son correctos")).to_be_visible()
    retratar(page, capturas, "cuenta_no_entra")
    context.close()


def test_the_list_of_users_shows_roles_and_who_waits(vista):
    page = vista.ir("/admin/auth/user/?solicitud=por_admitir")
    vista.capturar("usuarios_por_admitir")
    page.goto(f"{vista.sitio.url}/admin/auth/user/")
    expect(page.locator("#result_list")).to_contain_text("admin")
    vista.capturar("usuarios")
