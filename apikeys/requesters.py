"""The client behind a run that one of its keys started."""

from apikeys.auth import Cliente
from apikeys.models import APIKeyCliente


def cliente_de(solicitante: str) -> Cliente | None:
    """What `request.auth` would be now for this `Cliente.solicitante`; None where the key opens nothing any more."""
    _, _, identificador = solicitante.partition(":")
    fila = APIKeyCliente.objects.filter(identificador=identificador).first()
    return Cliente(fila) if fila is not None and fila.vigente() else None
