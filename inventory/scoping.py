"""How the rows of few companies are walked: each company by its own index."""

from django.http import HttpRequest
from rest_framework.request import Request

from companies.visibility import ids_visibles
from lib.branches import Ramas

POCAS = 50  # ten firms of five years; of more companies, rows are looked for along the whole list


def ramas(request: Request | HttpRequest) -> Ramas | None:
    """For a request that is limited to few companies, one branch per company; else nothing."""
    ids = ids_visibles(request)
    return Ramas("empresa_servidor_id", ids) if ids and len(ids) <= POCAS else None
