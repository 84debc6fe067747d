"""Search by the beginning of an indexed text column, whatever the database and however many rows begin so."""

from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact

M = TypeVar("M", bound=Model)

MUCHAS = 2000
DESPUES_DE_TODO = "\U0010ffff"


def por_prefijo(queryset: QuerySet[M], campo: str, texto: str) -> QuerySet[M]:
    """The rows whose `campo` begins with `texto`, upper and lower case apart.

    PostgreSQL plans a LIKE by its statistics (the index has a pattern class). SQLite's LIKE uses no index, so a rare
    beginning becomes a range; a frequent one is compared row by row, which fills a page soon in the list's own order.
    """
    if connection.vendor != "sqlite":
        return queryset.filter(**{f"{campo}__startswith": texto})
    rango = {f"{campo}__gte": texto, f"{campo}__lt": texto + DESPUES_DE_TODO}
    manager: Any = queryset.model._base_manager
    if manager.filter(**rango).order_by()[:MUCHAS].count() < MUCHAS:
        return queryset.filter(**rango)
    comienzo: Any = Exact(Left(campo, len(texto)), Value(texto))
    return queryset.filter(comienzo)


def buscar_por_prefijo(queryset: QuerySet[M], campos: tuple[str, ...], texto: str) -> QuerySet[M]:
    """The rows of the first column in which any begins with `texto`, as typed or in capitals; else none."""
    for campo in campos:
        for comienzo in dict.fromkeys((texto, texto.upper())):
            found = por_prefijo(queryset, campo, comienzo)
            if found.order_by().exists():
                return found
    return queryset.none()
