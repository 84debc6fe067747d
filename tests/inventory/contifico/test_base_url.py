import pytest

from inventory.contifico.base_url import DE_CONTIFICO, normalizar
from lib.errors import Rejected

LAZO = ["127.0.0.0/8", "::1/128"]


@pytest.mark.parametrize(
    ("escrita", "normal"),
    [
        (DE_CONTIFICO, DE_CONTIFICO),
        (" https://api.contifico.com/sistema/api/ ", "https://api.contifico.com/sistema/api"),
        ("HTTPS://api.contifico.com/sistema/api/v1//", "https://api.contifico.com/sistema/api/v1"),
        ("http://127.0.0.1:8080/sistema/api/v1", "http://127.0.0.1:8080/sistema/api/v1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_normalizar_takes_addresses_with_and_without_version(escrita, normal):
    assert normalizar(escrita, permitidas=LAZO) == normal


@pytest.mark.parametrize(
    "url", ["http://api.contifico.com", "http://localhost:80", "http://10.0.0.1", "http://128.0.0.1"]
)
def test_http_is_refused_outside_of_the_open_networks(url):
    with pytest.raises(Rejected, match="url_sin_cifrar"):
        normalizar(url, permitidas=LAZO)


@pytest.mark.parametrize(
    "url",
    [
        "", "api.contifico.com", "ftp://x/y", "https://", "https:///x", "https://u:p@x/", "https://x/?a=1", "https://x/#a",
        "https://x:99999/", "https://x:0/", "https://[::1/", "https://x/a b", "https://ñ.com/", "https://x\\@y/",
        "javascript:alert(1)",
    ],
)  # fmt: skip
def test_normalizar_refuses_what_is_no_address(url):
    with pytest.raises(Rejected, match="url_invalida"):
        normalizar(url)
