"""Personal data in movements: who may see it, and the log line that each reading leaves."""

import logging
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

logger = logging.getLogger(__name__)

PERSONALES = (
    "paciente", "cedula_paciente", "medico", "cedula_medico", "medico2", "cedula_medico2", "procedimientos",
)  # fmt: skip
PERMISO = "inventory.ver_datos_personales"
ALCANCE = "datos_personales"


def puede_ver_personales(request: Request | HttpRequest) -> bool:
    """Whether the request's key has the scope, or its user the permission."""
    key = getattr(request, "auth", None)
    if key is not None:
        return ALCANCE in getattr(key, "scopes", ())
    user = request.user
    return bool(user.is_authenticated and user.has_perm(PERMISO))


def anotar_lectura(request: Request | HttpRequest, que: str) -> None:
    """Log that personal data was shown: to whom, what, and by which address (values of its parameters left out)."""
    query: Any = request.GET
    logger.info("personal data read by %s: %s at %s?%s", _quien(request), que, request.path, ",".join(query))


def _quien(request: Request | HttpRequest) -> str:
    """A user by number, a key by its public id."""
    key = getattr(request, "auth", None)
    return f"user {request.user.pk}" if key is None else str(key.solicitante)
