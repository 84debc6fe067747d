"""Who may see a run and who may command it."""

from typing import Any

from django.db.models import QuerySet

from jobs.models import Ejecucion


def visibles(runs: QuerySet[Ejecucion], user: Any) -> QuerySet[Ejecucion]:
    """Staff who may view runs: all; anyone else: the runs that they started."""
    if user.is_staff and user.has_perm("jobs.view_ejecucion"):
        return runs
    return runs.filter(solicitada_por=user.pk) if user.pk else runs.none()


def puede_mandar(run: Ejecucion, user: Any) -> bool:
    """Whether this user may cancel or repeat the run: staff who may change runs, or whoever started it."""
    return bool(user.is_staff and user.has_perm("jobs.change_ejecucion")) or run.solicitada_por_id == user.pk
