"""Writing what is not worth waiting for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

PACIENCIA_MS = 100


@contextmanager
def sin_esperar() -> Iterator[None]:
    """A transaction that ends with OperationalError where another one has the lock, instead of waiting for it."""
    with _impaciente() if connection.vendor == "sqlite" else _con_limite():
        yield


@contextmanager
def _impaciente() -> Iterator[None]:
    """SQLite has one lock for all, and asks for it when the transaction begins."""
    connection.ensure_connection()
    assert connection.connection is not None
    connection.connection.execute("PRAGMA busy_timeout = 0")
    try:
        with transaction.atomic():
            yield
    finally:
        espera = 1000 * settings.DATABASES["default"]["OPTIONS"]["timeout"]
        connection.connection.execute(f"PRAGMA busy_timeout = {espera}")


@contextmanager
def _con_limite() -> Iterator[None]:
    dentro = connection.in_atomic_block
    with transaction.atomic():
        _limite(f"'{PACIENCIA_MS}ms'")
        yield
    if dentro:
        _limite("DEFAULT")


def _limite(valor: str) -> None:
    assert connection.connection is not None
    with connection.wrap_database_errors:
        connection.connection.execute(f"SET LOCAL lock_timeout = {valor}")
