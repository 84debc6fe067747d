"""What goes wrong between us and a partner, told as errors of lib.errors; the words of libraries quote headers, so they
are left out."""

import math
import ssl
from http import HTTPStatus

import httpx

from lib.errors import Fatal, Rejected, Retriable, TrastiendaError

REVISE_DIRECCION = "Revise la dirección de la API."
REVISE_RED = "Repita más tarde; si sigue igual, revise la red y la dirección de la API."
# Codes after which the partner has surely done nothing: also what must not be done twice may be asked again.
SIN_EFECTO = frozenset({"host_desconocido", "conexion_rechazada", "demasiadas_peticiones"})


class Pasajera(Retriable):
    """An answer that may be better later; `pausa` is how many seconds the other side asks for."""

    pausa: float | None = None


def de_estado(host: str, estado: int, pausa: float | None, detalle: str) -> Pasajera:
    """The error that an answer with such a status is, once it is not asked for again."""
    if HTTPStatus.OK <= estado < HTTPStatus.MULTIPLE_CHOICES:
        return Pasajera("respuesta_ilegible", f"{host} contestó algo que no se entiende.", REVISE_RED, detalle=detalle)
    wait = "Repita más tarde." if not pausa else f"Repita dentro de {math.ceil(pausa)} s."
    if estado == HTTPStatus.TOO_MANY_REQUESTS:
        mensaje = f"{host} pide que se le pregunte menos."
        wait += " Si vuelve a pasar, baje las peticiones por segundo."
        error = Pasajera("demasiadas_peticiones", mensaje, wait, detalle=detalle)
    else:
        mensaje = f"{host} no puede contestar ahora (HTTP {estado})."
        error = Pasajera("servicio_no_disponible", mensaje, wait, detalle=detalle)
    error.pausa = pausa
    return error


def de_httpx(error: Exception, host: str, *, silencio: float, total: float | None) -> TrastiendaError:
    """The error behind httpx's; with `total`, the whole time that the request had is over."""
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        if _de_certificado(error):
            return Fatal("tls_no_valido", f"El certificado de {host} no es válido.", REVISE_DIRECCION)
        return Retriable("conexion_rechazada", f"No se pudo conectar con {host}.", REVISE_RED)
    if isinstance(error, httpx.TimeoutException):
        if total:
            return Retriable("respuesta_lenta", f"La respuesta de {host} no acabó en {total:g} s.", REVISE_RED)
        return Retriable("sin_respuesta", f"{host} no dijo nada en {silencio:g} s.", REVISE_RED)
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return Retriable("conexion_cortada", f"La conexión con {host} se cortó a mitad.", REVISE_RED)
    return Fatal("peticion_invalida", f"La petición a {host} no se puede escribir.", "Revise dirección y clave.")


def redireccion(destino: str) -> Fatal:
    return Fatal("redireccion_no_permitida", f"El servidor redirige a otra parte ({destino}).", REVISE_DIRECCION)


def incierto(error: Retriable) -> Rejected:
    """A request that must not be made twice, of which nobody knows whether it was made once."""
    return Rejected(
        "resultado_incierto",
        f"No se sabe si la petición llegó a hacerse. {error.mensaje}",
        "Antes de repetirla, compruebe al otro lado si quedó hecha.",
        causa=error.codigo,
    )


def _de_certificado(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
