"""The admin speaks Spanish throughout."""

import gettext
import re
from pathlib import Path

import pytest
from django.views.csrf import csrf_failure
from django.views.defaults import server_error

import desk

MENSAJES = Path(desk.__file__).parent / "locale/es/LC_MESSAGES"


def test_compiled_catalogue_holds_what_the_text_one_says():
    texto = (MENSAJES / "django.po").read_text()
    with (MENSAJES / "django.mo").open("rb") as archivo:
        compilado = gettext.GNUTranslations(archivo)
    pares = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', texto, re.MULTILINE)
    assert len(pares) > 50
    assert all(compilado.gettext(ingles) == espanol for ingles, espanol in pares)


@pytest.mark.parametrize("ingles", ["Welcome back", "Return to site"])
def test_login_page_has_no_english(client, db, ingles):
    assert ingles not in client.get("/cuenta/entrar/").text


def test_pages_of_errors_are_spanish(client, admin, rf, settings):
    client.force_login(admin)
    assert "Esa página no existe" in client.get("/nada/").text
    assert "No tiene permiso" in client.get("/admin/jobs/ejecucion/add/").text
    assert "La página caducó" in csrf_failure(rf.post("/admin/login/")).text
    assert "Algo falló aquí dentro" in server_error(rf.get("/")).text


def test_icon_is_found_where_browsers_ask_for_it(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.url) == (302, "/static/desk/icono.svg")


def test_login_page_says_what_this_is(client, db):
    texto = client.get("/cuenta/entrar/").text
    assert "movimientos de inventario" in texto
    assert "Pídala a quien administra" in texto


@pytest.mark.parametrize(
    ("ruta", "titulo", "sala"),
    [
        ("/admin/servers/servidor/", "Servidores", "Fuentes"),
        ("/admin/companies/empresaservidor/", "Empresas", "Fuentes"),
        ("/admin/jobs/ejecucion/", "Ejecuciones", "Trabajo"),
        ("/admin/auth/user/", "Usuarios", "Personas"),
        ("/admin/django_celery_beat/periodictask/", "Tareas periódicas", "Trabajo"),
    ],
)
def test_page_of_a_list_is_called_what_it_holds(client, admin, ruta, titulo, sala):
    client.force_login(admin)
    texto = client.get(ruta).text
    assert re.search(rf"<title>\s*{titulo} \| Trastienda", texto)
    donde = texto[texto.index("<h1") : texto.index("</h1>")]
    assert re.findall(r">\s*([A-ZÁÉÍÓÚ][^<>]+?)\s*</a", donde) == [sala, titulo]


@pytest.mark.parametrize("ruta", ["/admin/", "/admin/auth/user/", "/admin/django_celery_beat/periodictask/"])
def test_pages_have_no_english(client, admin, ruta):
    client.force_login(admin)
    texto = client.get(ruta).text
    assert not re.search(r"Search apps|Type to search|Apply Filters|Select action|>\s*Filters", texto)
