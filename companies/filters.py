"""The filters of the company list."""

from django.db.models import Q, QuerySet
from django_filters import CharFilter

from companies.models import EmpresaServidor
from companies.nit import analizar
from lib.filters import StrictFilterSet


class EmpresaFilter(StrictFilterSet):
    nit = CharFilter(method="por_nit", label="NIT base, sus dígitos con DV, o como lo escribe la fuente")

    class Meta:
        model = EmpresaServidor
        fields = ("servidor", "anio_fiscal", "estado")

    def por_nit(self, queryset: QuerySet[EmpresaServidor], name: str, value: str) -> QuerySet[EmpresaServidor]:
        nit = analizar(value)
        return queryset.filter(Q(nit_base=nit.base) | Q(nit=nit.nit))
