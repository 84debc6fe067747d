"""Keys for tests, also for NITs that no company has, which `apikeys.issuing.emitir` refuses."""

from typing import Any

from apikeys import keys
from apikeys.issuing import DIAS, _guardar
from apikeys.models import APIKeyCliente
from companies.nit import analizar


def emitir_de_nit(
    nit: str, nombre_cliente: str, *, dias: int = DIAS, **campos: Any
) -> tuple[APIKeyCliente, keys.Clave]:
    """A new key for a NIT, companies or not."""
    partes = analizar(nit)
    fila = APIKeyCliente(
        nit=partes.nit, nit_original=partes.original, nit_base=partes.base, nombre_cliente=nombre_cliente, **campos
    )
    return fila, _guardar(fila, keys.nueva(keys.CLIENTE), dias)
