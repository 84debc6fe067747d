"""Firebird through libfbclient: the only module that imports firebird-driver, in the child interpreter alone.

Its traps: `ping()` kills a 2.5 attachment, a login-plugin list without Legacy_Auth looks like a wrong password, and a
cursor that is open when the interpreter ends is a segmentation fault.
"""

import ctypes
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import firebird.driver
from firebird.driver import Isolation, TraAccessMode, core, driver_config, fbapi, tpb
from firebird.driver.types import SQLDataType, StateResult

from servers.firebird import values as valores
from servers.firebird.dsn import dsn
from servers.firebird.messages import Mensajes
from servers.firebird.rows import Campo, Molde, lector
from servers.firebird.values import Columna, Peticion

ERRORES = (firebird.driver.Error, OSError)
PIERDEN_EL_PASO: tuple[type[Exception], ...] = ()  # errors after which the connection cannot go on
LOGIN = "Srp256,Srp,Legacy_Auth"
BIEN = StateResult.OK.value
VERSION_DE_RESULTADOS = 3  # of the interface IResultSet, since Firebird 3
ALINEACION = 8  # bytes: numbers of the next message lie as they do in the first
OCTETOS = 1
ENTEROS = (SQLDataType.SHORT, SQLDataType.LONG, SQLDataType.INT64, SQLDataType.INT128)
TEXTOS = (SQLDataType.TEXT, SQLDataType.VARYING)
ILEGIBLES = (
    SQLDataType.ARRAY,
    SQLDataType.QUAD,
    SQLDataType.TIME_TZ,
    SQLDataType.TIMESTAMP_TZ,
    SQLDataType.TIME_TZ_EX,
    SQLDataType.TIMESTAMP_TZ_EX,
)


def codigos(error: BaseException) -> tuple[int, ...]:
    """The gds codes of an error, in the server's order."""
    return tuple(getattr(error, "gds_codes", None) or ())


def cargar() -> None:
    """Load libfbclient; OSError where it is missing."""
    fbapi.get_api()


class ConexionNativa:
    """One attachment; `dialecto` is the database's."""

    def __init__(self, peticion: Peticion, *, juego: str, dialecto: int) -> None:
        warnings.simplefilter("ignore")  # client dialect 1 warns at every CAST AS DATE
        for nombre, codec in valores.CODECS.items():
            core.CHARSET_MAP[nombre] = codec
        driver_config.db_defaults.sql_dialect.value = dialecto
        driver_config.db_defaults.timeout.value = peticion.conexion_segundos
        embebido = not peticion.direccion
        # Else the library goes on with the engine of this machine where the server has no such database.
        driver_config.db_defaults.config.value = None if embebido else "Providers=Remote"
        self._conexion = firebird.driver.connect(
            peticion.ruta if embebido else dsn(peticion.direccion, peticion.puerto, peticion.ruta),
            user=peticion.usuario,
            password=None if embebido else peticion.password,
            charset=juego,
            auth_plugin_list=None if embebido else LOGIN,
        )
        self.dialecto: int = self._conexion.info.sql_dialect
        self._transaccion: Any = None

    def iniciar(self, *, escritura: bool) -> None:
        modo = TraAccessMode.WRITE if escritura else TraAccessMode.READ
        bloque = tpb(Isolation.SNAPSHOT, lock_timeout=0, access_mode=modo)
        self._transaccion = self._conexion.transaction_manager(bloque)
        self._transaccion.begin()

    def consultar(self, sql: str, parametros: Sequence[Any]) -> "CursorNativo":
        cursor = self._transaccion.cursor()
        try:
            return CursorNativo(cursor, sql, parametros)
        except BaseException:
            cursor.close()
            raise

    def ejecutar(self, sql: str, parametros: Sequence[Any]) -> int:
        with self._transaccion.cursor() as cursor:
            cursor.execute(sql, list(parametros))
            return max(0, int(cursor.affected_rows))

    def terminar(self, *, confirmar: bool) -> None:
        transaccion, self._transaccion = self._transaccion, None
        if transaccion is not None:
            transaccion.commit() if confirmar else transaccion.rollback()
            transaccion.close()

    def cerrar(self) -> None:
        self._conexion.close()


class CursorNativo:
    """An executed SELECT; must be closed before its connection."""

    def __init__(self, cursor: Any, sql: str, parametros: Sequence[Any]) -> None:
        self._cursor = cursor
        cursor.stream_blob_threshold = valores.TEXTO_MAXIMO
        cursor.execute(sql, list(parametros))
        self.columnas = [_columna(d) for d in cursor._stmt._out_desc]
        self._leer = lector([_campo(d) for d in cursor._stmt._out_desc], cursor._encoding)
        if self._leer is not None:
            self.columnas = [replace(c, convertir=None) for c in self.columnas]

    def __iter__(self) -> Iterator[Sequence[Any]]:
        """Fetch and read without the driver's layers where every column allows it: three times as fast."""
        resultado = self._cursor._result
        if self._leer is None or resultado is None:
            yield from self._cursor
            return
        traer, estado, mensaje = resultado.vtable.fetchNext, resultado.status, self._cursor._stmt._out_buffer
        while traer(resultado, estado, mensaje) == BIEN:
            yield self._leer(mensaje)
        resultado._check()  # raises unless it was the end of the rows

    def mensajes(self) -> Mensajes | str:
        """See `Cursor`; a driver that is inside not as it was is told, and its rows are read one by one."""
        campos = [_campo(d) for d in self._cursor._stmt._out_desc]
        if self._cursor._result is None or not all(c.en_columna() for c in campos):
            return ""
        try:
            return self._mensajes(self._cursor._stmt, self._cursor._result)
        except (AttributeError, TypeError, ValueError, ctypes.ArgumentError) as error:
            return f"firebird-driver {firebird.driver.__VERSION__}: {error!r}"

    def _mensajes(self, sentencia: Any, resultado: Any) -> Mensajes:
        tabla = resultado.vtable
        if tabla.version < VERSION_DE_RESULTADOS or len(tabla.fetchNext.argtypes) != 3:
            raise ValueError(f"IResultSet {tabla.version}")
        paso = -(-len(sentencia._out_buffer) // ALINEACION) * ALINEACION
        molde = Molde(paso, self._cursor._encoding, tuple(map(_campo, sentencia._out_desc)))
        return Mensajes(
            molde,
            traer=ctypes.cast(tabla.fetchNext, ctypes.c_void_p).value or 0,
            resultado=ctypes.byref(resultado._as_parameter_.contents),
            estado=ctypes.byref(resultado.status._as_parameter_.contents),
            comprobar=resultado._check,
        )

    def cerrar(self) -> None:
        self._cursor.close()


def _campo(d: Any) -> Campo:
    return Campo(int(d.datatype), d.offset, d.length, d.null_offset, d.scale, d.subtype)


def _columna(d: Any) -> Columna:
    nombre = d.alias or d.field
    es_blob = d.datatype == SQLDataType.BLOB
    if d.datatype in ILEGIBLES or (es_blob and d.subtype != 1) or (d.datatype in TEXTOS and d.charset == OCTETOS):
        raise valores.ColumnaNoLegible(nombre, d.datatype.name)
    return Columna(nombre, d.length, _convertidor(d), es_blob)


def _convertidor(d: Any) -> Callable[[Any], Any] | None:
    if d.datatype == SQLDataType.BLOB:
        return _texto_de_blob
    if d.datatype == SQLDataType.TEXT:
        return valores.sin_relleno
    if d.datatype in (SQLDataType.DOUBLE, SQLDataType.D_FLOAT):
        return valores.de_doble(d.scale)
    if d.datatype == SQLDataType.FLOAT:
        return valores.de_simple
    if d.datatype in ENTEROS and d.subtype and not d.scale:
        return valores.de_entero_numerico
    return None


def _texto_de_blob(valor: Any) -> str | None:
    if valor is None or isinstance(valor, str):
        return valor
    valor.close()  # a reader: the driver hands one out above the threshold
    raise valores.TextoDemasiadoGrande


def abrir(peticion: Peticion, *, juego: str, dialecto: int) -> ConexionNativa:
    """Attach to the database of `peticion`."""
    return ConexionNativa(peticion, juego=juego, dialecto=dialecto)
