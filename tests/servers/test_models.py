import pytest
from django.core.exceptions import ValidationError

from lib.errors import Fatal
from servers.models import Servidor
from tests.servers.conftest import CLAVE


def test_password_is_stored_as_a_token(servidor):
    stored = Servidor.objects.values_list("password_cifrada", flat=True).get()
    assert CLAVE not in stored
    assert Servidor.objects.get().password == CLAVE


def test_password_shows_in_no_repr(servidor):
    assert CLAVE not in f"{servidor} {servidor!r} {vars(servidor)}"


def test_password_of_an_unknown_key_is_a_clear_error(servidor, settings):
    settings.CLAVES_CIFRADO = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    with pytest.raises(Fatal) as caught:
        _ = servidor.password
    assert caught.value.codigo == "clave_de_cifrado"


@pytest.mark.parametrize(("tipo", "puerto"), [("FIREBIRD", 3050), ("SQL_SERVER", 1433)])
def test_puerto_efectivo_follows_the_kind(tipo, puerto):
    assert Servidor(tipo_servidor=tipo).puerto_efectivo == puerto
    assert Servidor(tipo_servidor=tipo, puerto=4000).puerto_efectivo == 4000


@pytest.mark.parametrize("zona", ["Bogota", "America/bogota", "GMT-5 ", "../etc/passwd"])
def test_zona_horaria_refuses_what_is_none(servidor, zona):
    servidor.zona_horaria = zona
    with pytest.raises(ValidationError) as caught:
        servidor.full_clean()
    assert list(caught.value.message_dict) == ["zona_horaria"]
