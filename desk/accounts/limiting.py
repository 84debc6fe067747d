"""How often one may try: allauth's counting, for what is not one of its own pages."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from rest_framework.exceptions import Throttled

ESPERA = 60
ESPERA_FALLIDOS = 300
DEMASIADOS = "too_many_login_attempts"


def contar(request: HttpRequest, accion: str, *, usuario: Any = None) -> None:
    """Count one more of ACCOUNT_RATE_LIMITS; Throttled where it is one too many."""
    if not ratelimit.consume(request, action=accion, user=usuario):
        raise Throttled(ESPERA)


def comprobar(request: HttpRequest, usuario: str, contrasena: str) -> Any | None:
    """The active person with this name and password, at the same cost whether there is one or not."""
    try:
        return get_adapter().authenticate(request, username=usuario, password=contrasena)
    except ValidationError as error:
        if error.code != DEMASIADOS:
            raise
        raise Throttled(ESPERA_FALLIDOS) from error
