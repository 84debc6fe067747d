"""Who asks: a client by its key (`Bearer sk_…`, `Api-Key sk_…`, header Api-Key), a person by a token (`Token pt_…`).

Every refused credential costs the same, one query and one HMAC, and gets the same answer.
"""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from apikeys import keys, refusals
from apikeys.middleware import en_direccion
from apikeys.models import APIKeyCliente, Credencial, FichaPersonal, IntentoRechazado
from apikeys.networks import contiene
from apikeys.usage import usar
from companies.models import empresas_de, nits_de
from lib.client_address import direccion
from lib.errors import Denied
from lib.statements import Fija

C = TypeVar("C", bound=Credencial)
Motivo = IntentoRechazado.Motivo

NADIE = keys.Clave(
    "sk_" + "0" * (keys.LARGO - 3)
)  # stands for what is no key: it is looked up and digested all the same

# Seconds that every refusal takes. To read a row that is there takes a tenth more than to find none, which ten thousand
# guesses would tell (bench/claves.py); whoever has to wait for the same moment learns nothing.
PISO = 0.01


SIN_SEGUNDO_FACTOR = (
    "falta_segundo_factor", "La ficha se hizo sin segundo factor.", "Pida otra en /api/auth/login/.",
)  # fmt: skip


# Read at each request and remembered of none, so only its compilation is saved.
# The newest comes last, where `lib.branches` wants it.
EMPRESAS = Fija(lambda nit_base: empresas_de(nit_base).order_by("anio_fiscal", "pk").values_list("pk"))


class Rechazada(Exception):
    """The credential opens nothing; the reason is for the log only."""

    def __init__(self, motivo: str, identificador: str = "") -> None:
        super().__init__(motivo)
        self.motivo = motivo
        self.identificador = identificador


@dataclass(frozen=True)
class Cliente:
    """What `request.auth` is for a key: what it is bound to, and what it may do."""

    clave: APIKeyCliente

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.clave.alcances)

    @cached_property
    def nits_base(self) -> tuple[str, ...]:
        """Its NIT and those confirmed as the same."""
        return nits_de(self.clave.nit_base) if self.clave.nit_base else ()

    @cached_property
    def empresas(self) -> tuple[int, ...]:
        """The ids of the companies that it sees, as they are at this request."""
        return tuple(pk for (pk,) in EMPRESAS.filas(self.clave.nit_base)) if self.clave.nit_base else ()

    @property
    def solicitante(self) -> str:
        """By what name its runs know it."""
        return f"clave:{self.clave.identificador}"


class ClaveAuthentication(BaseAuthentication):
    """A key: no user, and `request.auth` is a `Cliente`."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Cliente] | None:
        texto = texto_de(request, keys.CLIENTE)
        if texto is None:
            return None
        return AnonymousUser(), Cliente(exigir(request, APIKeyCliente, texto, keys.CLIENTE))

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"


class FichaAuthentication(BaseAuthentication):
    """A token: the user it belongs to, as if by session, but without one. `request.ficha` is the token's row."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        texto = texto_de(request, keys.PERSONA)
        if texto is None:
            return None
        ficha = exigir(request, FichaPersonal, texto, keys.PERSONA)
        if settings.SEGUNDO_FACTOR_OBLIGATORIO and _manda(ficha.usuario) and not ficha.segundo_factor:
            raise Denied(*SIN_SEGUNDO_FACTOR)
        request._request.ficha = ficha  # type: ignore[attr-defined]
        return ficha.usuario, None

    def authenticate_header(self, request: Request) -> str:
        return "Token"


def _manda(usuario: Any) -> bool:
    return bool(usuario.is_staff or usuario.is_superuser)


ESQUEMAS = {keys.CLIENTE: ("bearer", "api-key"), keys.PERSONA: ("token",)}
TODOS = (*ESQUEMAS[keys.CLIENTE], *ESQUEMAS[keys.PERSONA])


def texto_de(request: Request, prefijo: str) -> str | None:
    """What the request gives as a credential of this kind; None where it gives none.

    One in the address counts as given, so that it is refused instead of passed over.
    """
    esquema, _, resto = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    esquema, resto = esquema.lower(), resto.strip()
    if prefijo == keys.CLIENTE:
        if "HTTP_API_KEY" in request.META:
            propio: str = request.META["HTTP_API_KEY"].strip()
            return f"{resto},{propio}" if esquema in TODOS else propio  # two at once are none
        if esquema not in TODOS and en_direccion(request._request):
            return ""
    return resto if esquema in ESQUEMAS[prefijo] else None


def exigir(request: Request, modelo: type[C], texto: str, prefijo: str) -> C:
    """The row of the credential; AuthenticationFailed, the same for every reason.

    Throttled where too much was refused to this address lately, and where the credential was used beyond its own limit:
    here, before any view is asked what it permits, so that no answer is without limit.
    """
    inicio = time.monotonic()
    refusals.exigir_abierta(request)
    try:
        fila, clave = comprobar(request, modelo, texto, prefijo)
    except Rechazada as error:
        refusals.anotar(request, error.motivo, error.identificador)
        time.sleep(max(0.0, inicio + PISO - time.monotonic()))
        raise AuthenticationFailed from error
    cuenta = usar(fila, clave)
    if fila.limite is not None and cuenta.cuenta > fila.limite:
        raise Throttled(wait=cuenta.restan)
    return fila


def comprobar(request: Request, modelo: type[C], texto: str, prefijo: str) -> tuple[C, keys.Clave]:
    """The row that the credential opens, and the credential; Rechazada with the reason."""
    clave = keys.leer(texto, prefijo)
    buscada = clave or NADIE
    fila = modelo.con_identificador(buscada.identificador)
    bien = keys.coincide(buscada, fila.huella if fila else "", fila.pimienta if fila else "")
    if expuesta := en_direccion(request._request):
        raise Rechazada(Motivo.EN_URL, expuesta)
    if clave is None:
        raise Rechazada(Motivo.DOBLE if "," in texto else Motivo.FORMATO)
    if fila is None or not bien:
        raise Rechazada(Motivo.SECRETO if fila else Motivo.DESCONOCIDA, clave.identificador)
    if not fila.abre:
        caducada = fila.activa and fila.fecha_caducidad <= timezone.now()
        raise Rechazada(Motivo.CADUCADA if caducada else Motivo.REVOCADA, clave.identificador)
    if not contiene(fila.redes, direccion(request)):
        raise Rechazada(Motivo.RED, clave.identificador)
    return fila, clave
