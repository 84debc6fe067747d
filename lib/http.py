"""The one way to a partner's API: bounded in time, size and rate, repeated only where that is safe, secrets untold.

    with ClienteHTTP("https://api.example.com/v1", cabeceras={"Authorization": clave}, secretos=[clave]) as http:
        respuesta = http.pedir("GET", "productos/", {"page": "1"})

A client belongs to one origin (scheme, host, port) and has one request in flight. Errors are those of lib.errors; an
answer that is an error of the partner's (400, 404, 500 …) is an answer, for only its client knows what it means.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import httpx

from lib import bodies, http_errors
from lib.errors import Fatal, Retriable
from lib.redaction import Tachador
from lib.retrying import Espera, Ritmo, nada, pausa, pausa_pedida
from lib.wire import Plazo, Red, Transporte

logger = logging.getLogger(__name__)

PASAJEROS = frozenset({408, 429, 502, 503, 504})
REDIRECCIONES = frozenset({301, 302, 303, 307, 308})
SEGUROS = frozenset({"GET", "HEAD", "OPTIONS"})  # asking twice does what asking once does
SALTOS = 5
LARGO_EN_LOG = 2000
LARGO_EN_ERROR = 300
EN_CABECERA = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Limites:
    """How much patience a partner deserves: seconds, bytes, attempts, requests a second."""

    conexion: float = 15
    silencio: float = 60  # between two pieces of an answer
    total: float = 120  # for one request, its answer to the last byte
    cuerpo: int = 64 << 20
    intentos: int = 4
    pausa: float = 1  # before the second attempt; doubled before each further one
    pausa_maxima: float = 60  # a partner that asks for a longer one is left alone, and the caller told
    por_segundo: float | None = None


@dataclass(frozen=True, slots=True)
class Respuesta:
    """An answer, read to its end; the names of headers are found in any case."""

    estado: int
    cabeceras: Mapping[str, str]
    cuerpo: bytes

    @property
    def bien(self) -> bool:
        return 200 <= self.estado < 300

    @property
    def texto(self) -> str:
        return self.cuerpo.decode(errors="replace")


def es_pasajera(respuesta: Respuesta) -> bool:
    """Whether the same request may be answered better later."""
    return respuesta.estado in PASAJEROS


class ClienteHTTP:
    """Requests to one origin. `comprobar` is called while anything is waited for and ends it by raising."""

    def __init__(
        self,
        base: str,
        *,
        cabeceras: Mapping[str, str] | None = None,
        secretos: Sequence[str] = (),
        permitidas: Sequence[str] = (),
        limites: Limites | None = None,
        comprobar: Callable[[], None] = nada,
        dormir: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limites = limites or Limites()
        self.peticiones = 0  # that went out so far, repeats and redirects included
        self.tachar = Tachador(secretos)
        self.base = _origen(base)
        self._cabeceras = {"Accept-Encoding": "gzip", "User-Agent": "Trastienda"} | _validas(cabeceras or {})
        self._espera = Espera(comprobar, dormir=dormir)
        self._ritmo = Ritmo(self.limites.por_segundo, self._espera)
        self._plazo = Plazo(self._espera)
        self._red = Red(self._plazo, permitidas=permitidas, cifrada=self.base.scheme == "https")
        self._transporte = Transporte(self._red)
        self._uno = Lock()

    def __enter__(self) -> "ClienteHTTP":
        return self

    def __exit__(self, *_: object) -> None:
        self.cerrar()

    def cerrar(self) -> None:
        self._transporte.close()

    def direccion(self) -> str:
        """The address that the host's name leads to, if it is one that may be reached."""
        return self._red.direccion(self.base.host, self.base.port or (443 if self.base.scheme == "https" else 80))

    def pedir(
        self,
        metodo: str,
        ruta: str,
        parametros: Mapping[str, str] | None = None,
        *,
        cuerpo: bytes | None = None,
        cabeceras: Mapping[str, str] | None = None,
        repetible: bool | None = None,
        pasajera: Callable[[Respuesta], bool] = es_pasajera,
    ) -> Respuesta:
        """The answer to a request, asked again while it fails in a passing way.

        What is not `repetible` (by default all but GET, HEAD and OPTIONS) is asked again only where the first time
        surely had no effect; where nobody knows, Rejected `resultado_incierto`: look there before sending again.
        """
        request = self._preparar(metodo, ruta, parametros, cuerpo, cabeceras)
        safe = metodo in SEGUROS if repetible is None else repetible
        with self._uno:
            for attempt in range(1, self.limites.intentos + 1):
                try:
                    return self._intentar(request, pasajera, fresca=not safe)
                except Retriable as error:
                    if not safe and error.codigo not in http_errors.SIN_EFECTO:
                        raise http_errors.incierto(error) from error
                    self._reposar(request, attempt, error)
        raise AssertionError("the last attempt returns or raises")

    def _preparar(
        self,
        metodo: str,
        ruta: str,
        parametros: Mapping[str, str] | None,
        cuerpo: bytes | None,
        cabeceras: Mapping[str, str] | None,
    ) -> httpx.Request:
        try:
            url = httpx.URL(f"{str(self.base).rstrip('/')}/{ruta.lstrip('/')}")
            url = url.copy_merge_params(dict(parametros)) if parametros else url
        except httpx.InvalidURL as error:  # too long, or characters that no address has
            raise http_errors.de_httpx(error, self.base.host, silencio=0, total=None) from error
        headers = self._cabeceras | _validas(cabeceras or {})
        return httpx.Request(metodo, url, headers=headers, content=cuerpo, extensions={"timeout": self._timeout()})

    def _timeout(self) -> dict[str, float]:
        silencio = self.limites.silencio
        return {"connect": self.limites.conexion, "read": silencio, "write": silencio, "pool": silencio}

    def _intentar(self, request: httpx.Request, pasajera: Callable[[Respuesta], bool], *, fresca: bool) -> Respuesta:
        if fresca:
            self._transporte.close()  # a connection that the other side gave up meanwhile would leave us in doubt
        for _ in range(SALTOS):
            respuesta = self._una_vez(request)
            if pasajera(respuesta):
                detail = self.tachar(respuesta.texto, LARGO_EN_ERROR)
                asked = pausa_pedida(respuesta.cabeceras)
                raise http_errors.de_estado(self.base.host, respuesta.estado, asked, detail)
            if respuesta.estado not in REDIRECCIONES:
                return respuesta
            request = self._seguir(request, respuesta)
        raise http_errors.redireccion("una y otra vez")

    def _una_vez(self, request: httpx.Request) -> Respuesta:
        self._ritmo.turno()
        self._anotar_peticion(request)
        self._plazo.empezar(self.limites.total)
        self.peticiones += 1
        start = time.monotonic()
        try:
            respuesta = self._leer(self._transporte.handle_request(request))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            total = self.limites.total if self._plazo.vencido else None
            raise http_errors.de_httpx(error, self.base.host, silencio=self.limites.silencio, total=total) from error
        self._anotar_respuesta(respuesta, time.monotonic() - start)
        return respuesta

    def _leer(self, response: httpx.Response) -> Respuesta:
        assert isinstance(response.stream, httpx.SyncByteStream)
        try:
            body = bodies.leer(response.stream, response.headers, self.limites.cuerpo)
        finally:
            response.close()
        return Respuesta(response.status_code, response.headers, body)

    def _seguir(self, request: httpx.Request, respuesta: Respuesta) -> httpx.Request:
        """The request to the place that was named instead; only within our origin, for it carries the credential."""
        try:
            url = request.url.join(respuesta.cabeceras.get("location", ""))
        except httpx.InvalidURL:
            url = httpx.URL("")
        ours = (self.base.scheme, self.base.host, self.base.port)
        if request.method not in SEGUROS or (url.scheme, url.host, url.port) != ours:
            raise http_errors.redireccion(self.tachar(f"{url.scheme}://{url.host}", LARGO_EN_ERROR))
        return httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)

    def _reposar(self, request: httpx.Request, attempt: int, error: Retriable) -> None:
        """Wait before the next attempt, or raise the error where there is none."""
        seconds = error.pausa if isinstance(error, http_errors.Pasajera) else None
        if seconds is None:
            seconds = pausa(attempt, self.limites.pausa, self.limites.pausa_maxima)
        if attempt >= self.limites.intentos or seconds > self.limites.pausa_maxima:
            raise error
        logger.warning(
            "%s %s: %s; attempt %s of %s in %.1f s",
            request.method,
            self.tachar(str(request.url)),
            error.codigo,
            attempt + 1,
            self.limites.intentos,
            seconds,
        )
        self._espera.segundos(seconds)

    def _anotar_peticion(self, request: httpx.Request) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            body = self.tachar(request.content.decode(errors="replace"), LARGO_EN_LOG)
            logger.debug("-> %s %s %s", request.method, self.tachar(str(request.url)), body)

    def _anotar_respuesta(self, respuesta: Respuesta, segundos: float) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            body = self.tachar(respuesta.cuerpo[: 4 * LARGO_EN_LOG].decode(errors="replace"), LARGO_EN_LOG)
            length = len(respuesta.cuerpo)
            logger.debug("<- %s in %.0f ms, %s bytes: %s", respuesta.estado, 1000 * segundos, length, body)


def _origen(base: str) -> httpx.URL:
    """The base address, of which user, query and fragment are no part."""
    try:
        url = httpx.URL(base.strip())
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL("")
    more = url.userinfo or url.query or url.fragment or not 0 <= (url.port or 0) < 65536
    if url.scheme not in ("http", "https") or not url.host or more:
        raise Fatal("direccion_invalida", "La dirección de la API no es válida.", "Escríbala como https://host/ruta.")
    return url


def _validas(cabeceras: Mapping[str, str]) -> dict[str, str]:
    for name, value in cabeceras.items():
        if not EN_CABECERA.fullmatch(value):
            raise Fatal(
                "credencial_invalida",
                f"El valor de {name} tiene caracteres que no pueden ir en una petición.",
                "Escriba la clave de nuevo, sin espacios ni saltos de línea.",
            )
    return dict(cabeceras)
