"""What the address may not carry is out of it before anybody sees it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from apikeys import keys


@pytest.fixture
def texto():
    return keys.nueva(keys.CLIENTE).texto


def percent(texto):
    return "".join(f"%{ord(letter):02X}" for letter in texto)


@pytest.mark.parametrize("how", [str, percent, lambda texto: percent(percent(texto))])
def test_a_page_of_the_admin_never_hears_of_a_key_in_its_address(client, admin, texto, how, caplog):
    client.force_login(admin)
    answer = client.get("/admin/auth/user/", QUERY_STRING=f"q={how(texto)}")
    assert answer.status_code == 200
    assert texto not in answer.content.decode()


def test_a_redirect_to_https_leaves_the_key_out(client, settings, texto):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(f"/admin/{texto}/", {"clave": texto})
    assert answer.status_code == 301
    assert texto[3:] not in answer["Location"]


def test_a_path_that_leads_nowhere_is_logged_without_the_key(client, db, texto, caplog):
    assert client.get(f"/nada/{texto}").status_code == 404
    assert "Not Found: /nada/" in caplog.text
    assert texto not in caplog.text


@pytest.mark.parametrize("how", [str, percent])
def test_the_access_log_of_gunicorn_names_the_path_alone(client, db, texto, how):
    """Its line is made of the request's own dict, in which RAW_URI must be."""
    pagina = f"http://testserver/admin/?q={how(texto)}"
    address = f"/api/movimientos/?api_key={how(texto)}"
    answer = client.get("/api/movimientos/", QUERY_STRING=f"api_key={how(texto)}", RAW_URI=address, HTTP_REFERER=pagina)
    request = SimpleNamespace(headers=[])
    reply = SimpleNamespace(status=str(answer.status_code), headers=[], sent=0)
    atoms = Logger(Config()).atoms(reply, request, answer.wsgi_request.META, timedelta())
    assert (answer.status_code, atoms["r"]) == (401, "GET /api/movimientos/ HTTP/1.1")
    assert atoms["f"] == "http://testserver/admin/?q="
    assert how(texto) not in str(atoms)


def test_another_address_stays_as_it_is(client, admin):
    client.force_login(admin)
    answer = client.get("/admin/auth/user/", {"q": "sk_corta pt_ñandú"})
    assert answer.wsgi_request.GET["q"] == "sk_corta pt_ñandú"
