"""Who may call an endpoint."""

from typing import Any

from rest_framework import permissions
from rest_framework.request import Request

LECTURA = "lectura"  # the scope of a client's key that reads what was copied
LEEN = {"HEAD": "GET", "OPTIONS": "GET"}  # whoever may read may ask for these


class ModelPermissions(permissions.DjangoModelPermissions):
    """Django's model permissions, reading included; a view without a queryset asks for staff.

    A client's key has no permissions: it passes where the view names a scope for the method that the key has.

        class MovimientoViewSet(...):
            alcances = {"GET": LECTURA}
    """

    perms_map = permissions.DjangoModelPermissions.perms_map | {
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
    }

    def has_permission(self, request: Request, view: Any) -> bool:
        if es_clave(request):
            return abre(request, view)
        if getattr(view, "queryset", None) is None and not hasattr(view, "get_queryset"):
            return bool(request.user and request.user.is_authenticated and request.user.is_staff)
        return super().has_permission(request, view)

    def _queryset(self, view: Any) -> Any:
        """Only its model is asked, so the view's own scoping, which may query, is left out."""
        queryset = getattr(view, "queryset", None)
        return queryset if queryset is not None else super()._queryset(view)


def es_clave(request: Any) -> bool:
    """Whether a client's key asks, and no person."""
    return getattr(request, "auth", None) is not None


def abre(request: Request, view: Any) -> bool:
    """Whether the view opens this method to the scopes of the request's key."""
    alcance = getattr(view, "alcances", {}).get(LEEN.get(request.method or "", request.method))
    return alcance is not None and alcance in request.auth.scopes  # type: ignore[union-attr]
