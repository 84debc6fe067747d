"""Pages of rows that belong to a few owners, such as companies, of which each is found by an index that begins with it.

A planner that is asked for all of them at once walks along everybody else's rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from lib.statements import CORRIENTE, Lectura, Modo, preparar


@dataclass(frozen=True, slots=True)
class Ramas:
    """The values of a column that together make up a list; the last one had better be that of the newest rows."""

    columna: str
    valores: Sequence[Any]


def primeras(queryset: QuerySet[Any], ramas: Ramas | None, cuantas: int, modo: Modo = CORRIENTE) -> list[Any]:
    """The first rows of an ordered queryset, each branch walked by its own index."""
    if ramas and len(ramas.valores) == 1:
        queryset, ramas = queryset.filter(**{ramas.columna: ramas.valores[0]}), None
    lectura = preparar(queryset, modo)
    if ramas is None:
        return lectura.primeras(cuantas) if lectura else list(queryset[:cuantas])
    if lectura:
        return _de_una_vez(queryset, lectura, ramas, cuantas)
    partes = (queryset.filter(**{ramas.columna: valor}).values_list("pk", flat=True) for valor in ramas.valores)
    return list(queryset.filter(pk__in=list(chain.from_iterable(parte[:cuantas] for parte in partes)))[:cuantas])


def _de_una_vez(queryset: QuerySet[Any], lectura: Lectura, ramas: Ramas, cuantas: int) -> list[Any]:
    campo: Any = queryset.model._meta.get_field(ramas.columna)
    connection = connections[queryset.db]
    columna = ".".join(map(connection.ops.quote_name, (queryset.model._meta.db_table, campo.column)))
    return lectura.primeras_por(columna, campo.db_type(connection), ramas.valores, cuantas)
