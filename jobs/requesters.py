"""Whoever asked for work that is done later: named in the run, and found again with the rights of that moment."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.utils.module_loading import import_string
from rest_framework.request import Request

from jobs.models import Ejecucion


@dataclass(frozen=True, slots=True)
class Solicitante:
    """A person, who may have come with a token (`ficha`), or a client's key (`auth`, as requests carry it)."""

    usuario: Any
    auth: Any = None
    ficha: Any = None

    @property
    def nombre(self) -> str:
        """As it stands in a run's key: `usuario:5`, `ficha:Ab1…` or `clave:Xy3…`."""
        return self.con or f"usuario:{self.usuario.pk}"

    @property
    def con(self) -> str:
        """The credential that the work hangs on and ends with; none where a person came by a session."""
        credencial = self.auth or self.ficha
        return str(credencial.solicitante) if credencial else ""

    def peticion(self, ruta: str, consulta: str) -> Request:
        """A GET of theirs, as if it came now."""
        raw = HttpRequest()
        raw.method, raw.path, raw.path_info = "GET", ruta, ruta
        raw.META = {"REQUEST_METHOD": "GET", "QUERY_STRING": consulta, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
        raw.GET = QueryDict(consulta)
        request = Request(raw)
        request.user, request.auth = self.usuario, self.auth
        return request


def de_peticion(request: Request | HttpRequest) -> Solicitante:
    """Who makes the request."""
    auth, ficha = getattr(request, "auth", None), getattr(request, "ficha", None)
    return Solicitante(request.user, ficha=ficha) if auth is None else Solicitante(AnonymousUser(), auth)


def de_ejecucion(run: Ejecucion, desde: str = "") -> Solicitante | None:
    """Who asked for the run, as they are now; None where credential or user is no longer good, or the system asked.

    `desde` is the address that asks in their name, where one does.
    """
    if run.solicitada_con:
        identidad = import_string(settings.IDENTIDAD_DE_SOLICITANTE)(run.solicitada_con, desde)
        return None if identidad is None else Solicitante(*identidad)
    usuario = get_user_model()._default_manager.filter(pk=run.solicitada_por_id or 0, is_active=True).first()
    return None if usuario is None else Solicitante(usuario)
