"""Where the rows of a load wait on MariaDB: a local file of SQL rows, then a temporary table.

As on PostgreSQL the connection holds nothing while the source is read. The merging transaction loads the file by
INSERTs of many rows: LOAD DATA LOCAL is faster, but a client that allows it gives the server any file it asks for.

CREATE TEMPORARY TABLE ends no transaction, which CREATE INDEX would: the index comes with the table. A rollback empties
the table and leaves it there.
"""

import tempfile
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from io import SEEK_END
from types import NoneType
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from lib.columns import Columna, Valores, con_vacios, por_distintos
from lib.mariadb.collation import exigir_colacion
from lib.mariadb.locks import reintentable
from lib.staging import lista

if TYPE_CHECKING:  # numpy is loaded by those who have arrays
    from lib.arrays import Columna as Arreglo

EN_MEMORIA = 8 * 2**20  # bytes before a file of rows goes to disk
SENTENCIA = 2**18  # bytes of rows in one INSERT; beyond that it becomes no faster


class Sentencias:
    """Rows as SQL writes them, a line each, that go to a temporary InnoDB table or straight to the target."""

    def __init__(
        self, connection: BaseDatabaseWrapper, modelo: type[models.Model], columnas: Sequence[Columna]
    ) -> None:
        _exigir_rigor(connection)
        self.connection = connection
        self.modelo = modelo
        self.campos = columnas
        self.columnas = lista(connection, [columna.campo.column for columna in columnas])
        self.destino = connection.ops.quote_name(modelo._meta.db_table)
        self.tabla = f"lote_{uuid.uuid4().hex[:12]}"
        self.cargados = -1  # bytes of the file that the table holds, unless they were rolled back; -1: no table
        self.archivo = tempfile.SpooledTemporaryFile(max_size=EN_MEMORIA)  # noqa: SIM115 -- closed by cerrar

    def agregar(self, columnas: Sequence[Valores]) -> None:
        rows = zip(*map(_literales, columnas), strict=True)
        self.archivo.write("".join([f"({','.join(row)})\n" for row in rows]).encode())

    def agregar_arreglos(self, columnas: "Sequence[Arreglo]", filas: int) -> None:
        from lib.array_values import valores

        self.agregar([campo.escritos(valores(arreglo)) for campo, arreglo in zip(self.campos, columnas, strict=True)])

    def cargar(self, clave: Sequence[str]) -> None:
        size = self.archivo.seek(0, SEEK_END)
        with reintentable(self.connection), self.connection.cursor() as cursor:
            if size == self.cargados and cursor.execute(f"SELECT 1 FROM {self.tabla} LIMIT 1"):  # noqa: S608
                return
            exigir_colacion(cursor, self.modelo)
            self.cargados = 0
            cursor.execute(f"DROP TEMPORARY TABLE IF EXISTS {self.tabla}")
            key, like = lista(self.connection, clave), f"SELECT {self.columnas} FROM {self.destino} LIMIT 0"  # noqa: S608
            cursor.execute(f"CREATE TEMPORARY TABLE {self.tabla} (KEY ({key})) ENGINE=InnoDB AS {like}")
            self._insertar(cursor, self.tabla)
        self.cargados = size

    def volcar(self) -> None:
        with reintentable(self.connection), self.connection.cursor() as cursor:
            exigir_colacion(cursor, self.modelo)
            self._insertar(cursor, self.destino)

    def _insertar(self, cursor: Any, tabla: str) -> None:
        insert = f"INSERT INTO {tabla} ({self.columnas}) VALUES ".encode()  # noqa: S608
        self.archivo.seek(0)
        while rows := self.archivo.readlines(SENTENCIA):
            cursor.execute(insert + b",".join(rows))

    def cerrar(self) -> None:
        self.archivo.close()
        if self.cargados >= 0 and not self.connection.needs_rollback and self._vive():
            with self.connection.cursor() as cursor:
                cursor.execute(f"DROP TEMPORARY TABLE IF EXISTS {self.tabla}")

    def _vive(self) -> bool:
        return self.connection.connection is not None and self.connection.is_usable()


def _exigir_rigor(connection: BaseDatabaseWrapper) -> None:
    if not getattr(connection, "estricta", False):
        raise ImproperlyConfigured(f"{connection.alias}: bulk writes need the engine lib.mariadb, which is strict")


def _literales(valores: Valores) -> Valores:
    """A column as SQL literals without a line feed, which no mode of the server reads otherwise."""
    if NoneType in set(map(type, valores)):
        return con_vacios(valores, _literales, "NULL")
    kind = type(valores[0])
    escribir = next((make for kinds, make in ESCRITURAS if issubclass(kind, kinds)), None)
    if escribir is None:
        raise TypeError(f"no SQL literal for {kind.__name__}")
    if kind is str and not _trae_especiales("".join(valores)):
        return [f"'{value}'" for value in valores]
    if kind is date:
        return por_distintos(valores, lambda some: list(map(escribir, some)))
    return list(map(escribir, valores))


def _trae_especiales(text: str) -> bool:
    return any(special in text for special in "'\\\n\r")


def _decimal(value: Decimal) -> str:
    """With an exponent it would be a float."""
    return f"{value:f}" if "E" in (text := str(value)) else text


def _texto(value: str) -> str:
    """A backslash means itself or escapes, as the session's mode wants: such a text goes by its bytes."""
    if "\\" in value or "\n" in value or "\r" in value:
        return f"_utf8mb4 x'{value.encode().hex()}'"
    return "'" + value.replace("'", "''") + "'"


ESCRITURAS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (str, _texto),
    (bool, lambda value: "1" if value else "0"),
    (int, int.__repr__),  # an enumeration's too
    (Decimal, _decimal),
    (float, repr),
    ((date, uuid.UUID), lambda value: f"'{value}'"),
    ((bytes, memoryview), lambda value: f"x'{value.hex()}'"),
)
