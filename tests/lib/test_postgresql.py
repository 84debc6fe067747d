"""A kept connection is used again without asking the server, and replaced where the server ended it."""

from decimal import Decimal

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

pytestmark = [
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the backend is PostgreSQL's"),
    pytest.mark.django_db(transaction=True),
]


def pid():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.fixture
def guardada():
    """The connection as it is at the start of a request: kept from another one, its health not yet known."""
    before = connection.health_check_enabled, connection.health_check_done
    pid()
    connection.health_check_enabled, connection.health_check_done = True, False
    yield
    connection.health_check_enabled, connection.health_check_done = before


def test_sound_connection_is_kept_without_a_query(guardada):
    antes = connection.connection
    with CaptureQueriesContext(connection) as consultas:
        pid()
    assert len(consultas) == 1
    assert connection.connection is antes


def test_connection_that_the_server_ended_is_replaced(guardada):
    viejo = connection.connection.info.backend_pid
    otra = connection.copy()
    with otra.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [viejo])
    otra.close()
    assert pid() != viejo


def test_connection_that_was_closed_here_is_not_usable(guardada):
    connection.connection.close()
    assert not connection.is_usable()
    connection.close()
    assert pid()


def preparadas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [texto for (texto,) in cursor.fetchall()]


def test_lector_prepares_its_statements_and_no_other_cursor_does():
    connection.close()
    for number in range(20):
        with connection.lector(preparado=True) as cursor:
            cursor.execute("SELECT %s::int, now()", [number])
            uno, ahora = cursor.fetchone()
            assert (uno, ahora.utcoffset().total_seconds()) == (number, 0)
        pid()
    assert preparadas() == ["SELECT $1::int, now()"]
    assert connection.connection.prepare_threshold is None


def test_lector_that_does_not_prepare_is_planned_for_its_values():
    connection.close()
    with connection.lector(preparado=False) as cursor:
        cursor.execute("SELECT %s::int", [1])
        assert cursor.fetchone() == (1,)
    assert preparadas() == []


def test_lector_gives_decimals_as_their_text_where_asked_and_nowhere_else():
    for preparado in (True, False):
        with connection.lector(preparado=preparado, decimales_en_texto=True) as cursor:
            cursor.execute("SELECT 1.50::numeric(18, 4)")
            assert cursor.fetchone() == ("1.5000",)
        with connection.lector(preparado=preparado) as cursor:
            cursor.execute("SELECT 1.50::numeric(18, 4)")
            assert cursor.fetchone() == (Decimal("1.5000"),)


def test_prepared_statement_keeps_one_plan_whatever_its_values():
    connection.close()
    for number in range(8):
        with connection.lector(preparado=True) as cursor:
            cursor.execute("SELECT %s::int", [number])
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements")
        assert cursor.fetchall() == [(8, 0)]


def test_lector_that_fails_leaves_nothing_on():
    with pytest.raises(DataError), connection.lector(preparado=True) as cursor:
        cursor.execute("SELECT 1 / %s::int", [0])
    assert connection.connection.prepare_threshold is None


def test_lector_reads_on_after_a_migration_changed_a_column():
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE cambiante (texto varchar(3))")
    for tipo in ("varchar(3)", "varchar(9)", "text"):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE cambiante ALTER texto TYPE {tipo}")
        for _ in range(2):
            with connection.lector(preparado=True) as cursor:
                cursor.execute("SELECT texto FROM cambiante WHERE texto <> %s", ["x"])
                assert cursor.fetchall() == []
    connection.close()


def test_dates_become_texts_as_iso_writes_them_whatever_the_database_prefers():
    base = connection.ops.quote_name(connection.settings_dict["NAME"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {base} SET datestyle = 'SQL, DMY'")
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT concat_ws(' ', DATE '2026-03-01')")
            assert cursor.fetchone() == ("2026-03-01",)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {base} RESET datestyle")
        connection.close()
