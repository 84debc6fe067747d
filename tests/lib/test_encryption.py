import json

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from lib import encryption
from lib.errors import Fatal
from servers.models import Servidor

VIEJA, NUEVA, AJENA = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def servidores(db, settings):
    """Three servers, two of them with a password under the old key; afterwards the new key comes first."""
    settings.CLAVES_CIFRADO = [VIEJA]
    rows = [
        Servidor.objects.create(nombre=nombre, host="h", usuario="u", ruta_maestra="r", password=password)
        for nombre, password in (("a", "uno"), ("b", "dós"), ("c", ""))
    ]
    settings.CLAVES_CIFRADO = [NUEVA, VIEJA]
    return rows


def tokens():
    return dict(Servidor.objects.values_list("nombre", "password_cifrada"))


def test_decrypt_opens_with_every_key_of_the_ring(settings):
    settings.CLAVES_CIFRADO = [VIEJA]
    token = encryption.encrypt("ñ€")
    settings.CLAVES_CIFRADO = [NUEVA, VIEJA]
    assert encryption.decrypt(token) == "ñ€"


@pytest.mark.parametrize("token", ["no es un token", "gAAAAA", "ñ"])
def test_decrypt_of_a_broken_token_is_a_clear_error(token):
    with pytest.raises(Fatal) as caught:
        encryption.decrypt(token)
    assert caught.value.codigo == "clave_de_cifrado"


def test_rotar_leaves_tokens_that_the_first_key_alone_opens(servidores, settings):
    rotation, *_ = encryption.rotar()
    assert (rotation.columna, rotation.leidas, rotation.cifradas, rotation.al_dia) == ("servidores.password", 2, 2, 0)
    settings.CLAVES_CIFRADO = [NUEVA]
    assert [servidor.password for servidor in Servidor.objects.all()] == ["uno", "dós", ""]


def test_rotar_twice_rewrites_nothing(servidores):
    list(encryption.rotar())
    before = tokens()
    rotation, *_ = encryption.rotar()
    assert (rotation.cifradas, rotation.al_dia) == (0, 2)
    assert tokens() == before


def test_rotar_goes_through_several_batches(servidores, monkeypatch):
    monkeypatch.setattr(encryption, "LOTE", 1)
    rotation, *_ = encryption.rotar()
    assert rotation.cifradas == 2


def test_rotar_keeps_a_password_that_someone_changes_meanwhile(servidores, settings):
    """The token read first is no longer the stored one: the new password must survive, under the first key."""
    rotation = encryption.Rotacion("servidores.password")
    stale = servidores[0].password_cifrada
    settings.CLAVES_CIFRADO = [VIEJA]
    Servidor.objects.filter(pk=servidores[0].pk).update(password_cifrada=encryption.encrypt("nueva"))
    settings.CLAVES_CIFRADO = [NUEVA, VIEJA]
    encryption._rotar_fila(rotation, Servidor, "password_cifrada", servidores[0].pk, stale)
    assert rotation.cifradas == 1
    settings.CLAVES_CIFRADO = [NUEVA]
    assert Servidor.objects.get(nombre="a").password == "nueva"


def test_rotar_claves_reports_and_ends_well(servidores, capsys):
    call_command("rotar_claves")
    assert "servidores.password: 2 leídas, 2 cifradas de nuevo, 0 al día, 0 ilegibles" in capsys.readouterr().out


def test_rotar_claves_fails_where_a_token_opens_with_no_key(servidores, settings, capsys):
    lost = Fernet(AJENA.encode()).encrypt(b"x").decode()
    Servidor.objects.filter(nombre="a").update(password_cifrada=lost)
    with pytest.raises(CommandError, match="1 secretos"):
        call_command("rotar_claves", "--json")
    columna = json.loads(capsys.readouterr().out)["columnas"][0]
    assert columna["ilegibles"] == [str(servidores[0].pk)]
    assert columna["cifradas"] == 1
    assert tokens()["a"] == lost
