"""Reading the API as a key, without having it: the same views, rows, columns and filters, called in process.

It is no use of the key, so nothing is counted against it. Whoever looks never sees more personal data than the own
permission allows, whatever the key may.
"""

import json
import logging
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.urls import resolve
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apikeys.auth import Cliente
from apikeys.granting import PERSONALES
from apikeys.models import Alcance, APIKeyCliente

logger = logging.getLogger(__name__)

POR = [("articulo", "Artículo"), ("bodega", "Bodega"), ("tipo_documento", "Tipo de documento")]
DE_LA_RED = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "REMOTE_ADDR")
PESTANAS = {
    "empresas": ("Empresas", "/api/empresas-servidor/"),
    "movimientos": ("Movimientos", "/api/movimientos/"),
    "resumen_mensual": ("Resumen mensual", "/api/movimientos/resumen_mensual/"),
    "articulos": ("Artículos", "/api/articulos/"),
    "existencias": ("Existencias", "/api/existencias/"),
    "mi_clave": ("Mi clave", "/api/api-keys/mi_clave/"),
}


@dataclass(frozen=True)
class ComoCliente(Cliente):
    """What `request.auth` is while a person looks as a key."""

    por: Any

    @cached_property
    def sin_personales(self) -> bool:
        """Whether the key may see personal data that the person may not."""
        return Alcance.DATOS_PERSONALES in self.clave.alcances and not self.por.has_perm(PERSONALES)

    @property
    def scopes(self) -> frozenset[str]:
        return super().scopes - ({Alcance.DATOS_PERSONALES} if self.sin_personales else set())

    @property
    def solicitante(self) -> str:
        return f"user {self.por.pk} as {super().solicitante}"


@dataclass(frozen=True)
class Vista:
    """What the API answered: rows of a list, or the parts of one thing; or its error."""

    estado: int
    columnas: list[str] = field(default_factory=list)
    filas: list[dict[str, Any]] = field(default_factory=list)
    siguiente: str = ""
    anterior: str = ""
    error: dict[str, Any] | None = None
    es_lista: bool = True


class _Autenticado(BaseAuthentication):
    def __init__(self, cliente: Cliente) -> None:
        self.cliente = cliente

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Cliente]:
        return AnonymousUser(), self.cliente


def mirar(fila: APIKeyCliente, pestana: str, parametros: QueryDict, de: HttpRequest) -> Vista:
    """What the API answers to the key `fila` at the address of the tab; `de` is the request of who looks."""
    ruta = PESTANAS[pestana][1]
    logger.info("user %s looks at %s as key sk_%s", de.user.pk, ruta, fila.identificador)
    answer = _view(ruta, ComoCliente(fila, de.user))(_pedido(ruta, parametros, de))
    if not answer.is_rendered:
        answer.render()
    return _leida(answer.status_code, json.loads(answer.content))


def pestanas() -> dict[str, str]:
    """The tabs that this installation's API has, with their titles."""
    return {name: titulo for name, (titulo, ruta) in PESTANAS.items() if _es_lista(ruta)}


def filtros(pestana: str) -> dict[str, list[tuple[str, str]]]:
    """The filters of the list by name, each with its choices if it has any."""
    func: Any = resolve(PESTANAS[pestana][1]).func
    es_lista = getattr(func, "actions", {}).get("get") == "list"
    clase = getattr(func.cls, "filterset_class", None) if es_lista else None
    found = {name: list(one.extra.get("choices") or ()) for name, one in clase.base_filters.items()} if clase else {}
    return found | ({"por": POR} if pestana == "resumen_mensual" else {})


def _es_lista(ruta: str) -> bool:
    """Whether a view of the API answers exactly here, and not the page for what is not found or a detail."""
    match = resolve(ruta)
    return hasattr(match.func, "cls") and not match.kwargs


def _view(ruta: str, cliente: Cliente) -> Any:
    """The view of this address, which asks nobody who he is and counts nothing."""
    hallada: Any = resolve(ruta).func
    opciones = hallada.initkwargs | {"authentication_classes": [partial(_Autenticado, cliente)]}
    acciones = getattr(hallada, "actions", None)
    return hallada.cls.as_view(acciones, **opciones) if acciones else hallada.cls.as_view(**opciones)


def _pedido(ruta: str, parametros: QueryDict, de: HttpRequest) -> HttpRequest:
    pedido = HttpRequest()
    pedido.method = "GET"
    pedido.path = pedido.path_info = ruta
    pedido.GET = parametros  # type: ignore[assignment]
    pedido.META = {name: de.META[name] for name in DE_LA_RED if name in de.META}
    pedido.META |= {"REQUEST_METHOD": "GET", "QUERY_STRING": parametros.urlencode()}
    return pedido


def _leida(estado: int, cuerpo: Any) -> Vista:
    if "error" in cuerpo:
        return Vista(estado, error=cuerpo["error"])
    if "results" not in cuerpo:
        return Vista(estado, list(cuerpo), [cuerpo], es_lista=False)
    filas = cuerpo["results"]
    siguiente, anterior = (_cursor(cuerpo.get(name)) for name in ("next", "previous"))
    return Vista(estado, list(filas[0]) if filas else [], filas, siguiente, anterior)


def _cursor(url: str | None) -> str:
    return parse_qs(urlsplit(url or "").query).get("cursor", [""])[0]
