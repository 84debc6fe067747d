"""Strict filters of lists: an unknown parameter is bad input, for a typo must not silently show everything."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db import models
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


class IdField(forms.IntegerField):
    """A positive number within 64 bits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 2**63 - 1})
class IdFilter(django_filters.NumberFilter):  # type: ignore[misc]
    field_class = IdField


class DateFilter(django_filters.DateFilter):  # type: ignore[misc]
    """A date as YYYY-MM-DD and nothing else: 03/04/2026 means two days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"input_formats": ["%Y-%m-%d"]} | kwargs)


class BooleanFilter(django_filters.TypedChoiceFilter):  # type: ignore[misc]
    """`true` or `false`; the library's own takes any other word for no filter at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("true", "Sí"), ("false", "No")]
        super().__init__(*args, **{"choices": choices, "coerce": "true".__eq__} | kwargs)


class StrictFilterSet(FilterSet):  # type: ignore[misc]
    """The base of every filter set, also of those that a view's `filterset_fields` makes."""

    FILTER_DEFAULTS: ClassVar[dict[Any, Any]] = FilterSet.FILTER_DEFAULTS | {
        models.BooleanField: {"filter_class": BooleanFilter},
        models.DateField: {"filter_class": DateFilter},
        models.BigAutoField: {"filter_class": IdFilter},
    }


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """The declared filters, the paginator's parameters and those of the view's own `parametros`; others answer 400.

    A filter over a column that the request may not see is unknown, for what it finds is an answer too. The detail of
    one row is not filtered at all.
    """

    filterset_base = StrictFilterSet

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if getattr(view, "detail", True):
            return queryset
        filters = self._filters(queryset, view)
        self._check_names(request, filters, view)
        if not any(name in request.query_params for name in filters):
            return queryset  # nothing is asked for, so no form is built to find that out
        return super().filter_queryset(request, queryset, view)  # type: ignore[no-any-return]

    def _check_names(self, request: Request, filters: list[str], view: Any) -> None:
        known = {
            *filters,
            *getattr(view.paginator, "parametros", ()),
            *getattr(view, "parametros", ()),
        }
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            raise ValidationError({name: [f"No se conoce; use {', '.join(sorted(known))}."] for name in unknown})

    def _filters(self, queryset: QuerySet[Any], view: Any) -> list[str]:
        filterset = self.get_filterset_class(view, queryset)
        declared = filterset.base_filters if filterset else {}
        shown = view.columnas() if hasattr(view, "columnas") else None
        return [name for name, filtro in declared.items() if shown is None or filtro.field_name in shown]
