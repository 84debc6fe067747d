"""The body of an answer, read up to a size: as it came and as it unpacks, so that neither fills the memory."""

import zlib
from collections.abc import Iterable, Mapping

from lib.errors import Fatal, Retriable

GZIP_O_ZLIB = 32 + zlib.MAX_WBITS
MEGA = 1 << 20


def leer(trozos: Iterable[bytes], cabeceras: Mapping[str, str], tope: int) -> bytes:
    """The whole body, unpacked.

    Raises Fatal `respuesta_demasiado_grande` as soon as it is known to be larger than `tope` bytes, Fatal
    `codificacion_desconocida`, Retriable `respuesta_ilegible` where it does not unpack.
    """
    codificacion = cabeceras.get("content-encoding", "").strip().lower()
    if codificacion not in ("", "identity", "gzip", "x-gzip"):
        raise Fatal("codificacion_desconocida", f"El servidor contestó con la codificación {codificacion[:40]!r}.")
    _anunciado(cabeceras.get("content-length", ""), tope)
    body = bytearray()
    for trozo in _desempacar(trozos, tope) if codificacion.endswith("gzip") else trozos:
        body += trozo
        if len(body) > tope:
            raise _demasiado_grande(tope)
    return bytes(body)


def _anunciado(largo: str, tope: int) -> None:
    if largo.isascii() and largo.isdigit() and int(largo[:18]) > tope:
        raise _demasiado_grande(tope)


def _desempacar(trozos: Iterable[bytes], tope: int) -> Iterable[bytes]:
    """Never more than a megabyte of plain bytes at a time, however small they were packed."""
    unpacker = zlib.decompressobj(GZIP_O_ZLIB)
    try:
        for trozo in trozos:
            packed = trozo
            while packed:
                yield unpacker.decompress(packed, min(tope + 1, MEGA))
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise _ilegible() from error
    if not unpacker.eof or unpacker.unused_data:
        raise _ilegible()


def _ilegible() -> Retriable:
    return Retriable("respuesta_ilegible", "La respuesta llegó comprimida y no se puede descomprimir.")


def _demasiado_grande(tope: int) -> Fatal:
    return Fatal(
        "respuesta_demasiado_grande",
        f"La respuesta pasa de {tope // MEGA or 1} MB y se cortó.",
        "Pida menos de una vez: páginas más pequeñas o un rango de fechas más corto.",
    )
