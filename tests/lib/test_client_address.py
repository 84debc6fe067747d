import pytest
from django.test import RequestFactory

from lib.client_address import direccion, vecindad


def pedido(remota, anunciada=None):
    extra = {} if anunciada is None else {"HTTP_X_FORWARDED_FOR": anunciada}
    return RequestFactory().get("/", REMOTE_ADDR=remota, **extra)


@pytest.mark.parametrize(
    ("remota", "leida"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", "0.0.0.0"),
        ("cualquier cosa", "0.0.0.0"),
    ],
)
def test_direccion_is_the_peers(remota, leida):
    assert direccion(pedido(remota)) == leida


def test_direccion_believes_nobody_without_a_proxy(settings):
    settings.DETRAS_DE_PROXY = False
    assert direccion(pedido("10.0.0.1", "1.2.3.4")) == "10.0.0.1"


@pytest.mark.parametrize(
    ("anunciada", "leida"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("6.6.6.6,::ffff:1.2.3.4 ", "1.2.3.4"),
        ("1.2.3.4, no soy nadie", "127.0.0.1"),
        ("", "127.0.0.1"),
        (None, "127.0.0.1"),
    ],
)
def test_direccion_behind_a_proxy_is_the_one_that_the_proxy_wrote(settings, anunciada, leida):
    settings.DETRAS_DE_PROXY = True
    assert direccion(pedido("127.0.0.1", anunciada)) == leida


def test_vecindad_of_ipv6_is_its_network():
    assert vecindad("10.0.0.1") == "10.0.0.1"
    assert vecindad("2001:db8::1") == vecindad("2001:db8::ffff:1") == "2001:db8::/64"
    assert vecindad("2001:db8:0:1::1") != vecindad("2001:db8::1")
