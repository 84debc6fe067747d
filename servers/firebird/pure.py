"""Firebird over the wire in pure Python: the only module that imports firebirdsql, in the child interpreter alone.

What the library lacks is added in subclasses: a read-only snapshot, the database's own dialect, room for the
description of wide statements, and CHAR values that lose their padding only.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import firebirdsql
from firebirdsql import consts, fbcore, wireprotocol, xsqlvar

from servers.firebird import values as valores
from servers.firebird.values import Columna, Peticion

ERRORES = (firebirdsql.Error, OSError)
PIERDEN_EL_PASO = (ValueError, OverflowError, MemoryError, TimeoutError)  # errors after which it cannot go on
LEER = bytes([consts.isc_tpb_version3, consts.isc_tpb_read, consts.isc_tpb_nowait, consts.isc_tpb_concurrency])
ESCRIBIR = bytes([consts.isc_tpb_version3, consts.isc_tpb_write, consts.isc_tpb_nowait, consts.isc_tpb_concurrency])
DESCRIPCION = 32767  # bytes; with the library's 1024 a statement of 12 columns and 2 parameters cannot be prepared
OCTETOS = 1
ENTEROS = (consts.SQL_TYPE_SHORT, consts.SQL_TYPE_LONG, consts.SQL_TYPE_INT64, consts.SQL_TYPE_INT128)
TEXTOS = (consts.SQL_TYPE_TEXT, consts.SQL_TYPE_VARYING)
ILEGIBLES = (consts.SQL_TYPE_ARRAY, consts.SQL_TYPE_QUAD, consts.SQL_TYPE_TIME_TZ, consts.SQL_TYPE_TIMESTAMP_TZ)


def codigos(error: BaseException) -> tuple[int, ...]:
    """The gds codes of an error; the library keeps them without order."""
    return tuple(sorted(getattr(error, "gds_codes", None) or ()))


class Foto(fbcore.Transaction):
    """A snapshot that does not wait: read-only, or for writing."""

    def __init__(self, enlace: "Enlace", *, escritura: bool) -> None:
        super().__init__(enlace)
        self.transaction_parameter_block = (ESCRIBIR if escritura else LEER,) * 5


class Variable(xsqlvar.XSQLVAR):
    """An output column whose CHAR values lose blanks only, not tabs and line ends."""

    def value(self, raw_value: Any) -> Any:
        if self.sqltype == consts.SQL_TYPE_TEXT:
            return self.bytes_to_str(raw_value).rstrip(" ")
        return super().value(raw_value)


class Enlace(firebirdsql.Connection):
    """A connection that prepares in the dialect it is told; the library knows 3 only."""

    buffer_length = DESCRIPCION
    dialecto_cliente = 3

    def _op_prepare_statement(self, stmt_handle: int, trans_handle: int, query: str, option_items: bytes = b"") -> None:
        describir = wireprotocol.INFO_SQL_SELECT_DESCRIBE_VARS + wireprotocol.INFO_SQL_BIND_DESCRIBE_VARS
        paquete = wireprotocol.Packer()
        paquete.pack_int(self.op_prepare_statement)
        paquete.pack_int(trans_handle)
        paquete.pack_int(stmt_handle)
        paquete.pack_int(self.dialecto_cliente)
        paquete.pack_bytes(self.str_to_bytes(query))
        paquete.pack_bytes(option_items + bytes([consts.isc_info_sql_stmt_type]) + describir)
        paquete.pack_int(self.buffer_length)
        self.sock.send(paquete.get_buffer())


class ConexionPura:
    """One attachment; `dialecto` is the database's."""

    def __init__(self, peticion: Peticion, *, juego: str, dialecto: int) -> None:
        consts.charset_map.update(valores.CODECS)
        xsqlvar.XSQLVAR = Variable
        self._enlace = Enlace(
            host=peticion.direccion,
            port=peticion.puerto,
            database=peticion.ruta,
            user=peticion.usuario,
            password=peticion.password,
            charset=juego,
            timeout=peticion.conexion_segundos,
        )
        self._enlace.dialecto_cliente = dialecto
        self._enlace._initialize()
        self._enlace.timeout = peticion.silencio_segundos + 5.0  # the parent is stricter
        self.dialecto = int(self._enlace.db_info(consts.isc_info_db_sql_dialect))
        self._foto: Foto | None = None

    def iniciar(self, *, escritura: bool) -> None:
        self._foto = Foto(self._enlace, escritura=escritura)
        self._foto.begin()

    def consultar(self, sql: str, parametros: Sequence[Any]) -> "CursorPuro":
        cursor = fbcore.Cursor(self._foto)
        try:
            return CursorPuro(cursor, sql, parametros)
        except firebirdsql.DatabaseError:
            cursor.close()
            raise

    def ejecutar(self, sql: str, parametros: Sequence[Any]) -> int:
        with fbcore.Cursor(self._foto) as cursor:
            cursor.execute(sql, list(parametros))
            return max(0, int(cursor.rowcount))

    def terminar(self, *, confirmar: bool) -> None:
        foto, self._foto = self._foto, None
        if foto is not None:
            foto.is_dirty = True  # without a statement the library would leave it open
            foto.commit() if confirmar else foto.rollback()

    def cerrar(self) -> None:
        self._enlace.close()


class CursorPuro:
    """An executed SELECT."""

    def __init__(self, cursor: Any, sql: str, parametros: Sequence[Any]) -> None:
        self._cursor = cursor
        cursor.execute(sql, list(parametros))
        self.columnas = [_columna(x) for x in cursor.stmt.xsqlda]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return iter(self._cursor._fetch_records or ())

    def mensajes(self) -> str:
        return ""

    def cerrar(self) -> None:
        self._cursor.close()


def _columna(x: Any) -> Columna:
    nombre = x.aliasname or x.fieldname
    es_blob = x.sqltype == consts.SQL_TYPE_BLOB
    binaria = (es_blob and x.sqlsubtype != 1) or (x.sqltype in TEXTOS and x.sqlsubtype & 0xFF == OCTETOS)
    if binaria or x.sqltype in ILEGIBLES:
        raise valores.ColumnaNoLegible(nombre, "BLOB" if es_blob else str(x.sqltype))
    return Columna(nombre, x.sqllen, _convertidor(x), es_blob)


def _convertidor(x: Any) -> Callable[[Any], Any] | None:
    escala = x.sqlscale - 256 if x.sqlscale > 127 else x.sqlscale
    if x.sqltype == consts.SQL_TYPE_BLOB:
        return _texto_de_blob
    if x.sqltype == consts.SQL_TYPE_DOUBLE:
        return valores.de_doble(escala)
    if x.sqltype == consts.SQL_TYPE_FLOAT:
        return valores.de_simple
    if x.sqltype in ENTEROS and x.sqlsubtype and not x.sqlscale:
        return valores.de_entero_numerico
    return None


def _texto_de_blob(valor: str | None) -> str | None:
    if valor is not None and len(valor) > valores.TEXTO_MAXIMO:
        raise valores.TextoDemasiadoGrande
    return valor


def abrir(peticion: Peticion, *, juego: str, dialecto: int) -> ConexionPura:
    """Attach to the database of `peticion`."""
    return ConexionPura(peticion, juego=juego, dialecto=dialecto)
