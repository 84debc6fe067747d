"""No page needs what the policy forbids (`vista` watches the console), and what it forbids does not happen."""

import re

import pytest
from playwright.sync_api import Error, expect

from lib.content_policy import CABECERA, PAGINA, SIN_EVAL

pytestmark = pytest.mark.xdist_group("navegador")  # one demonstration for all of them

OTRAS = [
    "/admin/search/?s=serv",
    "/admin/servers/servidor/add/",
    "/admin/companies/empresaservidor/add/",
    "/admin/auth/user/add/",
    "/admin/auth/group/add/",
    "/admin/django_celery_beat/periodictask/add/",
    "/admin/apikeys/apikeycliente/add/",
    "/cuenta/contrasena/cambiar/",
    "/cuenta/segundo-factor/",
    "/cuenta/salir/",
]


def enlaces(page, selector):
    hrefs = page.eval_on_selector_all(selector, "all => all.map(a => a.getAttribute('href'))")
    return list(dict.fromkeys(href for href in hrefs if href))


def test_every_page_of_the_menu_keeps_to_the_policy(vista):
    page = vista.ir("/admin/")
    page.wait_for_load_state("networkidle")
    menu = [ruta for ruta in enlaces(page, "nav a, #nav-sidebar a") if re.match(r"/admin/\w+/", ruta)]
    assert len(menu) > 12, menu
    for ruta in [*menu, *OTRAS]:
        vista.ir(ruta)
        page.wait_for_load_state("networkidle")
        filas = enlaces(page, "#result_list tbody a[href*='/change/']")
        if filas:
            vista.ir(filas[0] if filas[0].startswith("/") else ruta + filas[0])
            page.wait_for_load_state("networkidle")


def test_filters_and_menus_work_under_the_policy(vista):
    page = vista.ir("/admin/inventory/movimientoinventario/")
    page.get_by_text("Filtros").first.click()
    expect(page.get_by_text("código de bodega").first).to_be_visible()
    vista.capturar("filtros")


def test_a_text_that_became_a_script_does_not_run(navegador, sesion, sitio):
    context = navegador.new_context(storage_state=sesion)
    page = context.new_page()
    assert page.goto(f"{sitio.url}/admin/").header_value(CABECERA) == PAGINA
    with pytest.raises(Error, match="Content Security Policy"):
        page.add_script_tag(content="window.corrio = true")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/nada onerror=\"window.corrio = true\">')")
    with pytest.raises(Error):
        page.evaluate("fetch('http://192.0.2.1/')")
    assert page.evaluate("window.corrio") is None
    context.close()


def test_page_of_the_api_asks_the_api(vista):
    page = vista.page
    assert page.goto(f"{vista.sitio.url}/api/docs/").header_value(CABECERA) == SIN_EVAL
    expect(page).to_have_title("API | Trastienda")
    page.get_by_role("button", name=re.compile("POST.*probar")).click()
    page.get_by_role("button", name="Try it out").click()
    page.locator("tr[data-param-name=id] input").fill(str(vista.leer("/api/servidores/")["results"][0]["id"]))
    vista.capturar("api")
    with page.expect_response("**/probar/") as waiting:
        page.get_by_role("button", name="Execute").click()
    assert waiting.value.json()["correcto"]
