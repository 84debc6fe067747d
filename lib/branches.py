"""Pages of rows that belong to a few owners, such as companies, of which each is found by an index that begins with it.

A planner that is asked for all of them at once walks along everybody else's rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


@dataclass(frozen=True, slots=True)
class Ramas:
    """The values of a column that together make up a list."""

    columna: str
    valores: Sequence[Any]


def primeras(queryset: QuerySet[Any], ramas: Ramas | None, cuantas: int) -> list[Any]:
    """The first rows of an ordered queryset, each branch walked by its own index."""
    if ramas is None:
        return list(queryset[:cuantas])
    if len(ramas.valores) == 1:
        return list(queryset.filter(**{ramas.columna: ramas.valores[0]})[:cuantas])
    if connections[queryset.db].vendor == "postgresql" and _muestra_su_orden(queryset):
        return _de_una_vez(queryset, ramas, cuantas)
    partes = (queryset.filter(**{ramas.columna: valor}).values_list("pk", flat=True) for valor in ramas.valores)
    return list(queryset.filter(pk__in=list(chain.from_iterable(parte[:cuantas] for parte in partes)))[:cuantas])


def _muestra_su_orden(queryset: QuerySet[Any]) -> bool:
    """Whether the rows are dicts with the columns that they are ordered by."""
    return {str(columna).lstrip("-") for columna in queryset.query.order_by} <= set(queryset.query.values_select)


def _de_una_vez(queryset: QuerySet[Any], ramas: Ramas, cuantas: int) -> list[Any]:
    """One statement: the queryset's own, limited to one branch, run for each of them, and the results put in order.

    Django has no LATERAL, so its statement is wrapped on the way to the database.
    """
    connection = connections[queryset.db]
    tipo = queryset.model._meta.get_field(ramas.columna).db_type(connection)
    orden = ", ".join(_sentido(str(columna)) for columna in queryset.query.order_by)

    def por_ramas(execute: Any, sql: str, params: Sequence[Any], many: bool, context: Any) -> Any:
        cada_una = f"unnest(%s::{tipo}[]) AS rama (valor) CROSS JOIN LATERAL ({sql}) AS parte"
        entera = f"SELECT parte.* FROM {cada_una} ORDER BY {orden} LIMIT {cuantas}"  # noqa: S608 - of names and numbers
        return execute(entera, (list(ramas.valores), *params), many, context)

    with connection.execute_wrapper(por_ramas):
        return list(queryset.filter(**{ramas.columna: RawSQL("rama.valor", ())})[:cuantas])


def _sentido(columna: str) -> str:
    return f'parte."{columna.lstrip("-")}" {"DESC" if columna.startswith("-") else "ASC"}'
