"""Django's PostgreSQL backend, with a cheaper look at a connection that was kept, and statements that stay prepared."""

import select
from typing import Any

from django.db.backends.postgresql import base, operations
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.string import TextLoader

Cursor: Any = base.Cursor  # django-stubs knows nothing of these
ServerBindingCursor: Any = base.ServerBindingCursor


class Directo(Cursor):  # type: ignore[misc]
    """Instants are read by psycopg's loader, which is C."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)


class Preparado(ServerBindingCursor):  # type: ignore[misc]
    """The same, and the server parses and plans each text once by connection, whatever values come with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        # Off again at once: while it is on, psycopg remembers the last hundred texts of every cursor, values included.
        self.connection.prepare_threshold = 0
        try:
            return super().execute(query, params, **options)
        except FeatureNotSupported:
            # A migration changed the type of a column since: this connection reads it unprepared while it is kept.
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise
            return super().execute(query, params, prepare=False)
        finally:
            self.connection.prepare_threshold = None


class DatabaseOperations(operations.DatabaseOperations):
    """Shows a prepared statement as well where queries are looked at: psycopg keeps no text of it."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        shown = super().last_executed_query(cursor, sql, params)
        return shown if shown is not None else self.compose_sql(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """CONN_HEALTH_CHECKS asks the socket first, and the server only where the socket has something to say.

    A server that restarts or ends the session closes its side, which makes the socket readable; an idle one is silent.
    So a request on a sound connection saves a trip to the server.
    """

    ops_class = DatabaseOperations

    def init_connection_state(self) -> None:
        super().init_connection_state()
        with self.cursor() as cursor:
            # The first for prepared statements: no other has values apart from its text. The second for those that make
            # texts of dates, whatever the database's own way is.
            cursor.execute("SET plan_cache_mode = force_generic_plan; SET datestyle = ISO")

    def lector(self, *, preparado: bool, decimales_en_texto: bool = False) -> Any:
        """A cursor for reading rows, counted and logged as any other; `preparado` for statements that come again."""
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = (Preparado if preparado else Directo)(self.connection)
            if decimales_en_texto:
                cursor.adapters.register_loader("numeric", TextLoader)
            return self._prepare_cursor(cursor)  # type: ignore[attr-defined]

    def is_usable(self) -> bool:
        connection: Any = self.connection
        if connection is None or connection.closed:
            return False
        socket = select.poll()
        socket.register(connection.fileno(), select.POLLIN)
        return not socket.poll(0) or super().is_usable()
