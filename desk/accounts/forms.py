"""allauth's forms for codes: none counts twice, and a secret that is being set up is kept encrypted."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm

from desk.accounts import second_factor


class SinRepetir(BaseAuthenticateForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        codigo: str = super().clean_code()
        if self.authenticator.type == second_factor.TOTP and not second_factor.gastar(self.authenticator, codigo):
            raise get_adapter().validation_error("incorrect_code")
        return codigo


class ActivarForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super(ActivateTOTPForm, self).__init__(*args, **kwargs)  # whose own would put the bare secret into the session
        self.user = user
        self.secret = second_factor.secreto_pendiente(nuevo=not self.is_bound)


class CodigoForm(SinRepetir, AuthenticateForm):  # type: ignore[misc]
    """At login."""


class ConfirmarCodigoForm(SinRepetir, ReauthenticateForm):  # type: ignore[misc]
    """Once more, before something that matters."""
