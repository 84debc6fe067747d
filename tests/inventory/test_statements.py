from pathlib import Path

import pytest

from inventory import statements
from inventory.statements import componer, leer
from lib.errors import Fatal
from servers.firebird.sql import comprobar_25

TEXTO = """-- A note.
SELECT
  K.A AS A,
  K.B AS B, -- opcional
  T.C AS C -- opcional
FROM K_TABLA K
LEFT JOIN T_TABLA T ON T.ID = K.TID -- opcional
WHERE K.A > 0
  AND K.X IS NULL -- opcional
  AND K.A >= ? AND K.A < ? -- ventana
"""
COMPLETO = {"K_TABLA": frozenset({"A", "B", "TID", "X"}), "T_TABLA": frozenset({"ID", "C"})}
CATALOGO_TNS = {
    "KARDEX": frozenset(["KARDEXID", "CODCOMP", "NUMERO", "FECHA", "FECASENTAD", "FECANULADO", "CLIENTE"]),
    "DEKARDEX": frozenset(["DEKARDEXID", "KARDEXID", "MATID", "BODID", "CANMAT"]),
    "MATERIAL": frozenset(["MATID", "CODIGO"]),
    "BODEGA": frozenset(["BODID", "CODIGO", "NOMBRE"]),
    "TERCEROS": frozenset(["TERID", "NIT", "NOMBRE", "CIUDANEID"]),
    "CIUDANE": frozenset(["CIUDANEID", "CODIGO", "NOMBRE"]),
}


def test_componer_keeps_everything_where_everything_is_there():
    sql = componer(TEXTO, COMPLETO)
    assert sql.splitlines()[0] == "SELECT"
    assert "--" not in sql
    assert "K.X IS NULL" in sql
    assert sql.count("?") == 2


def test_componer_gives_null_for_a_missing_column():
    sql = componer(TEXTO, COMPLETO | {"K_TABLA": frozenset({"A", "TID"})})
    assert "CAST(NULL AS VARCHAR(1)) AS B," in sql
    assert "K.X" not in sql


def test_componer_leaves_the_join_of_a_missing_table_out():
    sql = componer(TEXTO, {"K_TABLA": COMPLETO["K_TABLA"]})
    assert "JOIN" not in sql
    assert "CAST(NULL AS VARCHAR(1)) AS C\n" in sql


def test_componer_leaves_a_join_out_whose_own_column_is_missing():
    sql = componer(TEXTO, COMPLETO | {"T_TABLA": frozenset({"C"})})
    assert "JOIN" not in sql
    assert "CAST(NULL AS VARCHAR(1)) AS C\n" in sql


def test_componer_leaves_the_dates_out_for_all_months():
    assert "?" not in componer(TEXTO, COMPLETO, con_ventana=False)


@pytest.mark.parametrize("catalogo", [{}, {"K_TABLA": frozenset({"B"})}])
def test_componer_refuses_a_database_without_what_it_needs(catalogo):
    with pytest.raises(Fatal) as error:
        componer(TEXTO, catalogo)
    assert error.value.codigo == "esquema_incompleto"
    assert "K_TABLA" in error.value.mensaje
    assert error.value.remedio


@pytest.mark.parametrize("file", sorted(Path(statements.CONSULTAS).glob("*.sql")), ids=lambda file: file.stem)
def test_queries_are_written_for_firebird_25(file):
    comprobar_25(leer(file.stem))


def test_componer_leaves_out_what_hangs_on_a_join_that_is_gone():
    catalogo = {name: columns for name, columns in CATALOGO_TNS.items() if name != "TERCEROS"}
    sql = componer(leer("tns_kardex"), catalogo)
    assert "CIUDANE" not in sql
    assert "CAST(NULL AS VARCHAR(1)) AS CIUDAD," in sql
    assert "LEFT JOIN BODEGA" in sql
