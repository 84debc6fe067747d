"""Making keys and tokens. The credential itself is only ever in what these functions return."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apikeys import keys
from apikeys.models import APIKeyCliente, Credencial, FichaPersonal
from companies.nit import analizar

DIAS = 365


def emitir_de_nit(
    nit: str, nombre_cliente: str, *, dias: int = DIAS, **campos: Any
) -> tuple[APIKeyCliente, keys.Clave]:
    """A new key for the companies of a NIT; Rejected where it is none."""
    partes = analizar(nit)
    fila = APIKeyCliente(
        nit=partes.nit, nit_original=partes.original, nit_base=partes.base, nombre_cliente=nombre_cliente, **campos
    )
    return fila, _guardar(fila, keys.nueva(keys.CLIENTE), dias)


def emitir_ficha(usuario: Any, *, dias: int, nombre: str = "") -> tuple[FichaPersonal, keys.Clave]:
    """A new token of this person."""
    fila = FichaPersonal(usuario=usuario, nombre=nombre)
    return fila, _guardar(fila, keys.nueva(keys.PERSONA), dias)


def _guardar(fila: Credencial, clave: keys.Clave, dias: int) -> keys.Clave:
    fila.identificador = clave.identificador
    fila.huella, fila.pimienta = keys.huella(clave)
    fila.fecha_caducidad = timezone.now() + timedelta(days=dias)
    fila.save()
    return clave
