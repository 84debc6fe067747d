"""Saving what a person changed and nothing else: a run may have written other columns of the row meanwhile."""

from typing import Any

from django.db.models import Model


def valores(row: Model) -> dict[str, Any]:
    """The columns of the row as they are in memory."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def guardar_cambios(row: Model, antes: dict[str, Any]) -> None:
    """Write the columns that are not as they were; of each group of JUNTAS, which the model names, all or none."""
    cambiadas = {name for name, value in valores(row).items() if antes[name] != value}
    juntas: tuple[frozenset[str], ...] = getattr(row, "JUNTAS", ())
    row.save(update_fields=cambiadas.union(*(grupo for grupo in juntas if cambiadas & grupo)))


class SerializadorDeCambios:
    """A model serializer whose update writes what the request changed."""

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        antes = valores(instance)
        for name, value in validated_data.items():
            setattr(instance, name, value)
        guardar_cambios(instance, antes)
        return instance


class AdminDeCambios:
    """A model admin whose form writes what the person changed."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        row = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if row is not None:
            row.valores_leidos = valores(row)
        return row

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            guardar_cambios(obj, obj.valores_leidos)
        else:
            super().save_model(request, obj, form, change)  # type: ignore[misc]
