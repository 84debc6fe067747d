"""Tokens within the JSON of allauth's table of second factors."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from lib import encrypted_json, encryption

VIEJA, NUEVA, AJENA = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def filas(admin, settings):
    settings.CLAVES_CIFRADO = [VIEJA]
    datos = {"totp": {"secret": encryption.encrypt("uno"), "periodo": 7},
             "recovery_codes": {"seed": encryption.encrypt("dos"), "used_mask": 5}}  # fmt: skip
    for tipo, data in datos.items():
        Authenticator.objects.create(user=admin, type=tipo, data=data)
    settings.CLAVES_CIFRADO = [NUEVA, VIEJA]


def test_rotar_leaves_what_the_first_key_alone_opens_and_the_rest_as_it_was(filas, settings):
    (rotation,) = encrypted_json.rotar()
    assert (rotation.columna, rotation.leidas, rotation.cifradas) == ("mfa_authenticator.data", 2, 2)
    settings.CLAVES_CIFRADO = [NUEVA]
    totp, codes = (Authenticator.objects.get(type=tipo).data for tipo in ("totp", "recovery_codes"))
    assert (encryption.decrypt(totp["secret"]), totp["periodo"]) == ("uno", 7)
    assert (encryption.decrypt(codes["seed"]), codes["used_mask"]) == ("dos", 5)


def test_rotar_twice_rewrites_nothing(filas):
    list(encrypted_json.rotar())
    before = list(Authenticator.objects.order_by("pk").values())
    (rotation,) = encrypted_json.rotar()
    assert (rotation.cifradas, rotation.al_dia) == (0, 2)
    assert list(Authenticator.objects.order_by("pk").values()) == before


def test_rotar_claves_covers_them_and_fails_where_one_opens_with_no_key(filas, capsys):
    call_command("rotar_claves")
    assert "mfa_authenticator.data: 2 leídas, 2 cifradas de nuevo" in capsys.readouterr().out
    Authenticator.objects.update(data={"secret": Fernet(AJENA.encode()).encrypt(b"x").decode()})
    with pytest.raises(CommandError, match="2 secretos"):
        call_command("rotar_claves")
