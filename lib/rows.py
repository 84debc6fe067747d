"""Reading without model instances: a read-only viewset whose rows are dicts straight from the database.

Instances and serializer fields are most of the time of a large page; the serializer here only names the columns, for
the query and for the schema, and `lib.rendering` writes the dicts as they are. tests/lib/test_rows.py compares both
ways field by field.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet


class RowListSerializer(serializers.ListSerializer[Any]):
    def to_representation(self, data: Any) -> Any:
        return data


class RowSerializer(serializers.ModelSerializer[Any]):
    """Columns of a model, given as a dict; decimals keep the column's scale, instants are UTC."""

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> RowListSerializer:
        return RowListSerializer(*args, **kwargs | {"child": cls()})

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        return instance


class RowViewSet(ReadOnlyModelViewSet[Any]):
    """List and detail of the columns that `columnas` names."""

    def columnas(self) -> Sequence[str]:
        """The columns that this request may see."""
        return tuple(self.serializer_class.Meta.fields)  # type: ignore[union-attr]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset).values(*self.columnas())
