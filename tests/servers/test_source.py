import re
from importlib import util

import pytest

from config.env import BASE_DIR
from lib.errors import Fatal, Rejected
from servers import source
from servers.models import Servidor, TipoServidor

FIREBIRD = Servidor(tipo_servidor=TipoServidor.FIREBIRD)
SQL_SERVER = Servidor(tipo_servidor=TipoServidor.SQL_SERVER)
VENTANA = "SELECT A, ROW_NUMBER() OVER (ORDER BY A) N FROM T WHERE F >= ? AND F < ?;"


def test_comprobar_consulta_knows_each_servers_dialect():
    assert source.comprobar_consulta(SQL_SERVER, VENTANA) == VENTANA.removesuffix(";")
    with pytest.raises(Rejected):
        source.comprobar_consulta(FIREBIRD, VENTANA)


def test_comprobar_consulta_refuses_what_writes_on_either():
    for servidor in (FIREBIRD, SQL_SERVER):
        with pytest.raises((Fatal, Rejected)):
            source.comprobar_consulta(servidor, "DELETE FROM T WHERE A = ? AND B = ?")


def test_abrir_without_the_sql_server_library_names_the_extra(monkeypatch):
    monkeypatch.setattr(source, "find_spec", lambda name: None)
    with pytest.raises(Fatal) as caught:
        source.abrir(SQL_SERVER, "ADMIN")
    assert caught.value.codigo == "libreria_ausente"
    assert util.find_spec("pytds")


def test_the_sql_server_driver_is_imported_in_one_module():
    rooms = [path.parent for path in BASE_DIR.glob("*/__init__.py")]
    files = [path for room in rooms for path in room.rglob("*.py")]
    importing = re.compile(r"^\s*(from|import) pytds", re.MULTILINE)
    found = [str(path.relative_to(BASE_DIR)) for path in files if importing.search(path.read_text())]
    assert found == ["servers/sqlserver/adapter.py"]
