"""Nobody of the staff gets anywhere without a second factor, outside the embedded shape."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve, reverse

from desk.accounts import second_factor
from desk.accounts.refusals import FALTA_SEGUNDO_FACTOR
from lib.api import error_body

# What leads to a second factor, or out.
SIN_SEGUNDO_FACTOR = frozenset(
    (
        "account_login", "account_logout", "account_reauthenticate", "mfa_reauthenticate", "mfa_activate_totp",
        "salir", "auth-logout",
    )
)  # fmt: skip


class SegundoFactorMiddleware:
    """Stops a session that did not prove a second factor; keys and tokens come without a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _detener(request) or self.get_response(request)


def _detener(request: HttpRequest) -> HttpResponse | None:
    if not settings.SEGUNDO_FACTOR_OBLIGATORIO or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    if not request.user.is_authenticated or not second_factor.obligatorio(request.user):
        return None
    if _nombre(request) in SIN_SEGUNDO_FACTOR or second_factor.satisfecho(request):
        return None
    if request.path_info.startswith("/api/"):
        return JsonResponse(error_body(*FALTA_SEGUNDO_FACTOR), status=403)
    pagina = "mfa_reauthenticate" if second_factor.tiene(request.user) else "mfa_activate_totp"
    return HttpResponseRedirect(f"{reverse(pagina)}?{urlencode({'next': request.get_full_path()})}")


def _nombre(request: HttpRequest) -> str | None:
    try:
        return resolve(request.path_info).url_name
    except Resolver404:
        return None
