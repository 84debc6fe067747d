"""Who may see a run and who may command it: staff by their permissions, anyone, a key too, what they started."""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from jobs.models import Ejecucion

DE_UNO = frozenset({"exportar"})  # kinds that work with the rights of whoever asked, and for them alone


class Identificado(BasePermission):
    """A person or a client's key; which runs they reach, `visibles` says."""

    admite_claves = True

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.auth is not None or bool(request.user and request.user.is_authenticated)


def visibles(runs: QuerySet[Ejecucion], user: Any, auth: Any = None) -> QuerySet[Ejecucion]:
    """Staff who may view runs: all; anyone else: those that they started, or asked for while another's was active.

    Of both, those on what they may see.

    A key (`auth`, the request's) sees what it started and nothing else. What a run works on is known to the rooms
    above, so the settings name the function that tells.
    """
    if auth is not None:
        solicitante = getattr(auth, "solicitante", "")
        return runs.filter(solicitada_con=solicitante) if solicitante else runs.none()
    if not user.pk:
        return runs.none()
    within: QuerySet[Ejecucion] = import_string(settings.EJECUCIONES_ACOTADAS_POR)(runs, user)
    if user.is_staff and user.has_perm("jobs.view_ejecucion"):
        return within
    joined = Ejecucion.interesados.through.objects.filter(user_id=user.pk).values("ejecucion_id")
    return within.filter(Q(solicitada_por=user.pk) | Q(pk__in=joined))


def es_suya(run: Ejecucion, user: Any, auth: Any = None) -> bool:
    """Whether this key, or this user without one, started the run."""
    if auth is not None:
        return bool(run.solicitada_con) and run.solicitada_con == getattr(auth, "solicitante", "")
    return user.pk is not None and run.solicitada_por_id == user.pk


def puede_mandar(run: Ejecucion, user: Any, auth: Any = None) -> bool:
    """Whether they may cancel the run: staff who may change runs, or whoever started it."""
    if auth is not None:
        return es_suya(run, user, auth)
    return bool(user.is_staff and user.has_perm("jobs.change_ejecucion")) or es_suya(run, user)


def puede_repetir(run: Ejecucion, user: Any, auth: Any = None) -> bool:
    """Whether they may ask for it again: as `puede_mandar`, but what was one's alone only that one repeats."""
    return es_suya(run, user, auth) if run.tipo in DE_UNO else puede_mandar(run, user, auth)
