"""Filters of the list of keys."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from apikeys.badges import PRONTO
from apikeys.models import APIKeyCliente, Credencial


def _de_estado(estado: str, ahora: datetime) -> Q:
    """The rows that `badges.situacion` calls so; a token has no successor, so its model is not asked for one."""
    vivas = Q(activa=True, fecha_caducidad__gt=ahora)
    return {
        "vigente": vivas,
        "pronto": vivas & Q(fecha_caducidad__lt=ahora + PRONTO),
        "caducada": Q(activa=True, fecha_caducidad__lte=ahora),
        "revocada": Q(activa=False),
    }[estado]


class SituacionFilter(DropdownFilter):  # type: ignore[misc]
    title = "estado"
    parameter_name = "situacion"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("vigente", "Abre"),
            ("pronto", "Caduca en 30 días"),
            ("caducada", "Caducada"),
            ("revocada", "Revocada"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Credencial]) -> QuerySet[Credencial]:
        value = self.value()
        known = {option for option, _ in self.lookup_choices}
        if not value:
            return queryset
        return queryset.filter(_de_estado(value, timezone.now())) if value in known else queryset.none()


class DuenoFilter(DropdownFilter):  # type: ignore[misc]
    title = "de quién es"
    parameter_name = "dueno"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("nit_base", "Un NIT"), ("id_sucursal", "Una sucursal"), ("local", "Un local")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[APIKeyCliente]) -> QuerySet[APIKeyCliente]:
        value = self.value()
        known = {option for option, _ in self.lookup_choices}
        if not value:
            return queryset
        return queryset.exclude(**{value: ""}) if value in known else queryset.none()
