import pytest

from companies.accepting import exigir_consulta, exigir_ruta
from companies.models import PerfilConsulta
from lib.errors import Rejected
from servers.models import Servidor, TipoServidor

FIREBIRD = Servidor(tipo_servidor=TipoServidor.FIREBIRD)
SQL_SERVER = Servidor(tipo_servidor=TipoServidor.SQL_SERVER)
BUENA = "SELECT * FROM MOVIMIENTOS WHERE FECHA >= ? AND FECHA < ?"


@pytest.mark.parametrize(("servidor", "ruta"), [(FIREBIRD, r"C:\Datos TNS\X.GDB"), (FIREBIRD, "x"), (SQL_SERVER, "X")])
def test_exigir_ruta_takes_what_the_kind_of_server_knows(servidor, ruta):
    assert exigir_ruta(f" {ruta} ", servidor) == ruta


@pytest.mark.parametrize(("servidor", "ruta"), [(FIREBIRD, "evil:/x"), (SQL_SERVER, r"C:\X.GDB"), (SQL_SERVER, "a;b")])
def test_exigir_ruta_rejects_the_rest(servidor, ruta):
    with pytest.raises(Rejected) as caught:
        exigir_ruta(ruta, servidor)
    assert caught.value.codigo == "ruta_invalida"


@pytest.mark.parametrize("servidor", [FIREBIRD, SQL_SERVER])
def test_exigir_consulta_takes_one_select_with_its_dates(servidor):
    exigir_consulta(PerfilConsulta.SQL, BUENA, servidor)
    exigir_consulta(PerfilConsulta.TNS, "", servidor)


@pytest.mark.parametrize("servidor", [FIREBIRD, SQL_SERVER])
@pytest.mark.parametrize("consulta", ["", "  ", "SELECT 1 FROM T", "DELETE FROM T", f"{BUENA}; DROP TABLE T"])
def test_exigir_consulta_rejects_the_rest(servidor, consulta):
    with pytest.raises(Rejected):
        exigir_consulta(PerfilConsulta.SQL, consulta, servidor)
