import pytest

from companies.models import PerfilConsulta
from inventory import profiles
from lib.errors import Fatal, Rejected
from servers.models import TipoServidor

TNS = {
    "KARDEX": frozenset({"KARDEXID", "CODCOMP", "NUMERO", "FECHA", "FECASENTAD", "FECANULADO"}),
    "DEKARDEX": frozenset({"DEKARDEXID", "KARDEXID", "MATID", "CANMAT"}),
    "MATERIAL": frozenset({"MATID", "CODIGO"}),
}
TRASLADOS = {
    "TRASLA": frozenset({"TRASLAID", "NUMERO", "FECHA", "FECASENTAD", "BODINI", "BODFIN"}),
    "DETRASLA": frozenset({"DETRASLAID", "TRASLAID", "MATID", "CANTIDAD"}),
}
VISTA = {"MOVIMIENTOS": frozenset({"CODIGO", "NOMBRE", "CANTIDAD", "PRECIO_UNITARIO", "FECHA", "TIPO_DOCUMENTO"})}
PROPIA = "SELECT 'FV' AS TIPO_DOCUMENTO, F AS FECHA FROM V WHERE F >= ? AND F < ?"


def test_elegir_takes_tns_where_kardex_is_there(empresa):
    perfil = profiles.elegir(empresa, TNS | VISTA | TRASLADOS)
    assert perfil.nombre == "tns"
    assert len(perfil.movimientos) == len(perfil.resumen) == len(perfil.meses) == 2
    assert all(sql.count("?") == 2 for sql in perfil.movimientos + perfil.resumen)
    assert not any("?" in sql for sql in perfil.meses)


def test_elegir_says_that_there_are_no_transfers(empresa):
    perfil = profiles.elegir(empresa, TNS)
    assert len(perfil.movimientos) == 1
    assert "TRASLA" in perfil.avisos[0]


def test_elegir_takes_the_view_where_there_is_no_kardex(empresa):
    perfil = profiles.elegir(empresa, VISTA)
    assert perfil.nombre == "movimientos"
    assert "M.CODIGO AS ARTICULO_CODIGO" in perfil.movimientos[0]
    assert "GROUP BY EXTRACT(YEAR FROM Q.FECHA)" in perfil.resumen[0]


def test_elegir_refuses_a_database_with_neither(empresa):
    with pytest.raises(Fatal) as error:
        profiles.elegir(empresa, {"CLIENTES": frozenset({"ID"})})
    assert error.value.codigo == "sin_tablas_de_movimientos"


def test_elegir_refuses_a_view_without_an_obligatory_column(empresa):
    empresa.perfil_consulta = PerfilConsulta.MOVIMIENTOS
    with pytest.raises(Fatal) as error:
        profiles.elegir(empresa, {"MOVIMIENTOS": VISTA["MOVIMIENTOS"] - {"CANTIDAD", "FECHA"}})
    assert error.value.codigo == "columnas_ausentes"
    assert "FECHA, CANTIDAD" in error.value.mensaje


def test_elegir_takes_the_companys_own_select(crear_empresa):
    empresa = crear_empresa(perfil_consulta=PerfilConsulta.SQL, consulta_sql=PROPIA + ";\n")
    perfil = profiles.elegir(empresa, {})
    assert perfil.movimientos == (PROPIA,)
    assert PROPIA in perfil.resumen[0]


@pytest.mark.parametrize("sql", ["", "DELETE FROM V WHERE F >= ? AND F < ?", PROPIA + "; " + PROPIA, "SELECT 1 FROM V"])
def test_elegir_refuses_what_is_not_one_select_with_two_dates(crear_empresa, sql):
    empresa = crear_empresa(perfil_consulta=PerfilConsulta.SQL, consulta_sql=sql)
    with pytest.raises((Rejected, Fatal)):
        profiles.elegir(empresa, {})


def test_elegir_counts_in_transact_sql_on_sql_server(crear_empresa):
    empresa = crear_empresa(perfil_consulta=PerfilConsulta.SQL, consulta_sql=PROPIA)
    empresa.servidor.tipo_servidor = TipoServidor.SQL_SERVER
    assert "GROUP BY YEAR(Q.FECHA), MONTH(Q.FECHA)" in profiles.elegir(empresa, {}).resumen[0]
    for sql in (f"WITH X AS ({PROPIA}) SELECT * FROM X", f"{PROPIA} order\nby 2"):  # T-SQL derives no table from these
        empresa.consulta_sql = sql
        perfil = profiles.elegir(empresa, {})
        assert (perfil.resumen, len(perfil.avisos)) == ((), 1)
