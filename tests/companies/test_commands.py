import json

import pytest
from django.core.management import call_command

from companies.models import EmpresaServidor

ORTO = ("01", "Ortopedia del Valle", "900.123.456-8", 2025, r"C:\Datos TNS\ORTO2025.GDB")


@pytest.fixture
def orden(capsys):
    """Run a command: its exit status and what it printed."""

    def correr(*args):
        try:
            call_command(*args)
            status = 0
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        return status, out + err

    return correr


@pytest.mark.parametrize("por", ["pk", "nombre"])
def test_descubrir_empresas_finds_the_server_by_id_or_name(crear_maestra, orden, por):
    servidor = crear_maestra(ORTO).servidor
    status, output = orden("descubrir_empresas", "--servidor", str(getattr(servidor, por)), "--json")
    assert status == 0
    assert json.loads(output)["resultado"]["total_empresas"] == 1
    assert EmpresaServidor.objects.get().servidor == servidor


def test_descubrir_empresas_ends_with_3_when_rows_were_rejected(crear_maestra, orden):
    servidor = crear_maestra(("01", "X", "PENDIENTE", 2025, "C:/x.GDB")).servidor
    assert orden("descubrir_empresas", "--servidor", servidor.nombre)[0] == 3


def test_descubrir_empresas_ends_with_1_when_the_server_does_not_answer(crear_servidor, orden):
    status, output = orden("descubrir_empresas", "--servidor", str(crear_servidor(puerto=1, password="x").pk))
    assert status == 1
    assert output


@pytest.mark.parametrize("nombre", ["Nadie", "999999"])
def test_descubrir_empresas_of_an_unknown_server_lists_those_that_are_there(servidor, orden, nombre):
    status, output = orden("descubrir_empresas", "--servidor", nombre)
    assert status == 1
    assert f"{servidor.pk} BCE" in output


def test_mover_empresa_moves_it(crear_maestra, empresa, orden):
    destino = crear_maestra(ORTO, nombre="Nuevo").servidor
    status, output = orden("mover_empresa", "--empresa", str(empresa.pk), "--servidor", "Nuevo", "--json")
    assert status == 0
    assert json.loads(output)["resultado"]["a"] == "Nuevo"
    empresa.refresh_from_db()
    assert empresa.servidor == destino


def test_mover_empresa_of_an_unknown_company_ends_with_1(servidor, orden):
    assert orden("mover_empresa", "--empresa", "999", "--servidor", "BCE")[0] == 1
