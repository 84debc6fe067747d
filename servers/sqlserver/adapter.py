"""SQL Server over TDS with python-tds, which needs no system package; its only import is here.

    with sqlserver.abrir(servidor, "ADMIN") as fuente: ...   # a Fuente of servers.source; the path is a database's name

Read only by use: one SELECT at a time (`tsql`), inside a transaction that is always rolled back: a SNAPSHOT
where the database allows it, else READ COMMITTED, which does not freeze what it reads (`aislamiento` says which).
Proven against a fake server only. The link is not encrypted: use a VPN.
"""

import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytds
from django.conf import settings
from pytds.connection import NonMarsConnection
from pytds.lcid import LANGID_ENGLISH_US
from pytds.row_strategies import tuple_row_strategy
from pytds.tds_base import TDS_ERROR_TOKEN, TDS_ODBC_ON, PreLoginEnc, _TdsLogin
from pytds.tds_reader import _TdsReader
from pytds.tds_socket import _TdsSocket

from lib.errors import Fatal, TrastiendaError
from lib.network import resolver
from servers.models import Servidor
from servers.sqlserver import errors as sqlserver_errors
from servers.sqlserver import tsql
from servers.sqlserver.link import Enlace, conectar, enlace_cortado, sin_respuesta
from servers.sqlserver.values import leer_laxo, valor, version

CANDADO_MS = 15_000  # a lock is waited for this long; afterwards it is an error and not a silence
ADMITE_SNAPSHOT = "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"
CATALOGO = "SELECT TABLE_NAME, COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA IN (SCHEMA_NAME(), 'dbo')"
# What the driver raises over bytes that are no TDS.
SIN_SENTIDO = (
    pytds.Error, struct.error, ValueError, LookupError, AssertionError, RuntimeError, AttributeError, TypeError,
    ArithmeticError,
)  # fmt: skip


@contextmanager
def abrir(servidor: Servidor, ruta: str) -> Iterator["FuenteSqlServer"]:
    """Log in to the database `ruta` on `servidor`; raises lib.errors only."""
    base = tsql.validar_base(ruta)
    direccion = resolver(servidor.host, servidor.puerto_efectivo, permitidas=settings.RED_PERMITIDA)
    enlace = conectar(
        direccion,
        servidor.puerto_efectivo,
        plazo=settings.FUENTE_CONEXION_SEGUNDOS,
        silencio=settings.FUENTE_SILENCIO_SEGUNDOS,
    )
    try:
        sesion = _entrar(enlace, servidor, base)
        yield FuenteSqlServer(sesion, enlace)
    finally:
        enlace.close()


def _entrar(enlace: Enlace, servidor: Servidor, base: str) -> _TdsSocket:
    """A session, made by hand: `pytds.connect` retries, sleeps, and follows a server's word to any other host."""
    sesion = _TdsSocket(sock=enlace, login=_login(servidor, base), row_strategy=tuple_row_strategy, autocommit=True)
    main = sesion.main_session
    main._reader = _Lector(transport=enlace, bufsize=sesion.bufsize, tds_session=main)
    with _errores(sesion):
        desvio = sesion.login()
    if desvio is not None:
        raise Fatal(
            "servidor_desviado",
            "El servidor pide conectarse a otra máquina.",
            "Escriba en el host el nombre definitivo del servidor, no el de su puerta de enlace.",
        )
    enlace.levantar_plazo()
    return sesion


def _login(servidor: Servidor, base: str) -> _TdsLogin:
    login = _TdsLogin()
    login.client_host_name = "trastienda"
    login.library = "python-tds"
    login.app_name = "trastienda"
    login.server_name = servidor.host[:128]
    login.user_name = servidor.usuario
    login.password = servidor.password
    login.database = base
    login.client_lcid = LANGID_ENGLISH_US
    login.pid = os.getpid()
    login.option_flag2 = TDS_ODBC_ON
    login.enc_flag = PreLoginEnc.ENCRYPT_NOT_SUP
    login.bytes_to_unicode = True
    login.readonly = True  # lets an availability group choose a readable replica
    return login


class _Lector(_TdsReader):  # type: ignore[misc]
    """Ends where the answer ends; the driver's own then gives nothing for ever, and a long text loops on that."""

    def recv(self, size: int) -> bytes:
        received: bytes = super().recv(size)
        if size and not received:
            raise pytds.ClosedConnectionError
        return received


class FuenteSqlServer:
    """A logged-in session; the Fuente of servers.source."""

    dialecto = 0
    juego_caracteres = "Unicode"
    controlador = "python-tds"

    def __init__(self, sesion: _TdsSocket, enlace: Enlace) -> None:
        self.version = version(sesion.product_version)
        self._sesion = sesion
        self._enlace = enlace
        self._conexion = NonMarsConnection(pooling=False, key=(), tds_socket=sesion)
        self._snapshot: bool | None = None

    def cortar(self) -> None:
        """See servers/source.py."""
        self._enlace.cortar()

    @contextmanager
    def instantanea(self) -> Iterator["InstantaneaSqlServer"]:
        if self._snapshot is None:
            ((state,),) = self._filas(ADMITE_SNAPSHOT, ())
            self._snapshot = state == 1
        level = "SNAPSHOT" if self._snapshot else "READ COMMITTED"
        self._mandar(f"SET LOCK_TIMEOUT {CANDADO_MS}; SET TRANSACTION ISOLATION LEVEL {level}; BEGIN TRANSACTION")
        try:
            yield InstantaneaSqlServer(self, level)
        finally:
            self._terminar()

    def _terminar(self) -> None:
        """Roll back; where even that fails the link is closed, which makes the server do it."""
        try:
            self._mandar("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION")
        except TrastiendaError:
            self._enlace.close()

    def _mandar(self, sql: str) -> None:
        self._ejecutar(sql, None)

    def _filas(self, sql: str, parametros: Sequence[Any]) -> "FilasSqlServer":
        marked = tsql.preparar(sql, len(parametros))
        return FilasSqlServer(self._ejecutar(marked, tuple(parametros)), self._sesion, self._enlace)

    def _ejecutar(self, sql: str, parametros: tuple[Any, ...] | None) -> Any:
        if not self._sesion.is_connected():
            raise enlace_cortado()
        self._enlace.renovar()
        with _errores(self._sesion):
            return self._conexion.cursor().execute(sql, parametros)


class InstantaneaSqlServer:
    """One transaction; the Instantanea of servers.source. `aislamiento` says whether it freezes what it reads."""

    def __init__(self, fuente: FuenteSqlServer, aislamiento: str) -> None:
        self.momento = datetime.now(UTC)
        self.aislamiento = aislamiento
        self._fuente = fuente

    def filas(self, sql: str, parametros: Sequence[Any] = ()) -> "FilasSqlServer":
        return self._fuente._filas(sql, parametros)

    def catalogo(self) -> dict[str, frozenset[str]]:
        tables: dict[str, set[str]] = {}
        for table, column in self.filas(CATALOGO):
            tables.setdefault(table.upper(), set()).add(column.upper())
        return {table: frozenset(columns) for table, columns in tables.items()}


class FilasSqlServer:
    """The rows of one SELECT, read from the wire as they are asked for."""

    def __init__(self, cursor: Any, sesion: _TdsSocket, enlace: Enlace) -> None:
        self._cursor = cursor
        self._sesion = sesion
        self._enlace = enlace
        self.columnas = tuple(str(column[0]).upper() for column in cursor.description or ())
        for column in sesion.main_session.res_info.columns if self.columnas else ():
            leer_laxo(column.serializer)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while (row := self._siguiente()) is not None:
            self._enlace.renovar()
            yield tuple(map(valor, row))
        self._comprobar_final()

    def bloques(self) -> None:
        """None: what the driver hands out are rows."""

    def _siguiente(self) -> tuple[Any, ...] | None:
        with _errores(self._sesion):
            return self._cursor.fetchone()  # type: ignore[no-any-return]

    def _comprobar_final(self) -> None:
        """An error that came without the flag of one, or a second result, must not pass for the end of the rows."""
        with _errores(self._sesion):
            more = self._cursor.nextset()
        if error := _error_del_servidor(self._sesion):
            raise error
        if more:
            raise Fatal("sql_invalido", "La consulta da más de un resultado.", "Escriba un solo SELECT.")


@contextmanager
def _errores(sesion: _TdsSocket) -> Iterator[None]:
    """Whatever the driver raises, as an error of lib.errors. A timeout or nonsense leaves the session unusable."""
    try:
        yield
    except TrastiendaError:
        sesion.close()
        raise
    except TimeoutError:
        sesion.close()
        raise sin_respuesta() from None
    except (pytds.ClosedConnectionError, OSError):
        sesion.close()
        raise enlace_cortado() from None
    except SIN_SENTIDO as error:
        if known := _error_del_servidor(sesion):
            raise known from None
        entro = sesion.is_connected()
        sesion.close()
        raise (_ilegible() if entro else _no_habla_tds(sesion)) from error


def _error_del_servidor(sesion: _TdsSocket) -> TrastiendaError | None:
    """The error among the server's messages: the first that is known by its number, else the last."""
    errors = [message for message in sesion.main_session.messages if message["marker"] == TDS_ERROR_TOKEN]
    if not errors:
        return None
    known = [message for message in errors if sqlserver_errors.es_conocido(message["msgno"])]
    chosen = known[0] if known else errors[-1]
    return sqlserver_errors.de_numero(chosen["msgno"], chosen["severity"], chosen["message"])


def _ilegible() -> Fatal:
    return Fatal(
        "respuesta_ilegible",
        "El servidor envió algo que no se entiende: un texto dañado o un tipo de columna que no se lee.",
        "Deje fuera de la consulta la columna que lo tiene, o conviértala con CAST.",
    )


def _no_habla_tds(sesion: _TdsSocket) -> Fatal:
    if sesion._login.server_enc_flag in {PreLoginEnc.ENCRYPT_REQ, PreLoginEnc.ENCRYPT_ON}:
        return Fatal(
            "cifrado_exigido",
            "El servidor exige un enlace cifrado, y este conector no lo ofrece.",
            "Desactive «Force Encryption» en el servidor y llegue a él por VPN.",
        )
    return Fatal(
        "protocolo_desconocido",
        "Lo que atiende en ese puerto no habla como un SQL Server.",
        "Revise host y puerto (1433 por defecto) y el tipo de servidor.",
    )
