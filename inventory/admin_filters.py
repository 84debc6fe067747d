"""Filters of the admin's lists; a value that does not fit shows nothing, never everything."""

from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter, TextFilter
from unfold.utils import parse_date_str

from companies.models import EmpresaServidor
from companies.visibility import visibles
from inventory.reasons import Motivo


class EmpresaFilter(DropdownFilter):  # type: ignore[misc]
    """The companies that the user may see."""

    title = "empresa"
    parameter_name = "empresa_servidor_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        empresas = visibles(EmpresaServidor.objects.all(), request)
        return [(str(empresa.pk), str(empresa)) for empresa in empresas]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        value = self.value()
        if not value:
            return queryset
        known = {option for option, _ in self.lookup_choices}
        return queryset.filter(empresa_servidor_id=value) if value in known else queryset.none()


class FechaFilter(RangeDateFilter):  # type: ignore[misc]
    """From day to day; what is no date shows nothing and says so, instead of everything."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model] | None:
        malas = [value for value in self.used_parameters.values() if parse_date_str(value) is None]
        if malas:
            messages.error(request, f"«{malas[0]}» no es una fecha: escriba día/mes/año.")
            return queryset.none()
        return super().queryset(request, queryset)  # type: ignore[no-any-return]


class ExactFilter(TextFilter):  # type: ignore[misc]
    """A column that equals what was typed."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        value = (self.value() or "").strip()
        return queryset.filter(**{self.parameter_name: value}) if value else queryset


class BodegaFilter(ExactFilter):
    title = "código de bodega"
    parameter_name = "codigo_bodega"


class MotivoFilter(DropdownFilter):  # type: ignore[misc]
    """The reasons that there are, in words."""

    title = "motivo"
    parameter_name = "motivo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Motivo.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(motivo=self.value()) if self.value() else queryset
