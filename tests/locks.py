"""A database that somebody else is writing to."""

import threading

from django.db import connection, transaction

from tests.programs import esperar


class ocupada:  # noqa: N801
    """Another connection holds the locks of a table (of the whole database, on SQLite) meanwhile."""

    def __init__(self, table):
        self.table, self.locked, self.done = table, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._hold)

    def _hold(self):
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute(f"LOCK TABLE {self.table} IN SHARE MODE")
                self.locked.set()
                self.done.wait(30)
        finally:
            connection.close()

    def __enter__(self):
        self.thread.start()
        esperar(self.locked.is_set)
        return self

    def __exit__(self, *args):
        self.done.set()
        self.thread.join()
