"""Which addresses a host may lead to."""

import socket

import pytest

from lib.errors import Fatal, Retriable
from lib.network import resolver


def _dns(monkeypatch, *addresses):
    """The system's resolver answers with these addresses."""
    answer = [
        (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 3050)) for a in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: answer)


@pytest.mark.parametrize("host", ["8.8.8.8", "10.1.2.3", "192.168.0.7", "172.16.4.4", "100.64.0.1", "fd00::7"])
def test_resolver_gives_public_and_private_addresses(host):
    assert resolver(host, 3050) == host


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
    ],
)
def test_resolver_refuses_this_machine_and_its_link(host):
    with pytest.raises(Fatal) as error:
        resolver(host, 3050)
    assert error.value.codigo == "host_no_permitido"


def test_resolver_opens_a_permitted_network():
    assert resolver("127.0.0.1", 3050, permitidas=["127.0.0.0/8"]) == "127.0.0.1"
    assert resolver("::1", 3050, permitidas=["::1/128"]) == "::1"


def test_resolver_prefers_ipv4(monkeypatch):
    _dns(monkeypatch, "2001:4860:4860::8888", "8.8.8.8")
    assert resolver("fuente.example", 3050) == "8.8.8.8"


def test_resolver_skips_a_refused_address_of_many(monkeypatch):
    _dns(monkeypatch, "127.0.0.1", "10.0.0.5")
    assert resolver("fuente.example", 3050) == "10.0.0.5"


def test_resolver_gives_the_ipv4_inside_a_mapped_one():
    assert resolver("::ffff:10.0.0.5", 3050) == "10.0.0.5"


@pytest.mark.parametrize("host", ["10.1.2.3", "192.168.0.7", "100.64.0.1", "fd00::7", "2002:7f00:1::", "192.0.2.1"])
def test_resolver_for_partners_refuses_private_networks(host):
    with pytest.raises(Fatal) as error:
        resolver(host, 443, privadas=False)
    assert error.value.codigo == "host_no_permitido"


def test_resolver_for_partners_gives_public_addresses():
    assert resolver("8.8.8.8", 443, privadas=False) == "8.8.8.8"


@pytest.mark.parametrize("host", ["no-existe.invalid", "a..b", "x" * 70 + ".example"])
def test_resolver_says_that_a_host_is_unknown(host):
    with pytest.raises(Retriable) as error:
        resolver(host, 3050)
    assert error.value.codigo == "host_desconocido"
