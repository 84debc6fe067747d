"""What the pages under /cuenta/ need to look as the admin does."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

PAGINAS = ("/cuenta/", "/admin/logout/")


def pagina(request: HttpRequest) -> dict[str, Any]:
    if not request.path_info.startswith(PAGINAS) or not hasattr(request, "user"):
        return {}  # without a user: the page of an error that came before anyone asked who it is
    own = {"hay_correo": settings.HAY_CORREO, "obligatorio": settings.SEGUNDO_FACTOR_OBLIGATORIO}
    return {**admin.site.each_context(request), **own}
