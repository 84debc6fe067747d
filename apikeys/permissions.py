"""Who may do what with keys: staff with the model's permission who see every company; a key only reads of itself."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from companies.permissions import PuedeDescubrir
from lib.permissions import es_clave


class PuedeVer(PuedeDescubrir):
    permisos = ("apikeys.view_apikeycliente",)


class PuedeGenerar(PuedeDescubrir):
    permisos = ("apikeys.add_apikeycliente",)


class PuedeRevocar(PuedeDescubrir):
    permisos = ("apikeys.change_apikeycliente",)


class PuedeRenovar(PuedeDescubrir):
    permisos = ("apikeys.add_apikeycliente", "apikeys.change_apikeycliente")


class EsClave(BasePermission):
    admite_claves = True

    def has_permission(self, request: Request, view: Any) -> bool:
        return es_clave(request)
