"""The socket under a SQL Server session: opened to a checked address, bounded in time and in memory.

The driver takes its timeout away while it rolls back, and a value or row may be as long as a server likes; here neither
can hold a process up or fill its memory.
"""

import socket
import time
from contextlib import suppress

from lib.errors import Fatal, Retriable

FILA_MAXIMA = 16 * 1024 * 1024


class Enlace:
    """What the driver takes for a socket; until `plazo` is lifted all of it together must be done by then."""

    def __init__(self, sock: socket.socket, *, plazo: float, silencio: float) -> None:
        self._sock = sock
        self._plazo: float | None = time.monotonic() + plazo
        self._silencio = silencio
        self._quedan = FILA_MAXIMA

    def levantar_plazo(self) -> None:
        """Logged in: from now on only silence is bounded."""
        self._plazo = None

    def renovar(self) -> None:
        """A row, or a statement, has been read: the next one may be as long again."""
        self._quedan = FILA_MAXIMA

    def recv_into(self, buffer: memoryview, size: int = 0, flags: int = 0) -> int:
        self._sock.settimeout(self._espera())
        return self._contar(self._sock.recv_into(buffer, size, flags))

    def recv(self, size: int) -> bytes:
        self._sock.settimeout(self._espera())
        received = self._sock.recv(size)
        self._contar(len(received))
        return received

    def sendall(self, data: bytes, flags: int = 0) -> None:
        self._sock.settimeout(self._espera())
        self._sock.sendall(data, flags)

    def gettimeout(self) -> float | None:
        return self._silencio

    def settimeout(self, timeout: float | None) -> None:
        """The driver's own idea of a timeout counts for nothing."""

    def close(self) -> None:
        self._sock.close()

    def cortar(self) -> None:
        """End the link from another thread: whoever reads it meets its end, which closing alone would not bring."""
        with suppress(OSError):  # closed already
            self._sock.shutdown(socket.SHUT_RDWR)

    def _espera(self) -> float:
        if self._plazo is None:
            return self._silencio
        left = self._plazo - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _contar(self, received: int) -> int:
        self._quedan -= received
        if self._quedan < 0:
            raise Fatal(
                "fila_demasiado_grande",
                f"El servidor envió una fila de más de {FILA_MAXIMA // 1024**2} MiB.",
                "Deje fuera de la consulta las columnas de documentos o imágenes.",
            )
        return received


def conectar(direccion: str, puerto: int, *, plazo: float, silencio: float) -> Enlace:
    """A link to an address that lib.network has checked."""
    start = time.monotonic()
    try:
        sock = socket.create_connection((direccion, puerto), timeout=plazo)
    except TimeoutError:
        raise sin_respuesta() from None
    except OSError as error:
        raise Retriable(
            "conexion_rechazada",
            "Nadie atiende en ese host y puerto.",
            "Revise el puerto, el servicio y el cortafuegos y, si se llega por VPN, que el túnel esté arriba.",
        ) from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Enlace(sock, plazo=plazo - (time.monotonic() - start), silencio=silencio)


def sin_respuesta() -> Retriable:
    return Retriable(
        "fuente_sin_respuesta",
        "El servidor dejó de contestar.",
        "Revise que el servidor no esté detenido ni saturado y que el enlace (VPN) esté arriba.",
    )


def enlace_cortado() -> Retriable:
    return Retriable(
        "enlace_cortado",
        "El servidor o la red cortó el enlace.",
        "Vuelva a intentarlo; si se repite, revise el enlace (VPN) y el registro del servidor.",
    )
