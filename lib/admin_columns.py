"""Numbers in the admin as people in Colombia write them, in lists (to the right, by desk/admin.css) and on pages."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models

from lib.spanish import cantidad, en_miles

Columna = Callable[[Any], str]


@cache
def numero(model: type[models.Model], campo: str, decimales: int | None = None) -> Columna:
    """A column for `list_display` or `fields` that shows this field of the model; a dash where it is empty."""
    field: Any = model._meta.get_field(campo)

    def mostrar(row: Any) -> str:
        value = getattr(row, campo)
        if isinstance(value, Decimal) and decimales is None:
            return cantidad(value)
        return "—" if value is None else en_miles(value, decimales=decimales)

    mostrar.__name__ = campo  # of which the class of its cells is made
    mostrar.short_description = field.verbose_name  # type: ignore[attr-defined]
    mostrar.help_text = field.help_text  # type: ignore[attr-defined]
    return mostrar


def numeros(model: type[models.Model], names: list[Any]) -> list[Any]:
    """The names of fields, with those of quantities and counts as such columns."""
    return [numero(model, name) if _es_numero(model, name) else name for name in names]


def _es_numero(model: type[models.Model], name: Any) -> bool:
    fields = {field.name: field for field in model._meta.concrete_fields}
    field = fields.get(name)
    return isinstance(field, models.DecimalField | models.IntegerField) and not (
        field.primary_key or field.choices or field.is_relation
    )
