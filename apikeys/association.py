"""How many companies each of many keys sees, in two queries."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count

from apikeys.models import APIKeyCliente
from companies.models import EmpresaServidor, EquivalenciaNit


def contar_empresas(filas: Iterable[APIKeyCliente]) -> dict[int, int]:
    """Key → its companies: those of its NIT and of those confirmed as the same; what `empresas_asociadas` counts."""
    filas = list(filas)
    nits: dict[str, set[str]] = defaultdict(set)
    for fila in filas:
        if fila.nit_base:
            nits[fila.nit_base].add(fila.nit_base)
    for nit, otro in EquivalenciaNit.objects.filter(nit_base__in=list(nits)).values_list("nit_base", "equivale_a"):
        nits[nit].add(otro)
    todos = set().union(*nits.values())
    hay = dict(
        EmpresaServidor.objects.filter(nit_base__in=todos)
        .order_by()
        .values_list("nit_base")
        .annotate(cuantas=Count("pk"))
    )
    return {fila.pk: sum(hay.get(nit, 0) for nit in nits.get(fila.nit_base, ())) for fila in filas}
