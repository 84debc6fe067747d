"""What keeps a row from being deleted, counted: it may be millions, and of companies that the asker may not see."""

from typing import Any

from django.db.models import PROTECT, ManyToOneRel, Model
from django.http import HttpRequest


def dependientes(row: Model) -> dict[str, int]:
    """How many rows of each kind keep this one from being deleted."""
    counts = {}
    for relation in row._meta.related_objects:
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: row})
            counts[str(relation.related_model._meta.verbose_name_plural)] = rows.count()
    return {name: count for name, count in counts.items() if count}


class DependientesContados:
    """An admin class whose page of deletion counts what is in the way instead of listing it."""

    opts: Any

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        kept = [f"{row}: {count} {kind}" for row in objs for kind, count in dependientes(row).items()]
        if kept:
            return [str(row) for row in objs], {self.opts.verbose_name_plural: len(objs)}, set(), kept
        found: tuple[Any, Any, Any, Any] = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        return found
