"""Who is behind a run that a key or a token started."""

from typing import Any

from django.contrib.auth.models import AnonymousUser

from apikeys.auth import Cliente
from apikeys.models import APIKeyCliente, FichaPersonal
from apikeys.networks import contiene

MODELOS: dict[str, type[APIKeyCliente] | type[FichaPersonal]] = {"clave": APIKeyCliente, "ficha": FichaPersonal}


def identidad(solicitante: str, desde: str = "") -> tuple[Any, Cliente | None] | None:
    """What `request.user` and `request.auth` would be now for this `solicitante`; None where it opens nothing any more.

    `desde` is the address that asks, where one does: a credential may be for certain networks only.
    """
    tipo, _, identificador = solicitante.partition(":")  # who only looks as a key is called otherwise
    fila = MODELOS[tipo].con_identificador(identificador) if tipo in MODELOS else None
    if fila is None or not fila.abre or (desde and not contiene(fila.redes, desde)):
        return None
    return (fila.usuario, None) if isinstance(fila, FichaPersonal) else (AnonymousUser(), Cliente(fila))
