"""Which companies a request may see: the one scoping, used by API and admin alike."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from rest_framework.request import Request

from companies.models import EmpresaServidor, UsuarioEmpresa

M = TypeVar("M", bound=Model)


def visibles(queryset: QuerySet[M], request: Request | HttpRequest) -> QuerySet[M]:
    """The companies, or the rows that hang on one by `empresa_servidor`, that the request may see.

    A key (`request.auth`) → the companies of its `nits_base`; a user with UsuarioEmpresa rows → those; other staff →
    all; anyone else → nothing.
    """
    path = "" if issubclass(queryset.model, EmpresaServidor) else "empresa_servidor__"
    key = getattr(request, "auth", None)
    if key is not None:
        return queryset.filter(**{f"{path}nit_base__in": list(getattr(key, "nits_base", ()))})
    return _de_usuario(queryset, request.user, path)


def _de_usuario(queryset: QuerySet[M], user: Any, path: str) -> QuerySet[M]:
    if user is None or not user.is_active:
        return queryset.none()
    # The ids and not a subquery: they are few, and the planner then walks the movements' own index.
    own = list(UsuarioEmpresa.objects.filter(usuario=user.pk).values_list("empresa_id", flat=True))
    if own:
        return queryset.filter(**{f"{path}pk__in": own})
    return queryset.all() if user.is_staff else queryset.none()


def ve_todas(request: Request | HttpRequest) -> bool:
    """Whether the request sees every company, and so may add to them."""
    user: Any = request.user
    if getattr(request, "auth", None) is not None or user is None:
        return False
    return user.is_active and user.is_staff and not UsuarioEmpresa.objects.filter(usuario=user.pk).exists()
