import pytest

from inventory.splitting import separar
from inventory.statements import componer, leer
from servers.firebird.sql import comprobar_25

SQL = """SELECT
  K.A AS A,
  K.A || K.B AS B,
  M.NOMBRE AS NOMBRE,
  CAST(NULL AS VARCHAR(1)) AS NADA,
  G.NOMBRE AS GRUPO
FROM K_TABLA K
JOIN D_TABLA D ON D.K = K.ID
LEFT JOIN M_TABLA M ON M.ID = D.M
LEFT JOIN G_TABLA G ON G.ID = M.G
WHERE K.A >= ? AND K.A < ?
  AND D.X IS NULL"""
CATALOGO = {
    "KARDEX": "KARDEXID CODCOMP CODPREFIJO NUMERO FECHA HORA FECASENTAD FECANULADO CLIENTE SUCID MONEDA",
    "DEKARDEX": "DEKARDEXID KARDEXID MATID BODID PRIORIDAD CANMAT PRECIOBASE REMTOTFAC",
    "TRASLA": "TRASLAID CODPREFIJO NUMERO FECHA FECASENTAD BODINI BODFIN SUCID",
    "DETRASLA": "DETRASLAID TRASLAID MATID CANTIDAD",
    "MATERIAL": "MATID CODIGO DESCRIP UNIDAD GRUPMATID",
    "GRUPMAT": "GRUPMATID DESCRIP",
    "BODEGA": "BODID CODIGO NOMBRE",
    "TERCEROS": "TERID NIT NOMBRE CIUDANEID",
    "CIUDANE": "CIUDANEID CODIGO NOMBRE",
    "SUCURSAL": "SUCID NOMSUC",
}


def catalogo(*sin):
    return {table: frozenset(columns.split()) for table, columns in CATALOGO.items() if table not in sin}


def test_separar_reads_lines_with_keys_and_names_by_themselves():
    separada = separar(SQL)
    assert separada.columnas == ("A", "B", "NOMBRE", "NADA", "GRUPO")
    assert separada.lineas == (
        "SELECT\n  K.A AS A,\n  K.A || K.B AS B,\n  CAST(NULL AS VARCHAR(1)) AS NADA,\n  D.M AS LLAVE_M\n"
        "FROM K_TABLA K\nJOIN D_TABLA D ON D.K = K.ID\nWHERE K.A >= ? AND K.A < ?\n  AND D.X IS NULL"
    )
    (maestra,) = separada.maestras
    assert (maestra.nombre, maestra.llave) == ("M_TABLA", "LLAVE_M")
    assert maestra.sql == (
        "SELECT FIRST ?\n  M.ID AS LLAVE,\n  M.NOMBRE AS NOMBRE,\n  G.NOMBRE AS GRUPO\n"
        "FROM M_TABLA M\nLEFT JOIN G_TABLA G ON G.ID = M.G"
    )


@pytest.mark.parametrize(
    "sql",
    [
        SQL.replace("LEFT JOIN", "JOIN"),
        SQL + "\n  AND M.X IS NULL",
        SQL.replace("JOIN D_TABLA D ON D.K = K.ID", "JOIN D_TABLA D ON D.K = M.ID"),
        SQL.replace("K.A || K.B", "M.A || N.B").replace("WHERE", "LEFT JOIN N_TABLA N ON N.ID = D.N\nWHERE"),
    ],
    ids=["none of them", "a condition on one", "a line that hangs on one", "a column of two"],
)
def test_separar_leaves_a_statement_whole_that_is_more_than_names(sql):
    assert separar(sql) is None


@pytest.mark.parametrize("nombre", ["tns_kardex", "tns_traslados"])
def test_separar_takes_all_names_out_of_the_statements_of_tns(nombre):
    sql = componer(leer(nombre), catalogo())
    separada = separar(sql)
    assert "LEFT JOIN" not in separada.lineas
    assert separada.lineas.count("?") == sql.count("?")
    assert {maestra.nombre for maestra in separada.maestras} >= {"MATERIAL", "BODEGA", "SUCURSAL"}
    for pieza in (separada.lineas, *(maestra.sql for maestra in separada.maestras)):
        comprobar_25(pieza)


def test_separar_knows_no_table_that_the_database_lacks():
    separada = separar(componer(leer("tns_kardex"), catalogo("TERCEROS", "GRUPMAT")))
    assert [maestra.nombre for maestra in separada.maestras] == ["MATERIAL", "BODEGA", "SUCURSAL"]
    assert "CAST(NULL AS VARCHAR(1)) AS CIUDAD" in separada.lineas
    assert "CAST(NULL AS VARCHAR(1)) AS ARTICULO_GRUPO" in separada.lineas


def test_separar_joins_tables_to_the_lines_again():
    separada = separar(componer(leer("tns_kardex"), catalogo()))
    terceros = next(maestra for maestra in separada.maestras if maestra.nombre == "TERCEROS")
    otra = separada.con(terceros)
    assert [maestra.nombre for maestra in otra.maestras] == ["MATERIAL", "BODEGA", "CIUDANE", "SUCURSAL"]
    assert "LEFT JOIN TERCEROS T ON T.TERID = K.CLIENTE" in otra.lineas
    assert "T.CIUDANEID AS LLAVE_C" in otra.lineas
    assert (otra.columnas, otra.entera) == (separada.columnas, separada.entera)


def test_separar_gives_nothing_where_all_tables_are_joined():
    separada = separar(SQL)
    while separada:
        ultima, separada = separada, separada.con(separada.maestras[0])
    assert ultima.maestras[0].nombre == "G_TABLA"
