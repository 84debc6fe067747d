"""The client behind a run that one of its keys started."""

from apikeys.auth import Cliente
from apikeys.models import APIKeyCliente
from apikeys.networks import contiene


def cliente_de(solicitante: str, desde: str = "") -> Cliente | None:
    """What `request.auth` would be now for this `Cliente.solicitante`; None where the key opens nothing any more.

    `desde` is the address that asks, where one does: the key may be for certain networks only.
    """
    tipo, _, identificador = solicitante.partition(":")  # who only looks as a key is called otherwise
    fila = APIKeyCliente.objects.filter(identificador=identificador).first() if tipo == "clave" else None
    if fila is None or not fila.vigente() or (desde and not contiene(fila.redes, desde)):
        return None
    return Cliente(fila)
