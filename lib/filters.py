"""Strict filters of lists: an unknown parameter is bad input, for a typo must not silently show everything."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """The declared filters, the paginator's parameters and those of the view's own `parametros`; others answer 400."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if not getattr(view, "detail", True):
            self._check_names(request, queryset, view)
        return super().filter_queryset(request, queryset, view)  # type: ignore[no-any-return]

    def _check_names(self, request: Request, queryset: QuerySet[Any], view: Any) -> None:
        filterset = self.get_filterset_class(view, queryset)
        known = {
            *(filterset.base_filters if filterset else ()),
            *getattr(view.paginator, "parametros", ()),
            *getattr(view, "parametros", ()),
        }
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            raise ValidationError({name: [f"No se conoce; use {', '.join(sorted(known))}."] for name in unknown})
