"""Who may see a run and who may command it."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from jobs.models import Ejecucion


def visibles(runs: QuerySet[Ejecucion], user: Any) -> QuerySet[Ejecucion]:
    """Staff who may view runs: all; anyone else: the runs that they started. Of both, those on what they may see.

    What a run works on is known to the rooms above, so the settings name the function that tells.
    """
    if not user.pk:
        return runs.none()
    within: QuerySet[Ejecucion] = import_string(settings.EJECUCIONES_ACOTADAS_POR)(runs, user)
    if user.is_staff and user.has_perm("jobs.view_ejecucion"):
        return within
    return within.filter(solicitada_por=user.pk)


def puede_mandar(run: Ejecucion, user: Any) -> bool:
    """Whether this user may cancel or repeat the run: staff who may change runs, or whoever started it."""
    return bool(user.is_staff and user.has_perm("jobs.change_ejecucion")) or run.solicitada_por_id == user.pk
