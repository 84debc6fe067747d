"""The connection below lib/http.py: only to a checked address, never past its deadline, watched while nothing comes."""

import ssl
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import Any

import httpcore
import httpx

from lib.errors import Fatal, TrastiendaError
from lib.network import permitida, resolver
from lib.retrying import PASO, Espera

OCIO_SEGUNDOS = 20  # a connection that nobody uses for so long is not used again


class Plazo:
    """How long the request under way may still take, over all that it waits for."""

    def __init__(self, espera: Espera) -> None:
        self._espera = espera
        self._vence = 0.0

    def empezar(self, segundos: float) -> None:
        self._vence = self._espera.reloj() + segundos

    @property
    def vencido(self) -> bool:
        return self._espera.reloj() >= self._vence

    def limite(self, segundos: float | None) -> float:
        """The moment at which a wait that may last so many seconds ends."""
        return self._vence if segundos is None else min(self._vence, self._espera.reloj() + segundos)

    def queda(self, momento: float) -> float:
        """Seconds until then; looks after a cancellation on the way."""
        self._espera.comprobar()
        return momento - self._espera.reloj()


class Flujo(httpcore.NetworkStream):
    """A socket whose every wait ends at the deadline of the request."""

    def __init__(self, flujo: httpcore.NetworkStream, plazo: Plazo) -> None:
        self._flujo = flujo
        self._plazo = plazo

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read in short waits: a socket that timed out has lost nothing and may be read again."""
        limite = self._plazo.limite(timeout)
        while (left := self._plazo.queda(limite)) > 0:
            try:
                return self._flujo.read(max_bytes, min(left, PASO))
            except httpcore.ReadTimeout:
                continue
        raise httpcore.ReadTimeout

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._plazo.queda(self._plazo.limite(timeout))
        if left <= 0:
            raise httpcore.WriteTimeout
        self._flujo.write(buffer, left)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = max(0.001, self._plazo.queda(self._plazo.limite(timeout)))
        return Flujo(self._flujo.start_tls(ssl_context, server_hostname, left), self._plazo)

    def close(self) -> None:
        self._flujo.close()

    def get_extra_info(self, info: str) -> Any:
        return self._flujo.get_extra_info(info)


class Red(httpcore.NetworkBackend):
    """Connects to the literal address that was checked: a name that leads elsewhere a moment later gains nothing.

    The name stays what TLS verifies and what `Host` says. Without TLS only the networks of `permitidas` are reached.
    """

    def __init__(self, plazo: Plazo, *, permitidas: Sequence[str], cifrada: bool) -> None:
        self._plazo = plazo
        self._permitidas = permitidas
        self.cifrada = cifrada
        self._sockets = httpcore.SyncBackend()

    def direccion(self, host: str, port: int) -> str:
        """The address to connect to; raises as `lib.network.resolver` does, and Fatal `sin_cifrar`."""
        direccion = resolver(host, port, permitidas=self._permitidas, privadas=False)
        if not self.cifrada and not permitida(direccion, self._permitidas):
            raise Fatal(
                "sin_cifrar",
                f"A {host!r} no se llega por https: la clave viajaría a la vista.",
                "Escriba la dirección con https://.",
            )
        return direccion

    def _buscar(self, host: str, port: int, limite: float) -> str:
        """`direccion`, left behind in its thread where the name servers are slow: nothing else ends a look-up."""
        found: Future[str] = Future()
        Thread(target=_cumplir, args=(found, self.direccion, host, port), daemon=True).start()
        while (left := self._plazo.queda(limite)) > 0:
            with suppress(TimeoutError):
                return found.result(min(left, PASO))
        raise httpcore.ConnectTimeout

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        limite = self._plazo.limite(timeout)
        direccion = self._buscar(host, port, limite)
        left = max(0.001, self._plazo.queda(limite))
        return Flujo(self._sockets.connect_tcp(direccion, port, left, local_address, socket_options), self._plazo)


def _cumplir(futuro: Future[str], buscar: Callable[[str, int], str], host: str, port: int) -> None:
    try:
        futuro.set_result(buscar(host, port))
    except TrastiendaError as error:
        futuro.set_exception(error)


class Transporte(httpx.HTTPTransport):
    """httpx's transport over `Red`: one connection, TLS verified, nothing of the environment but its authorities."""

    def __init__(self, red: Red) -> None:
        # Reading all authorities takes a while; what never speaks TLS gets a context that trusts nobody.
        contexto = httpx.create_ssl_context() if red.cifrada else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().__init__(verify=contexto, trust_env=False)
        self._pool = httpcore.ConnectionPool(  # httpx has no argument for the network below it
            ssl_context=contexto,
            max_connections=1,
            max_keepalive_connections=1,
            keepalive_expiry=OCIO_SEGUNDOS,
            network_backend=red,
        )
