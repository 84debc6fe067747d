"""The pages under /cuenta/: those of allauth that are in use here, and no other."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as respaldo
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

Vista = Callable[..., HttpResponseBase]


def con_correo(vista: Vista) -> Vista:
    """The page, where there is a mail server; without one a link to it would lead nowhere."""

    @wraps(vista)
    def envuelta(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.HAY_CORREO:
            raise Http404
        return vista(request, *args, **kwargs)

    return envuelta


def con_codigo(vista: Vista) -> Vista:
    """The page that asks for a code; allauth takes a POST without one for a security key, which nobody has here."""

    @wraps(vista)
    def envuelta(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and "code" not in request.POST:
            sent = request.POST.copy()
            sent["code"] = ""
            request.POST = sent  # type: ignore[assignment]
        return vista(request, *args, **kwargs)

    return envuelta


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="mfa_index")),
    path("entrar/", account.login, name="account_login"),
    path("salir/", account.logout, name="account_logout"),
    path("confirmar/", account.reauthenticate, name="account_reauthenticate"),
    path("contrasena/cambiar/", account.password_change, name="account_change_password"),
    path("contrasena/definir/", RedirectView.as_view(pattern_name="admin:index"), name="account_set_password"),
    path("contrasena/recuperar/", con_correo(account.password_reset), name="account_reset_password"),
    path("contrasena/enviado/", con_correo(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^contrasena/nueva/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        con_correo(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "contrasena/lista/",
        con_correo(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("segundo-factor/", mfa.index, name="mfa_index"),
    path("segundo-factor/codigo/", con_codigo(mfa.authenticate), name="mfa_authenticate"),
    path("segundo-factor/confirmar/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("segundo-factor/activar/", totp.activate_totp, name="mfa_activate_totp"),
    path("segundo-factor/desactivar/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("segundo-factor/respaldo/", respaldo.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("segundo-factor/respaldo/generar/", respaldo.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("segundo-factor/respaldo/descargar/", respaldo.download_recovery_codes, name="mfa_download_recovery_codes"),
]

for _page in urlpatterns:  # secrets and recovery codes are on some of them, and no browser or proxy keeps any
    _page.callback = never_cache(_page.callback)
