"""The pages of one's account, at the width of a desk and of a telephone."""

import re

import pytest
from playwright.sync_api import expect

from tests.desk.accounts.conftest import codigo

pytestmark = pytest.mark.xdist_group("navegador")  # one demonstration for all of them

CUENTA = "ana"
CONTRASENA = "clave-larga-1"
CORREO = "ana@example.com"


@pytest.fixture(scope="module")
def persona(navegador, sitio, sesion):
    """Somebody of the staff, made by the administrator of the demonstration."""
    context = navegador.new_context(storage_state=sesion, locale="es-CO")
    page = context.new_page()
    page.goto(f"{sitio.url}/admin/auth/user/add/")
    page.fill("input[name=username]", CUENTA)
    page.fill("input[name=password1]", CONTRASENA)
    page.fill("input[name=password2]", CONTRASENA)
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.fill("input[name=email]", CORREO)
    page.locator("input[name=is_staff]").check()
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.locator(".errornote")).to_have_count(0)
    context.close()


@pytest.fixture
def page(navegador):
    """A page of a browser that nobody has entered with."""
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


def test_a_second_factor_from_setting_up_to_its_codes(page, persona, sitio, capturas):
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


def test_a_forgotten_password_is_set_anew_by_mail(page, persona, sitio, capturas):
    page.goto(f"{sitio.url}/cuenta/entrar/")
    page.get_by_role("link", name="¿Olvidó su contraseña?").click()
    page.fill("input[name=email]", CORREO)
    retratar(page, capturas, "cuenta_recuperar")
    page.click("button[type=submit]")
    expect(page.get_by_role("heading", name="Revise su correo")).to_be_visible()
    retratar(page, capturas, "cuenta_enviado")
    [carta] = sitio.correo.iterdir()
    page.goto(re.search(r"http://127\.0\.0\.1\S+", carta.read_text())[0])
    page.fill("input[name=password1]", "otra-clave-9")
    page.fill("input[name=password2]", "otra-clave-9")
    retratar(page, capturas, "cuenta_nueva_contrasena")
    page.click("button[type=submit]")
    expect(page.get_by_role("heading", name="Contraseña cambiada")).to_be_visible()


def test_a_wrong_password_says_so(page, sitio, capturas):
    page.goto(f"{sitio.url}/cuenta/entrar/")
    page.fill("input[name=login]", "nadie")
    page.fill("input[name=password]", "otra")
    page.click("button[type=submit]")
    expect(page.get_by_text("no son correctos")).to_be_visible()
    retratar(page, capturas, "cuenta_no_entra")


def test_the_list_of_users_shows_roles_and_who_waits(vista):
    page = vista.ir("/admin/auth/user/?solicitud=por_admitir")
    vista.capturar("usuarios_por_admitir")
    page.goto(f"{vista.sitio.url}/admin/auth/user/")
    expect(page.locator("#result_list")).to_contain_text("admin")
    vista.capturar("usuarios")
