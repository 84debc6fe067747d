"""Keys open companies, so whoever is limited to some neither sees nor makes any."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from companies.visibility import ve_todas

VER = "apikeys.view_apikeycliente"
LO_QUE_MUESTRA = tuple(  # whoever looks as a key does may look at this without one
    f"inventory.view_{modelo}" for modelo in ("movimientoinventario", "articulo", "existencia")
)
CONFIRMAR = "companies.add_equivalencianit"
RETIRAR = "companies.delete_equivalencianit"
SECRETOS = frozenset({"huella", "pimienta", "pedido"})


class SoloQuienVeTodas:
    """The permissions of the model, for those who see every company."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return ve_todas(request) and super().has_module_permission(request)  # type: ignore[misc]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ve_todas(request) and super().has_view_permission(request, obj)  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return ve_todas(request) and super().has_add_permission(request)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ve_todas(request) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by what proves a credential: `?huella__startswith=…` would tell the digest letter by letter."""
        return lookup.partition("__")[0] not in SECRETOS and super().lookup_allowed(lookup, value, request)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A credential is revoked, and its row stays to tell of it."""
        return False


def puede(request: HttpRequest, permiso: str) -> bool:
    return ve_todas(request) and request.user.has_perm(permiso)


def exigir(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
