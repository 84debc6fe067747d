"""Logging in by the API: name, password and, where there is one, the second factor give a personal token."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import update_last_login
from django.http import HttpRequest
from rest_framework.exceptions import Throttled

from apikeys.issuing import emitir_ficha
from apikeys.keys import Clave
from apikeys.models import FichaPersonal
from desk.accounts import limiting, refusals, second_factor
from desk.accounts.forms import CodigoForm
from lib.errors import Denied, Unproven


def entrar(
    request: HttpRequest, *, username: str, password: str, codigo: str = "", nombre: str = ""
) -> tuple[FichaPersonal, Clave]:
    """A new token; Unproven or Denied with the reason, Throttled after too many attempts."""
    limiting.contar(request, "login")
    persona = limiting.comprobar(request, username, password)
    if persona is None:
        raise Unproven(*refusals.CREDENCIALES)
    probado = _segundo_factor(persona, codigo)
    update_last_login(None, persona)  # type: ignore[arg-type]
    return emitir_ficha(persona, dias=settings.FICHA_DIAS, nombre=nombre, segundo_factor=probado)


def _segundo_factor(persona: Any, codigo: str) -> bool:
    """Whether the person proved one; who must have one and has none is denied."""
    if second_factor.tiene(persona):
        _comprobar_codigo(persona, codigo)
        return True
    if second_factor.obligatorio(persona):
        raise Denied(*refusals.FALTA_SEGUNDO_FACTOR)
    return False


def _comprobar_codigo(persona: Any, codigo: str) -> None:
    if not codigo:
        raise Unproven(*refusals.CODIGO_REQUERIDO)
    form = CodigoForm(user=persona, data={"code": codigo})
    if form.is_valid():
        form.authenticator.record_usage()
    elif form.has_error("code", limiting.DEMASIADOS):
        raise Throttled(limiting.ESPERA_FALLIDOS)
    else:
        raise Unproven(*refusals.CODIGO_INVALIDO)
