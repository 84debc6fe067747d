"""Trying a key that came in a body, for whoever has one and asks what it opens."""

from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apikeys import keys
from apikeys.auth import exigir
from apikeys.models import APIKeyCliente


def validar(request: Request, texto: str) -> APIKeyCliente | None:
    """The row of the key, or None where it opens nothing, whatever the reason. It counts as a use of the key."""
    try:
        return exigir(request, APIKeyCliente, texto, keys.CLIENTE)
    except AuthenticationFailed:
        return None
