"""The one shape of every error that the API answers."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from lib.errors import Conflict, Fatal, Rejected, Retriable, TrastiendaError

ESTADOS_HTTP = ((Conflict, 409), (Rejected, 400), (Retriable, 503), (Fatal, 502))


def error_body(codigo: str, mensaje: str, remedio: str = "", campos: Any = None, **extra: Any) -> dict[str, Any]:
    return {"error": {"codigo": codigo, "mensaje": mensaje, "remedio": remedio, "campos": campos or {}, **extra}}


def handle_exception(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as `{"error": {codigo, mensaje, remedio, campos}}`; DRF's own statuses and headers stay."""
    if isinstance(exc, TrastiendaError):
        status = next(status for kind, status in ESTADOS_HTTP if isinstance(exc, kind))
        return Response(error_body(exc.codigo, exc.mensaje, exc.remedio, **exc.extra), status=status)
    response = exception_handler(exc, context)
    if response is None:
        return None
    if isinstance(exc, exceptions.ValidationError):
        campos = exc.detail if isinstance(exc.detail, dict) else {"general": exc.detail}
        response.data = error_body(
            "datos_invalidos", "Hay datos que no valen.", "Corrija los campos señalados.", campos
        )
    elif isinstance(exc, Http404):
        response.data = error_body("no_encontrado", "No existe o no está a su alcance.")
    elif isinstance(exc, PermissionDenied):
        response.data = error_body("sin_permiso", "No tiene permiso para hacer esto.")
    elif isinstance(exc, exceptions.APIException):
        response.data = error_body(str(exc.get_codes()), str(exc.detail))
    return response
