"""The one shape of every error that the API answers: `{"error": {codigo, mensaje, remedio, campos}}`, never HTML."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from lib import parsing
from lib.errors import Conflict, Denied, Fatal, Missing, Rejected, Retriable, TrastiendaError, Unproven
from lib.rendering import JSONRenderer

ESTADOS_HTTP = (
    (Conflict, 409), (Missing, 404), (Unproven, 401), (Denied, 403), (Rejected, 400), (Retriable, 503), (Fatal, 502),
)  # fmt: skip

# DRF's own errors, by their class: code, sentence, remedy.
DE_DRF: dict[type[exceptions.APIException], tuple[str, str, str]] = {
    exceptions.ParseError: ("json_invalido", "El cuerpo no es JSON válido.", "Envíe un objeto JSON en UTF-8."),
    exceptions.NotAuthenticated: (
        "sin_sesion",
        "Falta decir quién es.",
        "Envíe su clave en la cabecera Api-Key, o inicie sesión en /admin/.",
    ),
    exceptions.AuthenticationFailed: ("credencial_invalida", "La credencial no vale.", "Revísela o pida otra."),
    exceptions.PermissionDenied: ("sin_permiso", "No tiene permiso para hacer esto.", "Pídalo a un administrador."),
    exceptions.NotFound: ("no_encontrado", "No existe o no está a su alcance.", "Revise la dirección."),
    exceptions.MethodNotAllowed: ("metodo_no_permitido", "Aquí no se admite ese método.", "Vea /api/docs/."),
    exceptions.NotAcceptable: ("formato_no_disponible", "Solo se responde en JSON.", "Pida application/json."),
    exceptions.UnsupportedMediaType: ("tipo_no_admitido", "El cuerpo debe ser JSON.", "Use application/json."),
    parsing.BodyTooLarge: ("cuerpo_demasiado_grande", "El cuerpo es demasiado grande.", "Envíelo en partes."),
    exceptions.Throttled: ("demasiadas_peticiones", "Hizo demasiadas peticiones.", "Espere lo que dice Retry-After."),
}
SIN_CSRF = ("csrf", "Falta la ficha CSRF de la sesión o no vale.", "Envíe la cookie csrftoken en X-CSRFToken.")
DE_DJANGO = {
    400: ("peticion_invalida", "La petición no es válida.", "Revise la dirección y el cuerpo."),
    403: DE_DRF[exceptions.PermissionDenied],
    404: DE_DRF[exceptions.NotFound],
    500: ("error_interno", "Ocurrió un error inesperado.", "Repita más tarde; si sigue, avise a soporte con la hora."),
}


def error_body(codigo: str, mensaje: str, remedio: str = "", campos: Any = None, **extra: Any) -> dict[str, Any]:
    return {"error": {"codigo": codigo, "mensaje": mensaje, "remedio": remedio, "campos": campos or {}, **extra}}


def handle_exception(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every error in the one shape; DRF's own statuses and headers stay. None: an unforeseen one, see `handler500`."""
    if isinstance(exc, ProtectedError | RestrictedError):
        exc = _con_dependientes(exc)
    if isinstance(exc, DjangoValidationError):
        exc = exceptions.ValidationError(as_serializer_error(exc))
    if isinstance(exc, TrastiendaError):
        status = next(status for kind, status in ESTADOS_HTTP if isinstance(exc, kind))
        response: Response | None = Response(error_body(exc.codigo, exc.mensaje, exc.remedio, **exc.extra), status)
    elif response := exception_handler(exc, context):
        response.data = _cuerpo(exc)
    if response and "request" in context:  # in JSON also where the view itself answers YAML or a page
        context["request"].accepted_renderer = JSONRenderer()
        context["request"].accepted_media_type = JSONRenderer.media_type
    return response


def _con_dependientes(error: ProtectedError | RestrictedError) -> Conflict:
    rows = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
    dependientes = Counter(str(row._meta.verbose_name_plural) for row in rows)
    return Conflict(
        "tiene_dependientes",
        "No se puede borrar: otros datos dependen de este.",
        "Borre o mueva primero lo que depende de él.",
        dependientes=dict(dependientes),
    )


def _cuerpo(exc: Exception) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return error_body(
            "datos_invalidos", "Hay datos que no valen.", "Corrija los campos señalados.", por_campo(exc.detail)
        )
    if isinstance(exc, Http404):
        return error_body(*DE_DRF[exceptions.NotFound])
    if isinstance(exc, PermissionDenied | exceptions.PermissionDenied):
        return error_body(*(SIN_CSRF if "CSRF" in str(exc) else DE_DRF[exceptions.PermissionDenied]))
    known = next((texts for kind, texts in DE_DRF.items() if isinstance(exc, kind)), None)
    return error_body(*(known or (getattr(exc, "default_code", "error"), str(exc), "")))


def por_campo(detail: Any) -> dict[str, Any]:
    """The messages by field; those of no single field under `general`."""
    if not isinstance(detail, dict):
        return {"general": detail if isinstance(detail, list) else [detail]}
    return {"general" if field in ("non_field_errors", "__all__") else field: texts for field, texts in detail.items()}


def _para_api(status: int, html: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for an error that Django found itself: JSON under /api/, the usual page elsewhere."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.path_info.partition("/api")[0] == "" and request.path_info[4:5] in ("", "/"):
            return JsonResponse(error_body(*DE_DJANGO[status]), status=status)
        return html(request, *args, **kwargs)

    return view


handler400 = _para_api(400, defaults.bad_request)
handler403 = _para_api(403, defaults.permission_denied)
handler404 = _para_api(404, defaults.page_not_found)
handler500 = _para_api(500, defaults.server_error)


@csrf_exempt  # nothing is done here, and a refusal would be a page
def no_such_route(request: HttpRequest) -> JsonResponse:
    """What answers below /api/ where no route matches, with DEBUG on as well."""
    return JsonResponse(error_body(*DE_DJANGO[404]), status=404)
