"""The filters of the list of keys."""

from typing import ClassVar

from django.db.models import QuerySet
from django_filters import CharFilter

from apikeys.models import APIKeyCliente
from companies.nit import analizar
from lib.filters import StrictFilterSet


class ClaveFilter(StrictFilterSet):
    nit = CharFilter(method="por_nit", label="NIT como está escrito")

    class Meta:
        model = APIKeyCliente
        fields: ClassVar = ("activa", "id_sucursal", "local")

    def por_nit(self, queryset: QuerySet[APIKeyCliente], name: str, value: str) -> QuerySet[APIKeyCliente]:
        return queryset.filter(nit_base=analizar(value).base)
