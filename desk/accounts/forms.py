"""allauth's forms for codes, with our own word on a code that was used before."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm

from desk.accounts import second_factor


class SinRepetir(BaseAuthenticateForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        codigo: str = super().clean_code()
        if self.authenticator.type == second_factor.TOTP and not second_factor.gastar(self.authenticator, codigo):
            raise get_adapter().validation_error("incorrect_code")
        return codigo


class CodigoForm(SinRepetir, AuthenticateForm):  # type: ignore[misc]
    """At login."""


class ConfirmarCodigoForm(SinRepetir, ReauthenticateForm):  # type: ignore[misc]
    """Once more, before something that matters."""
