"""Reading without model instances: a read-only viewset whose rows are dicts straight from the database.

Instances and serializer fields are most of the time of a large page; the serializer here only names the columns, for
the query and for the schema, and `lib.rendering` writes the dicts as they are. Both ways are compared field by field
in tests/inventory/test_rows.py.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Model, QuerySet, TimeField
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from lib.fields import ConColumnas


class RowListSerializer(serializers.ListSerializer[Any]):
    def to_representation(self, data: Any) -> Any:
        return _con_horas(data, self.child.Meta.model)  # type: ignore[union-attr]


class RowSerializer(serializers.ModelSerializer[Any]):
    """Columns of a model, given as a dict; decimals keep the column's scale, instants are UTC."""

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> RowListSerializer:
        return RowListSerializer(*args, **kwargs | {"child": cls()})

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        return _con_horas([instance], self.Meta.model)[0]


def _con_horas(filas: list[dict[str, Any]], modelo: type[Model]) -> list[dict[str, Any]]:
    """The rows with their fractions of seconds as text: orjson 3.13 writes 00:00:00.010000 as 00:00:00.10000."""
    for nombre in (campo.attname for campo in modelo._meta.concrete_fields if isinstance(campo, TimeField)):
        for fila in filas:
            hora = fila.get(nombre)
            if hora is not None and hora.microsecond:
                fila[nombre] = hora.isoformat()
    return filas


class RowViewSet(ConColumnas, ReadOnlyModelViewSet[Any]):
    """List and detail of the columns that `columnas` names, or of those among them that `?campos=` asks for."""

    keyset: tuple[str, ...] = ("id",)
    ordenes: tuple[tuple[str, ...], ...] = ()
    decimales_en_texto = True  # a list writes them down and does nothing else with them

    def columnas(self) -> Sequence[str]:
        """The columns that this request may see."""
        return tuple(self.serializer_class.Meta.fields)  # type: ignore[union-attr]

    def get_queryset(self) -> QuerySet[Any]:
        claves = () if self.detail else [clave.lstrip("-") for clave in self.keyset]
        return _de_columnas(type(self), tuple(dict.fromkeys((*self.campos(), *claves)))).all()

    def paginate_queryset(self, queryset: Any) -> Any:
        """The page; its key is read for the cursors also where it was not asked for."""
        filas = super().paginate_queryset(queryset)
        for sobra in {clave.lstrip("-") for clave in self.keyset}.difference(self.campos()):
            for fila in filas or ():
                del fila[sobra]
        return filas


@lru_cache(maxsize=256)
def _de_columnas(vista: type[RowViewSet], nombres: tuple[str, ...]) -> QuerySet[Any]:
    """The view's rows as dicts of these columns, which Django resolves once for all requests that choose the same."""
    rows: QuerySet[Any] = vista.queryset.values(*nombres)  # type: ignore[union-attr]
    return rows
