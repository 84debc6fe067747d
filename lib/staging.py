"""Where the rows of a load wait for their merge: filled slowly while the source is read, without any lock.

PostgreSQL: a file in COPY's text format, loaded into a temporary table of the merging transaction. The connection holds
nothing meanwhile, so a transaction pooler may stand between. SQLite: a temporary table, filled in transactions that
never take the lock of the main database.
"""

import re
import tempfile
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import SEEK_END
from typing import Any, Protocol

from django.db import DatabaseError, models
from django.db.backends.base.base import BaseDatabaseWrapper

EN_MEMORIA = 8 * 2**20  # bytes before a file of rows goes to disk
TROZO = 2**18
ESPECIALES = re.compile(r"[\\\t\n\r]")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Espera(Protocol):
    """A place for rows; `tabla` is its quoted name within the transaction that called `cargar`."""

    tabla: str

    def agregar(self, columnas: Sequence[Sequence[Any]]) -> None: ...

    def cargar(self, clave: Sequence[str]) -> None:
        """Make `tabla` readable within the present transaction, ready to be joined by `clave`."""
        ...

    def cerrar(self) -> None: ...


def abrir(connection: BaseDatabaseWrapper, modelo: type[models.Model], columnas: Sequence[str]) -> Espera:
    """The waiting place that the database calls for; `columnas` are database columns of `modelo`."""
    return ESPERAS[connection.vendor](connection, modelo._meta.db_table, columnas)


def _lista(connection: BaseDatabaseWrapper, columnas: Sequence[str]) -> str:
    return ", ".join(map(connection.ops.quote_name, columnas))


class TablaTemporal:
    """SQLite: a temporary table of the connection, with the affinities of the target's columns."""

    def __init__(self, connection: BaseDatabaseWrapper, destino: str, columnas: Sequence[str]) -> None:
        self.connection = connection
        self.nombre = f"lote_{uuid.uuid4().hex[:12]}"
        self.tabla = f'temp."{self.nombre}"'
        listed, target = _lista(connection, columnas), connection.ops.quote_name(destino)
        self._ejecutar(f"CREATE TEMP TABLE {self.nombre} AS SELECT {listed} FROM {target} WHERE 0")  # noqa: S608
        self.insercion = f"INSERT INTO {self.tabla} VALUES ({', '.join(['%s'] * len(columnas))})"  # noqa: S608

    def agregar(self, columnas: Sequence[Sequence[Any]]) -> None:
        # SAVEPOINT opens a deferred transaction where none is open: Django's atomic() would take the writer's lock.
        with self.connection.cursor() as cursor:
            cursor.execute("SAVEPOINT lote")
            try:
                cursor.executemany(self.insercion, list(zip(*columnas, strict=True)))
            except DatabaseError:
                cursor.execute("ROLLBACK TO lote")
                raise
            finally:
                cursor.execute("RELEASE lote")

    def cargar(self, clave: Sequence[str]) -> None:
        listed = _lista(self.connection, clave)
        self._ejecutar(f'CREATE INDEX IF NOT EXISTS temp."{self.nombre}_clave" ON {self.nombre} ({listed})')

    def cerrar(self) -> None:
        if not self.connection.needs_rollback:
            self._ejecutar(f"DROP TABLE IF EXISTS {self.tabla}")

    def _ejecutar(self, sql: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)


class Archivo:
    """PostgreSQL: a local file of COPY lines that becomes a temporary table when the merge begins."""

    def __init__(self, connection: BaseDatabaseWrapper, destino: str, columnas: Sequence[str]) -> None:
        self.connection = connection
        self.destino = connection.ops.quote_name(destino)
        self.columnas = _lista(connection, columnas)
        self.nombre = f"lote_{uuid.uuid4().hex[:12]}"
        self.tabla = self.nombre
        self.archivo = tempfile.SpooledTemporaryFile(max_size=EN_MEMORIA)  # noqa: SIM115 -- closed by cerrar

    def agregar(self, columnas: Sequence[Sequence[Any]]) -> None:
        lines = zip(*map(_textos, columnas), strict=True)
        self.archivo.write("".join(["\t".join(line) + "\n" for line in lines]).encode())

    def cargar(self, clave: Sequence[str]) -> None:
        # Named by what it holds: rows that were added since, or a rollback, ask for another table.
        self.tabla = f"{self.nombre}_{self.archivo.seek(0, SEEK_END)}"
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"pg_temp.{self.tabla}"])
            if cursor.fetchone()[0]:
                return
            like = f"SELECT {self.columnas} FROM {self.destino}"  # noqa: S608
            cursor.execute(f"CREATE TEMP TABLE {self.tabla} ON COMMIT DROP AS {like} WITH NO DATA")
            self._copiar(cursor)
            # The target's statistics may be stale; with this index even the worst join order looks keys up.
            cursor.execute(f"CREATE INDEX ON {self.tabla} ({_lista(self.connection, clave)})")
            cursor.execute(f"ANALYZE {self.tabla}")

    def _copiar(self, cursor: Any) -> None:
        self.archivo.seek(0)
        with self.connection.wrap_database_errors, cursor.copy(f"COPY {self.tabla} FROM STDIN") as copy:
            while chunk := self.archivo.read(TROZO):
                copy.write(chunk)

    def cerrar(self) -> None:
        self.archivo.close()
        if self.connection.in_atomic_block and not self.connection.needs_rollback:
            with self.connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{self.tabla}")


def _textos(valores: Sequence[Any]) -> list[str]:
    """A column in COPY's text format."""
    tipo = next((type(value) for value in valores if value is not None), str)
    if tipo is str:
        if not ESPECIALES.search("".join(filter(None, valores))):
            return [r"\N" if value is None else value for value in valores]
        return [r"\N" if value is None else value.translate(ESCAPES) for value in valores]
    escribir = next((make for kind, make in ESCRITURAS if issubclass(tipo, kind)), None)
    if escribir is None:
        raise TypeError(f"no text form for {tipo.__name__}")
    return [r"\N" if value is None else escribir(value) for value in valores]


ESCRITURAS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: "t" if value else "f"),
    (int, int.__repr__),  # psycopg's Int4 and its like print themselves otherwise
    ((Decimal, uuid.UUID), str),
    ((date, datetime, time), lambda value: value.isoformat()),
    (object, lambda value: value.dumps(value.obj).translate(ESCAPES)),  # psycopg's Jsonb
)
ESPERAS: dict[str, type[TablaTemporal | Archivo]] = {"sqlite": TablaTemporal, "postgresql": Archivo}
