"""Transactions of MariaDB that get in each other's way."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from lib.errors import Retriable

ESPERA_AGOTADA = 1205  # ER_LOCK_WAIT_TIMEOUT: the statement is undone
INTERBLOQUEO = 1213  # ER_LOCK_DEADLOCK: the whole transaction is undone, savepoints included


@contextmanager
def reintentable(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Retriable where MariaDB ends a wait for another transaction; any other error, and other databases', as it is.

    After a deadlock nothing more can be done in the transaction: what came before in it is gone.
    """
    try:
        yield
    except OperationalError as error:
        if connection.vendor != "mysql" or error.args[0] not in (ESPERA_AGOTADA, INTERBLOQUEO):
            raise
        if error.args[0] == INTERBLOQUEO:
            connection.needs_rollback = True
        raise Retriable("base_ocupada", "Otra operación ocupa esas filas.", "Se intenta de nuevo.") from error
