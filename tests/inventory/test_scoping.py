"""Which requests have their companies looked up one by one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.models import UsuarioEmpresa
from inventory.models import MovimientoInventario
from inventory.scoping import POCAS, ramas

RUTA = "/api/movimientos/"
TABLA = f'FROM "{MovimientoInventario._meta.db_table}"'


@pytest.fixture
def limitada(admin, crear_empresa):
    def make(cuantas):
        empresas = [crear_empresa() for _ in range(cuantas)]
        UsuarioEmpresa.objects.bulk_create(UsuarioEmpresa(usuario=admin, empresa=empresa) for empresa in empresas)
        return empresas

    return make


def test_ramas_are_the_companies_of_the_request(rf, admin, limitada):
    empresas = limitada(3)
    request = rf.get(RUTA)
    request.user = admin
    assert sorted(ramas(request).valores) == [empresa.pk for empresa in empresas]


@pytest.mark.parametrize("limite", [0, POCAS + 1])
def test_ramas_are_none_without_limit_and_for_many_companies(rf, admin, limitada, limite):
    limitada(limite)
    request = rf.get(RUTA)
    request.user = admin
    assert ramas(request) is None


def test_a_dozen_companies_without_new_rows_are_not_sought_along_everybody_elses(client, admin, limitada):
    """Their rows lie behind all others, so a walk along the whole list would pass those first."""
    limitada(12)
    client.force_login(admin)
    with CaptureQueriesContext(connection) as consultas:
        assert client.get(RUTA).json()["results"] == []
    leidas = [consulta["sql"] for consulta in consultas if TABLA in consulta["sql"]]
    assert leidas
    assert not [sql for sql in leidas if '"empresa_servidor_id" IN (' in sql and " = " not in sql]
