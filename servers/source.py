"""A foreign database as the flows see it: open it, take a snapshot, stream typed rows.

    with source.abrir(servidor, ruta) as fuente:
        with fuente.instantanea() as foto:
            for fila in foto.filas("SELECT CODIGO FROM MATERIAL WHERE MATID > ?", [7]): ...
            for bloque in foto.filas("SELECT CODIGO FROM MATERIAL").bloques() or (): ...

Rows are tuples of str, int, Decimal, date, datetime, time, bool or None: never float, never padded CHAR.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from lib.errors import Fatal
from servers.firebird import sql as sql_25
from servers.models import Servidor, TipoServidor
from servers.sqlserver import tsql

if TYPE_CHECKING:
    from lib.arrays import Bloque


class Filas(Protocol):
    """The rows of one statement, streamed in batches; `columnas` are the upper-case output names."""

    columnas: tuple[str, ...]

    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...

    def bloques(self) -> "Iterator[Bloque] | None":
        """The same rows as columns of numpy, many at a time; None where this statement can only be iterated.

        Ask at once, before iterating, and then use one of the two. Texts are the bytes that the source sent, in the
        codec of servers/firebird/values.py that they name, LATIN or UTF8: nothing has looked whether they are valid.
        """
        ...


class Instantanea(Protocol):
    """One read-only snapshot transaction of the source."""

    momento: datetime  # UTC

    def filas(self, sql: str, parametros: Sequence[Any] = ()) -> Filas: ...

    def catalogo(self) -> dict[str, frozenset[str]]:
        """The columns of every user table and view, names in upper case."""
        ...


class Fuente(Protocol):
    """An open source; `instantanea` may be called again and again, one at a time."""

    version: str
    dialecto: int
    juego_caracteres: str
    controlador: str

    def instantanea(self) -> AbstractContextManager[Instantanea]: ...

    def cortar(self) -> None:
        """End the connection at once, from any thread, whatever the server is doing; it rolls back."""
        ...


def abrir(servidor: Servidor, ruta: str) -> AbstractContextManager[Fuente]:
    """Open the database `ruta` on `servidor`; raises lib.errors only."""
    if servidor.tipo_servidor == TipoServidor.SQL_SERVER:
        if find_spec("pytds") is None:
            raise Fatal(
                "libreria_ausente",
                "Falta la biblioteca que habla con SQL Server en esta máquina.",
                "Instale el extra «sqlserver» (python-tds).",
            )
        from servers.sqlserver.adapter import abrir as abrir_sqlserver

        return abrir_sqlserver(servidor, ruta)
    from servers.firebird.adapter import abrir as abrir_firebird

    return abrir_firebird(servidor, ruta)


def comprobar_consulta(servidor: Servidor, sql: str, *, parametros: int = 2) -> str:
    """An administrator's statement as it may be sent to `servidor`: one SELECT with that many `?`, else an error."""
    if servidor.tipo_servidor == TipoServidor.SQL_SERVER:
        return tsql.comprobar_consulta(sql, parametros=parametros)
    return sql_25.comprobar_consulta(sql, parametros=parametros)
