"""Reading without model instances: a read-only viewset whose rows are dicts straight from the database.

Instances and serializer fields are most of the time of a large page; the serializer here only names the columns,
for the query and for the schema.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet


class RowSerializer(serializers.ModelSerializer[Any]):
    """Columns of a model, given as a dict; decimals keep the column's scale, instants carry their offset."""

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        return {name: _valor(value) for name, value in instance.items()}


def _valor(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return timezone.localtime(value).isoformat() if isinstance(value, datetime) else value


class RowViewSet(ReadOnlyModelViewSet[Any]):
    """List and detail of the columns that `columnas` names."""

    def columnas(self) -> Sequence[str]:
        """The columns that this request may see."""
        return tuple(self.serializer_class.Meta.fields)  # type: ignore[union-attr]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset).values(*self.columnas())
