"""Values of SQL Server as the flows get them: exact, unpadded, and readable whatever bytes a text column holds."""

import codecs
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lib.errors import Fatal
from servers.firebird.values import TABLA

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer


def valor(value: Any) -> Any:
    """The driver gives CHAR and VARCHAR alike, so blanks at the end go from both, as they do when they are compared."""
    if isinstance(value, str):
        return value.rstrip(" ")
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        raise Fatal("columna_no_legible", "La consulta da una columna binaria.", "Déjela fuera de la consulta.")
    return value


def version(number: int) -> str:
    """15.0.2000 from the four bytes of the login's answer."""
    return f"{number >> 24}.{number >> 16 & 0xFF}.{number & 0xFFFF}"


def _leer(data: "Buffer", errors: str = "strict") -> tuple[str, int]:
    return codecs.charmap_decode(data, errors, TABLA)


class _PorPartes(codecs.IncrementalDecoder):
    def decode(self, data: Any, final: bool = False) -> str:
        return _leer(bytes(data), self.errors)[0]


CP1252 = codecs.lookup("cp1252")
CP1252_LAXO = codecs.CodecInfo(CP1252.encode, _leer, incrementaldecoder=_PorPartes, name="cp1252-laxo")


def leer_laxo(serializador: Any) -> None:
    """Let a VARCHAR column hold the five bytes that Windows-1252 does not define: they pass as control characters."""
    codec = getattr(serializador, "_codec", None)
    if codec is not None and codec.name == CP1252.name:
        serializador._codec = CP1252_LAXO
