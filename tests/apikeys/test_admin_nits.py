"""The page «Médico de NIT»."""

import pytest
from django.urls import reverse

from apikeys.issuing import emitir
from companies.models import EquivalenciaNit

PAGINA = reverse("admin:apikeys_medico_de_nit")


@pytest.fixture
def dentro(client, admin):
    client.force_login(admin)
    return client


def test_page_without_a_nit_lists_what_was_confirmed(dentro, admin):
    assert "Nadie ha confirmado" in dentro.get(PAGINA).text
    EquivalenciaNit.objects.create(nit_base="900123456", equivale_a="9001234568", confirmada_por=admin)
    text = dentro.get(PAGINA).text
    assert "9001234568" in text
    assert "admin" in text


def test_page_tells_what_is_seen_and_what_is_not(dentro, crear_empresa):
    crear_empresa("900123456-7", 2025, nombre="La del DV errado")
    crear_empresa("9001234568", 2025, nombre="La del DV pegado")
    emitir(nit="900123456")
    text = dentro.get(PAGINA, {"nit": "900.123.456-3"}).text
    for words in ("DV errado", "corresponde el DV 8", "7 errado", "La del DV pegado", "DV pegado al NIT", "sk_"):
        assert words in text


def test_page_suggests_the_dash(dentro, db):
    assert "900123456-8" in dentro.get(PAGINA, {"nit": "9001234568"}).text


@pytest.mark.parametrize("escrito", ["hola", "0", "9" * 60])
def test_page_refuses_what_is_no_nit(dentro, escrito):
    answer = dentro.get(PAGINA, {"nit": escrito})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


def test_buttons_confirm_and_withdraw_and_go_back_to_the_nit(dentro, crear_empresa):
    crear_empresa("9001234568")
    answer = dentro.post(PAGINA, {"nit": "900.123.456-8", "confirmar": "9001234568"}, follow=True)
    assert "desde ya se ve también 9001234568" in answer.text
    assert len(answer.context["examen"].veria) == 1
    dentro.post(PAGINA, {"nit": "900.123.456-8", "retirar": "9001234568"})
    assert not EquivalenciaNit.objects.exists()


def test_confirming_a_stranger_is_refused_in_words(dentro, crear_empresa):
    crear_empresa("860034313")
    answer = dentro.post(PAGINA, {"nit": "900123456", "confirmar": "860034313"}, follow=True)
    assert "no es un casi-NIT" in answer.text
    assert not EquivalenciaNit.objects.exists()


def test_who_may_only_look_gets_no_buttons(client, crear_personal, crear_empresa):
    crear_empresa("9001234568")
    client.force_login(crear_personal("apikeys.view_apikeycliente"))
    text = client.get(PAGINA, {"nit": "900123456"}).text
    assert "Es el mismo cliente" not in text
    assert "pídalo a un administrador" in text
    assert client.post(PAGINA, {"nit": "900123456", "confirmar": "9001234568"}).status_code == 403


def test_the_menu_names_it_for_those_who_may(client, admin, crear_personal):
    client.force_login(admin)
    assert PAGINA in client.get("/admin/").text
    client.force_login(crear_personal("companies.view_empresaservidor"))
    assert PAGINA not in client.get("/admin/").text
