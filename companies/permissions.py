"""Who may discover and move companies: whoever may change them and sees them all."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from companies.visibility import ve_todas

DESCUBRIR = ("companies.add_empresaservidor", "companies.change_empresaservidor")
MOVER = ("companies.change_empresaservidor",)


class PuedeDescubrir(BasePermission):
    permisos: tuple[str, ...] = DESCUBRIR

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.has_perms(self.permisos) and ve_todas(request))


class PuedeMover(PuedeDescubrir):
    permisos = MOVER
