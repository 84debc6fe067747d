"""Which web origins may read an answer from a browser (CORS): those of the setting, and those of the key that asks.

django-cors-headers asks `permitido` twice: for the preflight, which carries no key, and once the answer stands, when
`request.auth` says whose it is. Cookies never count: pages of other origins have keys or tokens, or nothing.
"""

import re
from typing import Any

from corsheaders.signals import check_request_enabled
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from apikeys.models import OrigenPermitido
from lib.origins import es_origen

BAJO_API = re.compile(settings.CORS_URLS_REGEX)


@receiver(check_request_enabled, dispatch_uid="apikeys.origins")
def permitido(request: HttpRequest, **_: Any) -> bool:
    """Whether a page of the request's origin may read its answer."""
    origen = request.headers.get("Origin", "")
    if not BAJO_API.match(request.path_info) or not es_origen(origen):
        return False
    if getattr(request, "auth", None) is not None:
        return origen in settings.CORS_ORIGENES or _suyo(request, origen)
    if _anonima(request):
        return origen in settings.CORS_ORIGENES or _de_alguna(origen)
    return hasattr(request, "ficha") and origen in settings.CORS_ORIGENES


def _anonima(request: HttpRequest) -> bool:
    """A preflight, or an answer that says nothing of anyone: 401 and the like."""
    user = getattr(request, "user", None)  # none where the request was refused before anyone asked whose it is
    return request.method == "OPTIONS" or user is None or not user.is_authenticated


def _suyo(request: Any, origen: str) -> bool:
    return OrigenPermitido.objects.filter(clave=request.auth.clave.pk, origen=origen).exists()


def _de_alguna(origen: str) -> bool:
    """Whether any living key names it, found by the index of `origen`."""
    vivas = {"clave__activa": True, "clave__fecha_caducidad__gt": timezone.now()}
    return OrigenPermitido.objects.filter(origen=origen, **vivas).exists()
