"""The schedule that beat follows: its rows are ours at first, and then those of whoever edits them."""

from typing import Any, Self

from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry


class Entrada(ModelEntry):  # type: ignore[misc]  # django_celery_beat has no types
    """A row of CELERY_BEAT_SCHEDULE; the library's own writes its hour again whenever beat starts."""

    @classmethod
    def from_entry(cls, name: str, app: Any = None, **entry: Any) -> Self:
        row, _ = PeriodicTask._default_manager.get_or_create(name=name, defaults=cls._unpack_fields(**entry))
        return cls(row, app=app)


class Planificador(DatabaseScheduler):  # type: ignore[misc]
    Entry = Entrada
