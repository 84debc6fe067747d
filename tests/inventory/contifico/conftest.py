import pytest

from inventory.contifico.models import Cuenta
from tests.fakes.contifico import FakeContifico, Inquilino

CLAVE = "clave-de-contifico-que-nadie-ve"
TOKEN = "2f1c0000-aaaa-bbbb-cccc-0123456789ab"


@pytest.fixture
def cuenta(db):
    """An account; its address answers nobody."""
    made = Cuenta(nombre="Comercial Andes", ruc="1712345675001", url_base="http://127.0.0.1:9/sistema/api/v1")
    made.api_key, made.api_token = CLAVE, TOKEN
    made.save()
    return made


@pytest.fixture
def fake():
    """A small Contífico on loopback."""
    with FakeContifico(Inquilino()) as server:
        yield server
