import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Fatal
from servers.sqlserver import tsql


@pytest.mark.parametrize(
    ("sql", "marked"),
    [
        ("SELECT 1", "SELECT 1"),
        ("  select A from T where F >= ? and F < ? ;", "select A from T where F >= %s and F < %s"),
        ("WITH X AS (SELECT 1 A) SELECT A FROM X WHERE B = ? OR C = ?", None),
        ("SELECT '?', [?], \"?\", 'it''s ?' FROM T WHERE A = ? AND B = ?", None),
        ("SELECT A -- ¿?\n FROM T /* ? */ WHERE A = ? AND B = ?", "SELECT A  \n FROM T   WHERE A = %s AND B = %s"),
        ("SELECT A FROM T WHERE N LIKE '10%' AND A = ? AND B = ?", None),
        ("SELECT 'DROP TABLE X', [UPDATE] FROM T", None),
        ("SELECT CASE WHEN A=1 THEN 2 END, IIF(A>0, 1, 0), DATEADD(day, 1, F) FROM T ORDER BY A OFFSET 0 ROWS", None),
    ],
)
def test_preparar_takes_one_select(sql, marked):
    prepared = tsql.preparar(sql, 2 if marked is None and "= ?" in sql else (marked or "").count("%s"))
    if marked is not None:
        assert prepared == marked
    assert "?" not in prepared or "'?" in prepared


def test_preparar_keeps_percent_signs_for_the_driver():
    assert tsql.preparar("SELECT A % 2 FROM T WHERE N LIKE '1%'", 0) % () == "SELECT A % 2 FROM T WHERE N LIKE '1%'"


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "   ",
        "-- SELECT",
        "UPDATE T SET A = 1",
        "EXEC sp_who",
        "sp_who",
        "SELECT 1; SELECT 2",
        "SELECT 1 DELETE FROM T",
        "SELECT 1 COMMIT DELETE FROM T",
        "SELECT * INTO COPIA FROM T",
        "SELECT 1 WAITFOR DELAY '01:00'",
        "SELECT * FROM OPENROWSET('SQLNCLI', 'x', 'y')",
        "SELECT 1 /* a /* b */ DELETE FROM T */",
        "SELECT 'sin cerrar",
        "SELECT [sin cerrar",
        'SELECT "sin cerrar',
        "SELECT A FROM T WHERE A = ?",
        "SELECT 1\0",
    ],
)
def test_preparar_refuses_all_else(sql):
    with pytest.raises(Fatal) as caught:
        tsql.preparar(sql, 0)
    assert caught.value.codigo == "sql_invalido"
    assert caught.value.remedio


@given(st.text(alphabet="SELECT ?%'\"[]-/*;\n1ñ", max_size=60), st.integers(0, 3))
def test_preparar_never_breaks_and_marks_exactly(sql, parametros):
    try:
        prepared = tsql.preparar(f"SELECT {sql}", parametros)
    except Fatal:
        return
    assert (prepared % tuple(["@P"] * parametros)).count("@P") == parametros


@pytest.mark.parametrize("nombre", ["ADMIN", "Datos TNS 2024", "tns_2024-v.1", "Contabilidad ñ"])
def test_validar_base_takes_plain_names(nombre):
    assert tsql.validar_base(f" {nombre} ") == nombre


@pytest.mark.parametrize("nombre", ["", "..", "a;b", "a'b", "a]b", r"C:\x", "a\nb", "x" * 129, "a\0"])
def test_validar_base_refuses_all_else(nombre):
    with pytest.raises(Fatal) as caught:
        tsql.validar_base(nombre)
    assert caught.value.codigo == "ruta_invalida"
