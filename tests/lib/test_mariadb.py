"""The backend's promises, asked of a real server."""

import pytest
from django.db import DataError, OperationalError

from lib.mariadb.collation import COLACION
from tests.mariadb import MARIADB

pytestmark = [MARIADB, pytest.mark.django_db]


@pytest.fixture
def ejecutar(mariadb):
    def run(sql, *params):
        with mariadb.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    return run


def test_the_server_is_one_of_those_supported(mariadb):
    assert mariadb.mysql_is_mariadb
    assert mariadb.mysql_version >= (10, 11)


def test_a_server_gets_no_file_of_the_client(ejecutar, tmp_path):
    secret = tmp_path / "secreto"
    secret.write_text("1\n")
    ejecutar("CREATE TEMPORARY TABLE fuga (n INT)")
    with pytest.raises(OperationalError, match="local infile"):
        ejecutar("LOAD DATA LOCAL INFILE %s INTO TABLE fuga", str(secret))
    assert ejecutar("SELECT * FROM fuga") == ()
    ejecutar("DROP TEMPORARY TABLE fuga")


def test_tables_compare_texts_byte_by_byte_whatever_the_database_says(ejecutar, tabla_mariadb):
    texts = "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_name = 'tests_muestra'"
    assert set(ejecutar(f"{texts} AND data_type IN ('varchar', 'longtext') AND column_name <> 'datos'")) == {
        (COLACION,)
    }
    assert ejecutar("SELECT @@collation_database") == (("utf8mb4_general_ci",),)


@pytest.mark.parametrize(
    ("tipo", "value"), [("INT", 2**40), ("VARCHAR(2)", "abc"), ("DATE", "2026-00-00"), ("INT", "x")]
)
def test_a_value_that_does_not_fit_is_refused_instead_of_bent(ejecutar, tipo, value):
    ejecutar(f"CREATE TEMPORARY TABLE estrecha (v {tipo})")
    try:
        with pytest.raises((DataError, OperationalError)):
            ejecutar("INSERT INTO estrecha VALUES (%s)", value)
    finally:
        ejecutar("DROP TEMPORARY TABLE estrecha")


def test_texts_of_four_bytes_travel_as_they_are(ejecutar):
    assert ejecutar("SELECT %s, CHAR_LENGTH(%s)", "𝄞😀ñ", "𝄞😀ñ") == (("𝄞😀ñ", 3),)
