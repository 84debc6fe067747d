"""Which rights somebody may give to others, and whose accounts they may touch."""

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from companies.visibility import ve_todas


def manda_derechos(request: HttpRequest) -> bool:
    """Whether this person may give rights to others."""
    return ve_todas(request) and request.user.has_perm("auth.change_group")


def cabe(request: HttpRequest, otro: User) -> bool:
    """Whether the other has no right that whoever asks lacks."""
    if request.user.is_superuser:
        return True
    suyos = Permission.objects.filter(Q(group__user=otro) | Q(user=otro))  # an inactive one has them again one day
    return (
        not otro.is_superuser and not suyos.exclude(pk__in=permisos_propios(request).order_by().values("pk")).exists()
    )


def permisos_propios(request: HttpRequest) -> QuerySet[Permission]:
    """The permissions that whoever asks has, and so may give."""
    permisos = Permission.objects.select_related("content_type").order_by("content_type__app_label", "codename")
    if request.user.is_superuser:
        return permisos
    return permisos.filter(Q(group__user=request.user) | Q(user=request.user)).distinct()


def grupos_propios(request: HttpRequest) -> QuerySet[Group]:
    """The groups that hold nothing beyond that."""
    grupos = Group.objects.order_by("name")
    if request.user.is_superuser:
        return grupos
    dentro = Count("permissions", filter=Q(permissions__in=permisos_propios(request).order_by().values("pk")))
    return grupos.filter(pk__in=_completos(dentro))


def _completos(dentro: Count) -> list[int]:
    contados = Group.objects.annotate(todos=Count("permissions"), dentro=dentro).values_list("pk", "todos", "dentro")
    return [pk for pk, todos, propios in contados if todos == propios]
