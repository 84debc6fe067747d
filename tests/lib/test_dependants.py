import pytest

from lib.dependants import dependientes
from servers.models import Servidor


@pytest.fixture
def servidor(db):
    return Servidor.objects.create(nombre="BCE", host="127.0.0.1", usuario="SYSDBA", ruta_maestra="ADMIN")


def test_dependientes_counts_by_kind_what_protects_the_row(servidor):
    assert dependientes(servidor) == {}
    for anio in (2024, 2025):
        servidor.empresas.create(codigo="1", nombre="N", nit="1", nit_original="1", nit_base="1", anio_fiscal=anio)
    assert dependientes(servidor) == {"empresas": 2}
