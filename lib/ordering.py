"""`?ordering=`: the orders of a list that an index serves, each called by its first column and that one's sign."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PARAMETRO = "ordering"
Claves = tuple[str, ...]


def ordenes(modelo: type[Model], view: Any) -> dict[str, Claves]:
    """The keysets by name, the list's own first: `keyset` and the view's further `ordenes`, each also backwards."""
    propia = getattr(view, "keyset", None) or (modelo._meta.pk.attname,)
    keysets = (propia, *getattr(view, "ordenes", ()))
    return {una[0]: una for keyset in keysets for una in (keyset, _al_reves(keyset))}


def elegir(request: Request, modelo: type[Model], view: Any) -> tuple[str, Claves]:
    """The keyset that was asked for and its name, which is empty for the list's own; 400 for any other."""
    todas = ordenes(modelo, view)
    pedida = request.query_params.get(PARAMETRO)
    if pedida is None:
        return "", next(iter(todas.values()))
    if pedida not in todas:
        raise ValidationError({PARAMETRO: [f"No se ordena así; use {' o '.join(sorted(todas))}."]})
    return ("" if pedida == next(iter(todas)) else pedida), todas[pedida]


def describir(view: Any) -> list[dict[str, Any]]:
    """The parameter as OpenAPI describes it."""
    nombres = list(ordenes(view.queryset.model, view))
    orden = {"type": "string", "enum": nombres, "default": nombres[0]}
    que = "Orden de la lista; con - delante, de mayor a menor."
    return [{"name": PARAMETRO, "required": False, "in": "query", "description": que, "schema": orden}]


def _al_reves(keyset: Sequence[str]) -> Claves:
    return tuple(columna[1:] if columna.startswith("-") else f"-{columna}" for columna in keyset)
