from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from inventory.contifico.models import Cuenta
from inventory.contifico.resources import POR_NOMBRE, RECURSOS
from lib.errors import Fatal, Missing
from tests.inventory.contifico.conftest import CLAVE, TOKEN


def test_secrets_are_stored_as_tokens(cuenta):
    assert CLAVE not in str(Cuenta.objects.values().get())
    assert TOKEN not in str(Cuenta.objects.values().get())
    assert (Cuenta.objects.get().api_key, Cuenta.objects.get().api_token) == (CLAVE, TOKEN)


def test_secrets_show_in_no_repr(cuenta):
    assert CLAVE not in f"{cuenta} {cuenta!r} {vars(cuenta)}"


def test_a_secret_of_an_unknown_key_is_a_clear_error(cuenta, settings):
    settings.CLAVES_CIFRADO = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    with pytest.raises(Fatal, match="clave_de_cifrado"):
        _ = cuenta.api_key


def test_rotar_claves_reaches_key_and_token(cuenta, settings):
    before = Cuenta.objects.values("api_key_cifrada", "api_token_cifrado").get()
    nueva = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    settings.CLAVES_CIFRADO = [nueva, *settings.CLAVES_CIFRADO]
    call_command("rotar_claves")
    settings.CLAVES_CIFRADO = [nueva]
    after = Cuenta.objects.values("api_key_cifrada", "api_token_cifrado").get()
    assert not set(before.values()) & set(after.values())
    assert (Cuenta.objects.get().api_key, Cuenta.objects.get().api_token) == (CLAVE, TOKEN)


def test_clean_writes_address_pairs_and_ruc_in_one_way(cuenta):
    cuenta.url_base = " https://api.contifico.com/sistema/api/v1/ "
    cuenta.ruc, cuenta.pares_de_compras = "1712345675 001", "fac pro"
    cuenta.full_clean()
    assert cuenta.url_base == "https://api.contifico.com/sistema/api/v1"
    assert (cuenta.ruc, cuenta.pares_de_compras) == ("1712345675001", "FAC PRO")


def test_clean_takes_a_ruc_that_does_not_pass(cuenta):
    cuenta.ruc = "1799999999001"
    cuenta.full_clean()


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("url_base", "http://api.contifico.com/sistema/api/v1"),
        ("url_base", "https://u:p@api.contifico.com"),
        ("pares_de_compras", "FAC"),
        ("pares_de_ventas", ""),
        ("zona_horaria", "Quito"),
        ("registros_por_pagina", 0),
        ("peticiones_por_segundo", 0),
        ("recursos_apagados", ["productos"]),
        ("recursos_apagados", "products"),
        ("recursos_apagados", [1]),
    ],
)
def test_clean_refuses(cuenta, campo, valor):
    setattr(cuenta, campo, valor)
    with pytest.raises(ValidationError) as caught:
        cuenta.full_clean()
    assert list(caught.value.message_dict) == [campo]


def test_recursos_are_those_that_are_not_switched_off(cuenta):
    assert cuenta.recursos == RECURSOS
    cuenta.recursos_apagados = ["brands", "journal_entries"]
    cuenta.full_clean()
    assert {one.nombre for one in cuenta.recursos} == POR_NOMBRE.keys() - {"brands", "journal_entries"}


def test_recursos_ask_for_the_pairs_of_the_account(cuenta):
    cuenta.pares_de_compras = "NCT PRO"
    found = {one.nombre: one.consultas for one in cuenta.recursos}
    assert found["purchases"] == ({"tipo_registro": "PRO", "tipo": "NCT"},)
    assert found["sales"] == ({"tipo_registro": "CLI", "tipo": "FAC"},)
    assert found["products"] == ({},)


@pytest.mark.parametrize(
    ("hoy", "desde"),
    [
        (date(2026, 11, 20), date(2026, 10, 1)),
        (date(2026, 12, 31), date(2026, 11, 1)),
        (date(2026, 3, 31), date(2026, 2, 1)),
        (date(2026, 3, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2025, 12, 1)),
    ],
)
def test_releer_desde_covers_this_month_and_the_last(cuenta, hoy, desde):
    assert cuenta.releer_desde(hoy) == desde


def test_buscar_finds_by_name_by_id_and_the_first(cuenta):
    other = Cuenta.objects.create(nombre="Ándale")
    assert Cuenta.objects.buscar() == cuenta
    assert Cuenta.objects.buscar("Ándale") == other
    assert Cuenta.objects.buscar(str(other.pk)) == other
    with pytest.raises(Missing, match="cuenta_desconocida"):
        Cuenta.objects.buscar("otra")


def test_buscar_without_any_account_says_how_to_make_one(db):
    with pytest.raises(Missing, match="CONTIFICO_API_KEY"):
        Cuenta.objects.buscar()
