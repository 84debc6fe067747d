"""Who may call an endpoint."""

from typing import Any

from rest_framework import permissions
from rest_framework.request import Request


class ModelPermissions(permissions.DjangoModelPermissions):
    """Django's model permissions, reading included; a view without a queryset asks for staff."""

    perms_map = permissions.DjangoModelPermissions.perms_map | {
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
    }

    def has_permission(self, request: Request, view: Any) -> bool:
        if getattr(view, "queryset", None) is None and not hasattr(view, "get_queryset"):
            return bool(request.user and request.user.is_authenticated and request.user.is_staff)
        return super().has_permission(request, view)

    def _queryset(self, view: Any) -> Any:
        """Only its model is asked, so the view's own scoping, which may query, is left out."""
        queryset = getattr(view, "queryset", None)
        return queryset if queryset is not None else super()._queryset(view)
