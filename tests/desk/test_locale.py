"""The admin speaks Spanish throughout."""

import gettext
import re
from pathlib import Path

import pytest

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
    assert ingles not in client.get("/admin/login/").text


@pytest.mark.parametrize("ruta", ["/admin/", "/admin/auth/user/", "/admin/django_celery_beat/periodictask/"])
def test_pages_have_no_english(client, admin, ruta):
    client.force_login(admin)
    texto = client.get(ruta).text
    assert not re.search(r"Search apps|Type to search|Apply Filters|Select action|>\s*Filters", texto)
