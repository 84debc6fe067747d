"""What travels between the adapter and its child, and how a driver's values become exact ones.

Imported by the child interpreter: nothing of Django here.
"""

import codecs
import math
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

    from servers.firebird.messages import Mensajes

TEXTO_MAXIMO = 1 << 20  # bytes of one text BLOB
LATIN = "trastienda-latin"
UTF8 = "trastienda-utf8"
CODECS = {"ISO8859_1": LATIN, "WIN1252": LATIN, "UTF8": UTF8}


@dataclass(frozen=True, slots=True)
class Peticion:
    """What the child needs to open one database; it goes over its standard input, never argv or environment."""

    direccion: str
    puerto: int
    ruta: str
    usuario: str
    password: str = field(repr=False)
    controlador: str
    juego_caracteres: str  # empty: decide from the catalogue
    conexion_segundos: int
    silencio_segundos: int
    escritura: bool
    padre: int  # process id of the parent


@dataclass(frozen=True, slots=True)
class Columna:
    """One output column: its name, the most bytes a value takes, and how a driver's value becomes ours."""

    nombre: str
    ancho: int
    convertir: Callable[[Any], Any] | None = None
    es_blob: bool = False


class Cursor(Protocol):
    """An executed SELECT."""

    columnas: Sequence[Columna]

    def __iter__(self) -> Iterator[Sequence[Any]]: ...

    def mensajes(self) -> "Mensajes | str":
        """Its rows as raw messages; a text where there are none: what is amiss, empty where it is the types."""
        ...

    def cerrar(self) -> None: ...


class Conexion(Protocol):
    """What each driver module offers; one transaction at a time."""

    dialecto: int

    def iniciar(self, *, escritura: bool) -> None: ...

    def consultar(self, sql: str, parametros: Sequence[Any]) -> Cursor: ...

    def ejecutar(self, sql: str, parametros: Sequence[Any]) -> int: ...

    def terminar(self, *, confirmar: bool) -> None: ...

    def cerrar(self) -> None: ...


class ColumnaNoLegible(Exception):
    """A column of a type that has no place in a row: binary, array, with time zone."""

    def __init__(self, nombre: str, tipo: str) -> None:
        super().__init__(nombre, tipo)
        self.nombre = nombre
        self.tipo = tipo


class TextoDemasiadoGrande(Exception):
    """A text BLOB above TEXTO_MAXIMO."""


def _tabla_latin() -> str:
    """Windows-1252, whose five undefined bytes keep the code point of their number; it is also how Latin-1 is read."""
    return "".join(bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(256))


TABLA = _tabla_latin()
INVERSA = codecs.charmap_build(TABLA)


def _leer_latin(datos: "Buffer", errores: str = "strict") -> tuple[str, int]:
    return codecs.charmap_decode(datos, errores, TABLA)


def _escribir_latin(texto: str, errores: str = "strict") -> tuple[bytes, int]:
    return codecs.charmap_encode(texto, errores, INVERSA)


def _leer_utf8(datos: "Buffer", errores: str = "strict") -> tuple[str, int]:
    try:
        return codecs.utf_8_decode(datos, "strict", True)  # noqa: FBT003  its third argument has no name
    except UnicodeDecodeError:  # a NONE column holds whatever its program wrote
        return _leer_latin(datos)


def _buscar(nombre: str) -> codecs.CodecInfo | None:
    nombre = nombre.replace("_", "-")
    if nombre == LATIN:
        return codecs.CodecInfo(_escribir_latin, _leer_latin, name=LATIN)
    if nombre == UTF8:
        return codecs.CodecInfo(codecs.utf_8_encode, _leer_utf8, name=UTF8)
    return None


def registrar_codecs() -> None:
    """Make the two lenient codecs known to Python, once; a value of any column decodes with them, always."""
    with suppress(LookupError):
        codecs.lookup(LATIN)
        return
    codecs.register(_buscar)


def sin_relleno(texto: str | None) -> str | None:
    """A CHAR without its padding."""
    return texto if texto is None else texto.rstrip(" ")


def de_doble(escala: int) -> Callable[[float | None], Decimal | None]:
    """A converter of doubles: with a declared scale the decimal that the double stands for, else its shortest text."""
    unidad = Decimal(1).scaleb(escala)
    tope = min(1e15, 10.0 ** (27 + escala))  # beyond it a double has no such decimals, or Decimal no such digits

    def convertir(valor: float | None) -> Decimal | None:
        if valor is None:
            return None
        exacto = Decimal(repr(valor + 0.0))  # no negative zero
        if escala >= 0 or not abs(valor) < tope:  # also NaN
            return exacto
        redondo = exacto.quantize(unidad, ROUND_HALF_EVEN)
        return redondo if math.isclose(redondo, valor, rel_tol=1e-12, abs_tol=1e-12) else exacto

    return convertir


def de_simple(valor: float | None) -> Decimal | None:
    """The shortest decimal that gives the same single-precision number."""
    if valor is None:
        return None
    if math.isfinite(valor):
        for cifras in (6, 7, 8):
            texto = f"{valor:.{cifras}g}"
            if struct.pack("f", float(texto)) == struct.pack("f", valor):
                return Decimal(texto)
    return Decimal(f"{valor:.9g}")


def de_entero_numerico(valor: int | Decimal | None) -> Decimal | None:
    """A NUMERIC without decimals is a Decimal with both drivers."""
    return valor if valor is None or isinstance(valor, Decimal) else Decimal(valor)
