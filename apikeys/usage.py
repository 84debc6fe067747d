"""How often credentials are used: counted apart, written into their rows once a minute, and no request waits for it."""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from apikeys import keys
from apikeys.models import APIKeyCliente, Credencial, FichaPersonal
from lib import limits
from lib.limits import Cuenta
from lib.waiting import sin_esperar

logger = logging.getLogger(__name__)

MINUTO = 60
PREFIJO = "uso:"
MODELOS: dict[str, type[Credencial]] = {"clave": APIKeyCliente, "ficha": FichaPersonal}


def usar(fila: Credencial, clave: keys.Clave) -> Cuenta:
    """Count a use; how many there were within the credential's minute, this one included.

    The one that opens a minute writes down what was counted, with the instant, and brings the digest of an older pepper
    under the first one.
    """
    contador = _contador(fila)
    cuenta = limits.contar(contador, MINUTO, suma=1)
    if cuenta.cuenta == 1:
        _escribir(fila, contador, {"ultimo_uso": timezone.now()} | _al_dia(fila, clave))
    return cuenta


def asentar() -> int:
    """Write down what was counted and never written, for whom no later request did; how many credentials."""
    return sum(_asentar(contador) for contador in limits.con_total(PREFIJO))


def _contador(fila: Credencial) -> str:
    tipo = next(nombre for nombre, modelo in MODELOS.items() if isinstance(fila, modelo))
    return f"{PREFIJO}{tipo}:{fila.identificador}"


def _al_dia(fila: Credencial, clave: keys.Clave) -> dict[str, Any]:
    if fila.pimienta == keys.marca(settings.PIMIENTAS[0]):
        return {}
    huella, pimienta = keys.huella(clave)
    return {"huella": huella, "pimienta": pimienta}


def _escribir(fila: Credencial, contador: str, cambios: dict[str, Any]) -> None:
    usos = limits.tomar(contador)
    try:
        with sin_esperar():
            type(fila)._default_manager.filter(pk=fila.pk).update(usos=F("usos") + usos, **cambios)
    except DatabaseError as error:  # somebody writes for long: the next minute does it
        logger.info("uses of %s are written later: %s", contador, type(error).__name__)
        limits.sumar(contador, usos)


def _asentar(contador: str) -> int:
    tipo, _, identificador = contador.removeprefix(PREFIJO).partition(":")
    usos = limits.tomar(contador)
    filas = MODELOS[tipo]._default_manager.filter(identificador=identificador)
    return filas.update(usos=F("usos") + usos) if usos else 0
