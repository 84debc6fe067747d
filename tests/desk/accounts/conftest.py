"""People with and without a second factor."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp

CLAVE = "clave-larga-1"
CODIGO = "/cuenta/segundo-factor/codigo/"
ACTIVAR = "/cuenta/segundo-factor/activar/"


def codigo(secreto, adelante=0):
    """The code of now, or of so many periods ahead; the neighbours of now are accepted too."""
    ahora = list(totp.yield_hotp_counters_from_time())[1]
    return totp.format_hotp_value(totp.hotp_value(secreto, ahora + adelante))


def activar(client):
    """Set up a second factor as the page says; its secret."""
    texto = client.get(ACTIVAR).text
    secreto = texto.split('id="clave-totp">')[1].split("<")[0]
    assert "data:image/svg+xml" in texto
    assert client.post(ACTIVAR, {"code": codigo(secreto)}).url == "/cuenta/segundo-factor/respaldo/"
    return secreto


@pytest.fixture
def obligatorio(settings):
    """As outside the embedded shape."""
    settings.SEGUNDO_FACTOR_OBLIGATORIO = True


@pytest.fixture(autouse=True)
def _optativo(settings):
    """As in the embedded shape, whichever the tests run in."""
    settings.SEGUNDO_FACTOR_OBLIGATORIO = False


@pytest.fixture
def ana(django_user_model, db):
    return django_user_model.objects.create_user("ana", "ana@example.com", CLAVE, is_staff=True)


@pytest.fixture
def secreto(ana):
    """Ana's second factor."""
    secreto = totp.generate_totp_secret()
    totp.TOTP.activate(ana, secreto)
    return secreto


@pytest.fixture
def respaldo(ana, secreto):
    """Ana's recovery codes."""
    return RecoveryCodes.activate(ana).get_unused_codes()


@pytest.fixture
def entrar(client):
    """Log in through the page, as a browser does."""

    def entrar(usuario="ana", clave=CLAVE, **campos):
        return client.post("/cuenta/entrar/", {"login": usuario, "password": clave, **campos})

    return entrar
