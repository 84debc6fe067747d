"""Which servers a request may write to, beside what its user's permissions say.

Whose companies are on a server, the rooms above know: the setting LIMITE_DE_SERVIDORES names the function that tells.
"""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.module_loading import import_string
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from lib.permissions import ModelPermissions
from servers.models import Servidor


def puede_anadir(request: Request | HttpRequest) -> bool:
    """Whether nothing limits the request: a new server is nobody's yet."""
    return _limite(request) is None


def escribibles(request: Request | HttpRequest) -> QuerySet[Servidor]:
    """The servers that the request may change, delete and connect to."""
    limite = _limite(request)
    return Servidor.objects.all() if limite is None else Servidor.objects.filter(limite)


def es_escribible(request: Request | HttpRequest, pk: int | str) -> bool:
    """Of one server, by its id, which may be as it stands in an address."""
    limite = _limite(request)
    try:
        return limite is None or Servidor.objects.filter(limite, pk=pk).exists()
    except ValueError:
        return False


def _limite(request: Request | HttpRequest) -> Q | None:
    limite: Q | None = import_string(settings.LIMITE_DE_SERVIDORES)(request)
    return limite


class ServidorPermissions(ModelPermissions):
    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and (view.action != "create" or puede_anadir(request))

    def has_object_permission(self, request: Request, view: Any, obj: Servidor) -> bool:
        return request.method in SAFE_METHODS or es_escribible(request, obj.pk)


class ProbarPermissions(ServidorPermissions):
    """Trying a server connects with its stored password: for those who may change it."""

    perms_map = ModelPermissions.perms_map | {"POST": ["%(app_label)s.change_%(model_name)s"]}
