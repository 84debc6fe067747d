"""Who asks: a client by its key (`Bearer sk_…`, `Api-Key sk_…`, header Api-Key), a person by a token (`Token pt_…`).

Every refused credential costs the same, one query and one HMAC, and gets the same answer.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apikeys import keys
from apikeys.models import APIKeyCliente, Credencial, FichaPersonal, IntentoRechazado
from companies.models import EmpresaServidor, nits_de
from lib.errors import Denied

C = TypeVar("C", bound=Credencial)
Motivo = IntentoRechazado.Motivo

EN_URL = re.compile(rf"(?:{keys.CLIENTE}|{keys.PERSONA})[0-9A-Za-z]{{{keys.LARGO - 3}}}")
NADIE = keys.Clave(
    "sk_" + "0" * (keys.LARGO - 3)
)  # stands for what is no key: it is looked up and digested all the same


SIN_SEGUNDO_FACTOR = (
    "falta_segundo_factor", "La ficha se hizo sin segundo factor.", "Pida otra en /api/auth/login/.",
)  # fmt: skip


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
        if not self.clave.nit_base:
            return ()
        return tuple(EmpresaServidor.objects.filter(nit_base__in=self.nits_base).values_list("pk", flat=True))

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
        if not ficha.usuario.is_active:
            raise AuthenticationFailed
        if settings.SEGUNDO_FACTOR_OBLIGATORIO and _manda(ficha.usuario) and not ficha.segundo_factor:
            raise Denied(*SIN_SEGUNDO_FACTOR)
        request._request.ficha = ficha  # type: ignore[attr-defined]
        return ficha.usuario, None

    def authenticate_header(self, request: Request) -> str:
        return "Token"


def _manda(usuario: Any) -> bool:
    return bool(usuario.is_staff or usuario.is_superuser)


def texto_de(request: Request | HttpRequest, prefijo: str) -> str | None:
    """What the headers give as a credential of this kind; None where they give none."""
    esquema, _, resto = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    dado = resto.strip() if esquema.lower() in ESQUEMAS[prefijo] else None
    if prefijo == keys.CLIENTE and "HTTP_API_KEY" in request.META:
        propio = request.META["HTTP_API_KEY"].strip()
        return propio if dado is None else f"{dado},{propio}"  # two at once are none
    return dado


ESQUEMAS = {keys.CLIENTE: ("bearer", "api-key"), keys.PERSONA: ("token",)}


def exigir(request: Request, modelo: type[C], texto: str, prefijo: str) -> C:
    """The row of the credential; AuthenticationFailed, the same for every reason."""
    try:
        return comprobar(request, modelo, texto, prefijo)
    except Rechazada as error:
        raise AuthenticationFailed from error


def comprobar(request: Request | HttpRequest, modelo: type[C], texto: str, prefijo: str) -> C:
    """The row that the credential opens; Rechazada with the reason."""
    clave = keys.leer(texto, prefijo)
    buscada = clave or NADIE
    fila = modelo._default_manager.filter(identificador=buscada.identificador).first()
    bien = keys.coincide(buscada, fila.huella if fila else "", fila.pimienta if fila else "")
    if EN_URL.search(unquote(request.META.get("QUERY_STRING", ""))):
        raise Rechazada(Motivo.EN_URL)
    if clave is None:
        raise Rechazada(Motivo.DOBLE if "," in texto else Motivo.FORMATO)
    if fila is None or not bien:
        raise Rechazada(Motivo.SECRETO if fila else Motivo.DESCONOCIDA, clave.identificador)
    if not fila.vigente():
        raise Rechazada(Motivo.CADUCADA if fila.activa else Motivo.REVOCADA, clave.identificador)
    return fila
