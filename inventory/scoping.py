"""How the rows of few companies are walked: each company by its own index."""

from django.db.models import Q
from django.http import HttpRequest
from rest_framework.request import Request

from companies.models import EmpresaServidor
from companies.visibility import ve_todas, visibles

POCAS = 8  # more companies than these are found soon enough along the whole list


def ramas(request: Request | HttpRequest) -> list[Q]:
    """For a request that is limited to few companies, one part per company; else nothing."""
    if ve_todas(request):
        return []
    ids = list(visibles(EmpresaServidor.objects.order_by(), request).values_list("pk", flat=True)[: POCAS + 1])
    return [Q(empresa_servidor_id=pk) for pk in ids] if len(ids) <= POCAS else []
