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

from lib.fields import ConColumnas


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


class RowViewSet(ConColumnas, ReadOnlyModelViewSet[Any]):
    """List and detail of the columns that `columnas` names, or of those among them that `?campos=` asks for."""

    keyset: tuple[str, ...] = ("id",)
    ordenes: tuple[tuple[str, ...], ...] = ()

    def columnas(self) -> Sequence[str]:
        """The columns that this request may see."""
        return tuple(self.serializer_class.Meta.fields)  # type: ignore[union-attr]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        claves = () if self.detail else [clave.lstrip("-") for clave in self.keyset]
        return super().filter_queryset(queryset).values(*dict.fromkeys((*self.campos(), *claves)))

    def paginate_queryset(self, queryset: Any) -> Any:
        """The page; its key is read for the cursors also where it was not asked for."""
        filas = super().paginate_queryset(queryset)
        for sobra in {clave.lstrip("-") for clave in self.keyset}.difference(self.campos()):
            for fila in filas or ():
                del fila[sobra]
        return filas
