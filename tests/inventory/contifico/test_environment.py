import json
import logging

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.migrations.state import ProjectState

from inventory.contifico.environment import al_migrar, aplicar
from inventory.contifico.models import Cuenta
from lib.errors import Rejected
from tests.inventory.contifico.conftest import CLAVE, TOKEN


@pytest.fixture
def entorno(settings, db):
    settings.CONTIFICO_API_KEY, settings.CONTIFICO_API_TOKEN = CLAVE, TOKEN
    settings.CONTIFICO_API_BASE_URL, settings.CONTIFICO_PAGE_SIZE = "http://127.0.0.1:9/sistema/api", 500
    return settings


def test_aplicar_makes_the_account(entorno):
    done = aplicar()
    cuenta = Cuenta.objects.get()
    assert (done.creada, len(done.variables)) == (True, 4)
    assert (cuenta.nombre, cuenta.api_key, cuenta.api_token) == ("Contífico", CLAVE, TOKEN)
    assert (cuenta.url_base, cuenta.registros_por_pagina) == ("http://127.0.0.1:9/sistema/api", 500)
    assert CLAVE not in str(Cuenta.objects.values().get())


def test_aplicar_again_changes_nothing(entorno):
    aplicar()
    before = Cuenta.objects.values().get()
    assert aplicar().variables == ()
    assert Cuenta.objects.values().get() == before


def test_without_a_key_there_is_no_account(settings, db):
    settings.CONTIFICO_API_TOKEN = TOKEN
    assert aplicar() is None
    assert not Cuenta.objects.exists()


def test_what_was_not_given_has_its_default(entorno):
    entorno.CONTIFICO_API_BASE_URL, entorno.CONTIFICO_PAGE_SIZE = "", None
    aplicar()
    cuenta = Cuenta.objects.get()
    assert (cuenta.url_base, cuenta.registros_por_pagina) == ("https://api.contifico.com/sistema/api/v1", 200)


def test_what_staff_edit_stays_until_the_variable_itself_changes(entorno):
    aplicar()
    cuenta = Cuenta.objects.get()
    cuenta.nombre, cuenta.registros_por_pagina, cuenta.api_key = "Comercial Andes", 50, "otra-clave"
    cuenta.save()
    assert aplicar().variables == ()
    entorno.CONTIFICO_PAGE_SIZE = 300
    done = aplicar()
    cuenta.refresh_from_db()
    assert (done.creada, done.variables) == (False, ("CONTIFICO_PAGE_SIZE",))
    assert (cuenta.nombre, cuenta.registros_por_pagina, cuenta.api_key) == ("Comercial Andes", 300, "otra-clave")


def test_a_variable_that_is_taken_away_changes_nothing(entorno):
    aplicar()
    entorno.CONTIFICO_API_TOKEN, entorno.CONTIFICO_PAGE_SIZE = "", None
    assert aplicar().variables == ()
    assert (Cuenta.objects.get().api_token, Cuenta.objects.get().registros_por_pagina) == (TOKEN, 500)


def test_an_account_made_by_hand_is_left_alone(entorno, cuenta):
    Cuenta.objects.create(nombre="Contífico")
    before = list(Cuenta.objects.order_by("pk").values())
    assert aplicar().cuenta.nombre == "Contífico 2"
    assert list(Cuenta.objects.order_by("pk").values())[:2] == before


@pytest.mark.parametrize(("variable", "valor"), [("BASE_URL", "http://api.contifico.com"), ("PAGE_SIZE", 10**6)])
def test_a_value_that_cannot_be_is_refused_whole(entorno, variable, valor):
    name = f"CONTIFICO_{'API_' * (variable == 'BASE_URL')}{variable}"
    setattr(entorno, name, valor)
    with pytest.raises(Rejected, match="entorno_invalido"):
        aplicar()
    assert not Cuenta.objects.exists()


def test_al_migrar_tells_what_it_did_and_no_secret(entorno, caplog):
    caplog.set_level(logging.INFO)
    al_migrar()
    al_migrar(apps=apps)
    assert Cuenta.objects.count() == 1
    assert "Se creó la cuenta «Contífico» con CONTIFICO_API_KEY" in caplog.text
    assert CLAVE not in caplog.text


def test_al_migrar_tells_what_is_wrong_and_goes_on(entorno, caplog):
    entorno.CONTIFICO_API_BASE_URL = "http://api.contifico.com"
    al_migrar()
    assert "entorno_invalido" in caplog.text


def test_al_migrar_does_nothing_where_the_tables_are_not_there(entorno):
    al_migrar(apps=ProjectState().apps)
    assert not Cuenta.objects.exists()


def test_configurar_contifico_says_what_it_did(entorno, capsys):
    call_command("configurar_contifico")
    call_command("configurar_contifico", "--json")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Se creó la cuenta «Contífico»")
    assert json.loads(second) == {"cuenta": "Contífico", "creada": False, "variables": []}


def test_configurar_contifico_without_a_key_ends_badly(settings, db):
    with pytest.raises(CommandError, match="CONTIFICO_API_KEY"):
        call_command("configurar_contifico")
