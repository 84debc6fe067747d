"""Trying a key that came in a body, for whoever has one and asks what it opens."""

from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from apikeys import keys
from apikeys.auth import exigir
from apikeys.models import APIKeyCliente


def validar(request: Request, texto: str) -> APIKeyCliente | None:
    """The row of the key, or None where it opens nothing, whatever the reason. It counts as a use of the key."""
    try:
        fila, cuenta = exigir(request, APIKeyCliente, texto, keys.CLIENTE)
    except AuthenticationFailed:
        return None
    if cuenta.cuenta > fila.limite_por_minuto:
        raise Throttled(wait=cuenta.restan)
    return fila
