"""Where the rows of a load wait for their merge: filled slowly while the source is read, without any lock.

SQLite: a temporary table, filled in transactions that never take the lock of the main database. PostgreSQL:
`lib.staging_postgresql`. MariaDB: `lib.staging_mysql`.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django.db import DatabaseError, models
from django.db.backends.base.base import BaseDatabaseWrapper

from lib.columns import Columna

if TYPE_CHECKING:  # numpy is loaded by those who have arrays
    from lib.arrays import Columna as Arreglo


class Espera(Protocol):
    """A place for rows; `tabla` is its quoted name within the transaction that called `cargar`."""

    tabla: str

    def agregar(self, columnas: Sequence[Sequence[Any]]) -> None:
        """Rows by the column, prepared by `lib.columns`."""
        ...

    def agregar_arreglos(self, columnas: "Sequence[Arreglo]", filas: int) -> None:
        """The same as arrays, prepared by `lib.array_columns`."""
        ...

    def cargar(self, clave: Sequence[str]) -> None:
        """Make `tabla` readable within the present transaction, ready to be joined by `clave`."""
        ...

    def volcar(self) -> None:
        """Put all rows straight into the target, within the present transaction."""
        ...

    def cerrar(self) -> None: ...


def abrir(connection: BaseDatabaseWrapper, modelo: type[models.Model], columnas: Sequence[Columna]) -> Espera:
    """The waiting place that the database calls for."""
    if connection.vendor == "postgresql":
        from lib.staging_postgresql import Archivo

        return Archivo(connection, modelo._meta.db_table, columnas)
    if connection.vendor == "mysql":
        from lib.staging_mysql import Sentencias

        return Sentencias(connection, modelo, columnas)
    return TablaTemporal(connection, modelo._meta.db_table, columnas)


def lista(connection: BaseDatabaseWrapper, columnas: Iterable[str | None]) -> str:
    return ", ".join(connection.ops.quote_name(str(columna)) for columna in columnas)


class TablaTemporal:
    """SQLite: a temporary table of the connection, with the affinities of the target's columns."""

    def __init__(self, connection: BaseDatabaseWrapper, destino: str, columnas: Sequence[Columna]) -> None:
        self.connection = connection
        self.columnas = columnas
        self.destino = connection.ops.quote_name(destino)
        self.lista = lista(connection, [columna.campo.column for columna in columnas])
        self.nombre = f"lote_{uuid.uuid4().hex[:12]}"
        self.tabla = f'temp."{self.nombre}"'
        self._ejecutar(f"CREATE TEMP TABLE {self.nombre} AS SELECT {self.lista} FROM {self.destino} WHERE 0")  # noqa: S608
        self.insercion = f"INSERT INTO {self.tabla} VALUES ({', '.join('?' * len(columnas))})"  # noqa: S608

    def agregar(self, columnas: Sequence[Sequence[Any]]) -> None:
        # SAVEPOINT opens a deferred transaction where none is open: Django's atomic() would take the writer's lock.
        with self.connection.cursor() as cursor:
            cursor.execute("SAVEPOINT lote")
            try:
                self._insertar(columnas)
            except DatabaseError:
                cursor.execute("ROLLBACK TO lote")
                raise
            finally:
                cursor.execute("RELEASE lote")

    def _insertar(self, columnas: Sequence[Sequence[Any]]) -> None:
        # By the driver itself, which takes one row after the other: Django's cursor would keep them all.
        with self.connection.wrap_database_errors:
            self.connection.connection.executemany(self.insercion, zip(*columnas, strict=True))

    def agregar_arreglos(self, columnas: "Sequence[Arreglo]", filas: int) -> None:
        self.agregar([_escritos(*pair, filas) for pair in zip(self.columnas, columnas, strict=True)])

    def cargar(self, clave: Sequence[str]) -> None:
        listed = lista(self.connection, clave)
        self._ejecutar(f'CREATE INDEX IF NOT EXISTS temp."{self.nombre}_clave" ON {self.nombre} ({listed})')

    def volcar(self) -> None:
        self._ejecutar(f"INSERT INTO {self.destino} ({self.lista}) SELECT * FROM {self.tabla}")  # noqa: S608

    def cerrar(self) -> None:
        if not self.connection.needs_rollback:
            self._ejecutar(f"DROP TABLE IF EXISTS {self.tabla}")

    def _ejecutar(self, sql: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)


def _escritos(columna: Columna, arreglo: "Arreglo", filas: int) -> Sequence[Any]:
    """An array as SQLite takes it."""
    from lib.array_values import en_textos, primera_si_constante, valores
    from lib.arrays import Decimales

    if filas > 1 and (first := primera_si_constante(arreglo)):
        return list(_escritos(columna, first, 1)) * filas
    return en_textos(arreglo) if isinstance(arreglo, Decimales) else columna.escritos(valores(arreglo))
