"""What Firebird 2.5 does not know is refused, and nothing of ours says it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.errors import Rejected
from servers.firebird.sql import comprobar_25, comprobar_consulta

RAIZ = Path(__file__).resolve().parents[3]
HABITACIONES = ("servers", "companies", "inventory")

DESCONOCIDO = [
    "SELECT * FROM T OFFSET 10 ROWS",
    "SELECT * FROM T FETCH FIRST 10 ROWS ONLY",
    "SELECT ROW_NUMBER() OVER (ORDER BY A) FROM T",
    "SELECT SUM(A)over(PARTITION BY B) FROM T",
    "SELECT * FROM T WHERE A = true",
    "SELECT * FROM T WHERE A IS UNKNOWN",
    "SELECT COUNT(*) FILTER (WHERE A > 1) FROM T",
    "SELECT * FROM T, LATERAL (SELECT 1 FROM U)",
    "SELECT LOCALTIMESTAMP FROM RDB$DATABASE",
    "SELECT * FROM T WHERE F > CURRENT_DATE",
    "SELECT * FROM T WHERE F > DATE '2024-01-01'",
    "SELECT CAST(A AS NUMERIC(38, 2)) FROM T",
    "SELECT CAST(A AS DECFLOAT) FROM T",
    "SELECT STDDEV_POP(A) FROM T",
    "SELECT * FROM SEC$USERS",
    "SELECT A AT TIME ZONE 'UTC' FROM T",
    "SELECT Q'{a}' FROM T",
    "SELECT ? FROM T",
    f"SELECT {'A' * 32} FROM T",
    f"SELECT * FROM T WHERE A IN ({', '.join('?' * 1500)})",
    "SELECT '" + "x" * 64_000 + "' FROM T",
]
CONOCIDO = [
    "SELECT FIRST 10 SKIP 5 * FROM T ORDER BY 1 NULLS LAST",
    "SELECT * FROM T ROWS ? TO ?",
    "SELECT 'it''s TRUE OVER ( OFFSET 1', \"TRUE\" FROM T -- LATERAL\n/* CURRENT_DATE */",
    "SELECT OFFSET, FETCH, FILTER FROM T",
    "SELECT CAST(A AS NUMERIC(18, 4)), CAST(? AS DATE) FROM T",
    f"SELECT * FROM T WHERE A IN ({', '.join('?' * 1499)})",
    "WITH C AS (SELECT A, LIST(B) L FROM T GROUP BY A) SELECT * FROM C WHERE L CONTAINING ?",
]
DOS_FECHAS = "SELECT A FROM T WHERE F >= ? AND F < ?"


@pytest.mark.parametrize("sql", DESCONOCIDO)
def test_comprobar_25_refuses_what_25_does_not_know(sql):
    with pytest.raises(Rejected) as error:
        comprobar_25(sql)
    assert error.value.codigo == "sql_no_soportado"


@pytest.mark.parametrize("sql", CONOCIDO)
def test_comprobar_25_lets_through_what_25_knows(sql):
    comprobar_25(sql)


@pytest.mark.parametrize("final", ["", ";", " ;\n"])
def test_comprobar_consulta_takes_one_select_with_two_dates(final):
    assert comprobar_consulta(DOS_FECHAS + final) == DOS_FECHAS


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "DELETE FROM T WHERE F >= ? AND F < ?",
        "EXECUTE BLOCK AS BEGIN END",
        "/* SELECT */ UPDATE T SET A = ? WHERE B = ?",
        f"{DOS_FECHAS}; DELETE FROM T",
        "SELECT A FROM T WHERE F >= ?",
        "SELECT A FROM T WHERE F >= ? AND F < ? AND G = ?",
        "SELECT A FROM T WHERE F >= ? AND G = '?'",
        f"{DOS_FECHAS} AND A = 'abierta",
        f"{DOS_FECHAS} /* abierto",
        f"{DOS_FECHAS} WITH LOCK",
        f"{DOS_FECHAS} FOR UPDATE",
    ],
)
def test_comprobar_consulta_refuses_anything_else(sql):
    with pytest.raises(Rejected):
        comprobar_consulta(sql)


def _sql_de_archivos() -> Iterator[tuple[str, str]]:
    for habitacion in HABITACIONES:
        for archivo in sorted((RAIZ / habitacion).rglob("*.sql")):
            yield str(archivo.relative_to(RAIZ)), archivo.read_text()


def _sql_de_modulos() -> Iterator[tuple[str, str]]:
    """Texts that begin like a query, in the modules that do not talk to our own database."""
    for habitacion in HABITACIONES:
        for modulo in sorted((RAIZ / habitacion).rglob("*.py")):
            codigo = modulo.read_text()
            if modulo.parent.name == "sqlserver":
                continue  # another dialect
            if "connection" in codigo and "django.db" in codigo:
                continue
            for nodo in ast.walk(ast.parse(codigo)):
                if isinstance(nodo, ast.Constant) and isinstance(nodo.value, str) and _parece_sql(nodo.value):
                    yield f"{modulo.relative_to(RAIZ)}:{nodo.lineno}", nodo.value


def _parece_sql(texto: str) -> bool:
    palabras = texto.split()
    return len(palabras) > 3 and palabras[0] in {"SELECT", "WITH", "UPDATE", "INSERT", "DELETE"}


NUESTRAS = [*_sql_de_archivos(), *_sql_de_modulos()]


@pytest.mark.parametrize("sql", [s for _, s in NUESTRAS], ids=[d for d, _ in NUESTRAS])
def test_our_own_sql_is_known_to_25(sql):
    comprobar_25(sql)


def test_our_own_sql_is_found():
    assert any(donde.startswith("servers/firebird/reading.py") for donde, _ in NUESTRAS)
