import pytest

from lib.errors import Rejected
from lib.origins import es_origen, normalizar


@pytest.mark.parametrize(
    ("escrito", "origen"),
    [
        ("https://tienda.example.com", "https://tienda.example.com"),
        (" https://Tienda.Example.com ", "https://tienda.example.com"),
        ("HTTPS://tienda.example.com:443", "https://tienda.example.com"),
        ("http://tienda.example.com:80", "http://tienda.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://peñas.example.com", "https://xn--peas-hqa.example.com"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://[0:0::1]:8001", "http://[::1]:8001"),
    ],
)
def test_normalizar_writes_as_browsers_do(escrito, origen):
    assert normalizar(escrito) == origen
    assert es_origen(origen)


@pytest.mark.parametrize(
    "escrito",
    [
        "", "null", "*", "https://*.example.com", "https://", "tienda.example.com", "//tienda.example.com",
        "ftp://tienda.example.com", "https://tienda.example.com/", "https://tienda.example.com/ruta", "https://tienda.example.com?a=1",
        "https://tienda.example.com?", "https://tienda.example.com#", "https://ana@tienda.example.com",
        "https://@tienda.example.com", "https://tienda.example.com:99999", "https://tienda.example.com:x",
        "https://tienda .example.com", "https://-tienda.example.com", "https://tienda..example.com",
        "https://[1:2", "https://[zz::1]", "javascript:alert(1)", "https://" + "a." * 150 + "com",
        "https://a.example.com,https://b.example.com", "https://a.example.com\nX: 1", "chrome-extension://abcdef",
    ],
)  # fmt: skip
def test_normalizar_refuses_what_is_no_origin(escrito):
    with pytest.raises(Rejected) as caught:
        normalizar(escrito)
    assert caught.value.codigo == "origen_invalido"
    assert not es_origen(escrito)


@pytest.mark.parametrize(
    "escrito", ["https://Tienda.example.com", "https://a.example.com:443", "https://a.example.com/"]
)
def test_es_origen_takes_only_the_written_form_of_browsers(escrito):
    assert not es_origen(escrito)
