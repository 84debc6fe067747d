"""Who may see the accounts of Contífico: nobody whom a setting limits to some companies, for these are none of them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from rest_framework.request import Request


def ve_cuentas(request: Request | HttpRequest) -> bool:
    """Whether nothing limits the request, beside what its user's permissions say."""
    alcance: Any = import_string(settings.ALCANCE_DE_LISTAS)(request)
    return alcance is None
