"""How allauth behaves here: which addresses it counts, what it says, and where secrets of second factors lie."""

import hashlib
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url

from lib import encryption, limits
from lib.client_address import direccion

TECHO, TECHO_SEGUNDOS = 30, 300  # attempts with one name, right or wrong

MENSAJES = {
    "username_password_mismatch": "El usuario o la contraseña no son correctos.",
    "invalid_login": "El usuario o la contraseña no son correctos.",
    "incorrect_password": "La contraseña no es correcta.",
    "enter_current_password": "Escriba su contraseña de ahora.",
    "too_many_login_attempts": "Demasiados intentos fallidos. Espere unos minutos y pruebe otra vez.",
    "rate_limited": "Demasiados intentos. Espere unos minutos y pruebe otra vez.",
    "invalid_password_reset": "El enlace ya no sirve: pida otro.",
}
MENSAJES_CODIGO = {
    "incorrect_code": "El código no es correcto, o ya se usó.",
    "cannot_delete_authenticator": "Su segundo factor no se puede quitar.",
    "cannot_generate_recovery_codes": "Active primero el segundo factor.",
}


class CuentaAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | MENSAJES

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: these pages are for browsers, and programs have /api/auth/."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return direccion(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The admin is for staff only; anyone else has the API."""
        return resolve_url("admin:index" if request.user.is_staff else "docs")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who came in only just now."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth's limits, which many at once may pass where the cache is files; then one that they may not."""
        super().pre_authenticate(request, **credentials)
        nombre = hashlib.sha256(self._get_login_attempts_cache_key(request, **credentials).encode()).hexdigest()
        if limits.contar(f"entrar:{nombre}", TECHO_SEGUNDOS).cuenta > TECHO:
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The name alone: by allauth's own key each host name of this site would give five attempts more."""
        return str(credentials.get("username", "")).strip().casefold()


class SegundoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | MENSAJES_CODIGO

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
