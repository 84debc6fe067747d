"""How the state of a credential, and whose it is, are told to people."""

from datetime import datetime, timedelta

from django.utils import timezone

from apikeys.models import Alcance, APIKeyCliente, Credencial
from lib.spanish import dia, instante

PRONTO = timedelta(days=30)
PRONTO_FICHA = timedelta(days=3)  # a token lives for weeks, and whoever has it makes another at once

COLORES = {
    "vigente": "success",
    "pronto": "warning",
    "solape": "info",
    "caducada": "default",
    "sucedida": "default",
    "revocada": "danger",
}

# What a key may do, short enough for a list; `Alcance` has the whole sentence.
PERMISOS = {
    Alcance.LECTURA: "Leer",
    Alcance.PREDICCION: "Pronósticos",
    Alcance.VENTAS: "Ventas",
    Alcance.CAJAS: "Cajas",
    Alcance.SINCRONIZAR: "Sincronizar",
    Alcance.DATOS_PERSONALES: "Datos personales",
}


def permisos(fila: APIKeyCliente) -> str:
    return ", ".join(PERMISOS[Alcance(alcance)] for alcance in fila.alcances)


def situacion(fila: Credencial, ahora: datetime | None = None) -> tuple[str, str]:
    """The state as a key of COLORES and in words."""
    ahora = ahora or timezone.now()
    sucedida = getattr(fila, "sucesora_id", None) is not None
    if not fila.activa:
        return "revocada", "Revocada"
    if not fila.vigente(ahora):
        return ("sucedida", "Renovada, ya no abre") if sucedida else ("caducada", "Caducada")
    if sucedida:
        return "solape", f"En solape hasta el {instante(fila.fecha_caducidad)}"
    if fila.fecha_caducidad - ahora < (PRONTO if isinstance(fila, APIKeyCliente) else PRONTO_FICHA):
        return "pronto", f"Caduca pronto: {dia(timezone.localdate(fila.fecha_caducidad))}"
    return "vigente", "Vigente"


def dueno(fila: APIKeyCliente) -> tuple[str, str]:
    """What the key is bound to: the kind and which."""
    if fila.nit_base:
        return "NIT", fila.nit_original or fila.nit_base
    return ("Sucursal", fila.id_sucursal) if fila.id_sucursal else ("Local", fila.local)


def comienzo(fila: Credencial) -> str:
    """What may be shown of a key: `sk_Xy3abc…`."""
    return f"{'sk_' if isinstance(fila, APIKeyCliente) else 'pt_'}{fila.identificador}…"
