"""A kept connection is used again without asking the server, and replaced where the server ended it."""

import pytest
from django.db import connection
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
