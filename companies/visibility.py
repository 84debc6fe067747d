"""Which companies a request may see: the one scoping, used by API and admin alike."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from rest_framework.request import Request

from companies.models import EmpresaServidor, UsuarioEmpresa
from jobs.models import Ejecucion

M = TypeVar("M", bound=Model)


def visibles(queryset: QuerySet[M], request: Request | HttpRequest) -> QuerySet[M]:
    """The companies, or the rows that hang on one by `empresa_servidor`, that the request may see.

    A key (`request.auth`) → its `empresas`, those of its NIT; a user with UsuarioEmpresa rows → those; other staff →
    all; anyone else → nothing.
    """
    ids = ids_visibles(request)
    if ids is None:
        return queryset.all()
    # The ids and not a subquery: they are few, and the planner then walks the movements' own index.
    path = "pk" if issubclass(queryset.model, EmpresaServidor) else "empresa_servidor_id"
    return queryset.filter(**{f"{path}__in": ids}) if ids else queryset.none()


def ids_visibles(request: Request | HttpRequest) -> list[int] | None:
    """The companies that the request is limited to; None: it sees all."""
    key = getattr(request, "auth", None)
    if key is not None:
        return list(getattr(key, "empresas", ()))
    if not _entra(request):
        return []
    return _propias(request) or (None if request.user.is_staff else [])


def ve_todas(request: Request | HttpRequest) -> bool:
    """Whether the request sees every company, and so may add to them."""
    return ids_visibles(request) is None


def alcance(request: Request | HttpRequest) -> list[int] | None:
    """The ids of the companies that the request is limited to; None: it sees all of them, those of tomorrow too."""
    if ve_todas(request):
        return None
    return sorted(visibles(EmpresaServidor.objects.order_by(), request).values_list("pk", flat=True))


def acotar_ejecuciones(runs: QuerySet[Ejecucion], user: Any) -> QuerySet[Ejecucion]:
    """The runs without those that would tell a limited user of other companies.

    Left are the runs on the user's companies, and the user's own on anything that is neither company nor server: a
    discovery lists every company of its server.
    """
    own = _limites(user)
    if not own:
        return runs
    de_empresas = Q(clave__startswith="empresa:") | Q(clave__startswith="servidor:")
    return runs.filter(Q(clave__in=[f"empresa:{pk}" for pk in own]) | Q(solicitada_por=user.pk) & ~de_empresas)


def limite_de_servidores(request: Request | HttpRequest) -> Q | None:
    """The servers that the request may write to: those whose companies are all its own; None: any, and new ones."""
    own = ids_visibles(request)
    if own is None:
        return None
    propias, ajenas = Q(pk__in=own), ~Q(pk__in=own)
    con = EmpresaServidor.objects.order_by().values("servidor_id")
    return Q(pk__in=con.filter(propias)) & ~Q(pk__in=con.filter(ajenas))


def _entra(request: Request | HttpRequest) -> bool:
    return request.user is not None and request.user.is_active


def _propias(request: Any) -> list[int]:
    """The companies that the user is limited to, read once per request."""
    if not hasattr(request, "_empresas_propias"):
        request._empresas_propias = _limites(request.user)
    own: list[int] = request._empresas_propias
    return own


def _limites(user: Any) -> list[int]:
    return list(UsuarioEmpresa.objects.filter(usuario=user.pk).values_list("empresa_id", flat=True))
