import json
import socket

import pytest
from django.core.management import CommandError, call_command

from tests.fakes import tds
from tests.servers.conftest import CLAVE

COLUMNAS = {name: tds.nvarchar(80) for name in ("CODIGO", "NOMBRE", "NIT", "ARCHIVO")} | {"ANOFIS": tds.bigint()}


@pytest.fixture
def sql_server(crear_servidor):
    with tds.FakeTDS({"ADMIN": {"EMPRESAS": tds.Tabla(COLUMNAS, [("1", "A", "9", "X", 2024)])}}, clave=CLAVE) as fake:
        yield crear_servidor(
            nombre="Contable", tipo_servidor="SQL_SERVER", host="127.0.0.1", puerto=fake.puerto, usuario="sa",
            ruta_maestra="ADMIN",
        )  # fmt: skip


def test_probar_servidor_tells_each_step(sql_server, capsys):
    call_command("probar_servidor", "Contable")
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in lines[:-1]] == ["OK", "OK", "AVISO", "OK", "OK"]
    assert lines[-1] == "La conexión funciona, con avisos."
    assert "Empresas con NIT: 1" in out
    assert CLAVE not in out


def test_probar_servidor_by_its_number_answers_json(sql_server, capsys):
    call_command("probar_servidor", str(sql_server.pk), "--json")
    assert json.loads(capsys.readouterr().out)["correcto"] is True


def test_probar_servidor_ends_with_1_where_a_step_fails(crear_servidor, capsys):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        puerto = closed.getsockname()[1]
    crear_servidor(host="127.0.0.1", puerto=puerto)
    with pytest.raises(SystemExit) as ended:
        call_command("probar_servidor", "BCE")
    assert ended.value.code == 1
    assert "FALLO    Puerto TCP" in capsys.readouterr().out


@pytest.mark.parametrize("texto", ["Nadie", "999", "٣"])
def test_probar_servidor_of_an_unknown_one_says_so(servidor, texto):
    with pytest.raises(CommandError, match="servidor_desconocido"):
        call_command("probar_servidor", texto)


def test_buscar_prefers_the_name_over_the_number(crear_servidor):
    first = crear_servidor()
    second = crear_servidor(nombre=str(first.pk))
    assert type(first).objects.buscar(str(first.pk)) == second
