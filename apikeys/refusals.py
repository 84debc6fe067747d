"""What was refused: counted by address, so that guessing ends in 429, and written down so that staff can see it.

Every reason costs the same. No request waits or fails for it: what cannot be written at once is written later.
"""

import json
import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from apikeys.models import IntentoRechazado
from lib import limits
from lib.client_address import direccion, vecindad
from lib.waiting import sin_esperar

logger = logging.getLogger(__name__)

MINUTO = 60
MAXIMO_POR_MINUTO = 600  # rows written for all addresses together: a flood fills no disk
PREFIJO = "intento:"

CAMPOS = ("minuto", "direccion", "motivo", "identificador", "ruta", "veces")
SQL = f"""INSERT INTO {IntentoRechazado._meta.db_table} ({", ".join(CAMPOS)}) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (minuto, direccion, motivo, identificador)
DO UPDATE SET veces = {IntentoRechazado._meta.db_table}.veces + excluded.veces"""  # noqa: S608  names of ours only

# Those that this process saw beyond the limit, until when: a good request asks no store about its address.
cerradas: dict[str, float] = {}


def exigir_abierta(request: Request | HttpRequest) -> None:
    """Throttled where too much was refused to the caller's address within the minute; nothing is looked up."""
    restan = cerradas.get(vecindad(direccion(request)), 0.0) - time.monotonic() if cerradas else 0.0
    if restan > 0:
        raise Throttled(wait=restan)


def anotar(request: Request | HttpRequest, motivo: str, identificador: str) -> None:
    """Count a refusal and write it down."""
    desde = direccion(request)
    cuenta = limits.contar(f"rechazos:{vecindad(desde)}", MINUTO)
    if cuenta.cuenta >= settings.RECHAZOS_POR_MINUTO:
        _cerrar(vecindad(desde), cuenta.restan)
    if limits.contar("rechazos", MINUTO).cuenta <= MAXIMO_POR_MINUTO:
        _escribir([_minuto(timezone.now()), desde, motivo, identificador, _ruta(request)])


def asentar() -> int:
    """Write down the refusals that came while the database was busy; how many rows."""
    return sum(_asentar(contador) for contador in limits.con_total(PREFIJO))


def podar() -> int:
    """Forget the refusals of more than INTENTOS_DIAS days ago; how many rows."""
    limite = timezone.now() - timedelta(days=settings.INTENTOS_DIAS)
    return IntentoRechazado.objects.filter(minuto__lt=limite).delete()[0]


def _cerrar(vecindad: str, segundos: int) -> None:
    if len(cerradas) > MAXIMO_POR_MINUTO:
        cerradas.clear()
    cerradas[vecindad] = time.monotonic() + segundos


def _minuto(instante: datetime) -> datetime:
    return instante.replace(second=0, microsecond=0)


def _ruta(request: Request | HttpRequest) -> str:
    """The path without its parameters, and without the signature by which the address of a file opens it."""
    return request.path.replace("\x00", "").partition(":")[0][:200]


def _escribir(intento: list[Any]) -> None:
    try:
        with sin_esperar():
            _sumar([*intento, 1])
    except DatabaseError as error:
        logger.info("a refusal is written later: %s", type(error).__name__)
        limits.sumar(PREFIJO + json.dumps([intento[0].isoformat(), *intento[1:]]))


def _asentar(contador: str) -> int:
    minuto, *intento = json.loads(contador.removeprefix(PREFIJO))
    veces = limits.tomar(contador)
    if veces:
        _sumar([datetime.fromisoformat(minuto), *intento, veces])
    return bool(veces)


def _sumar(valores: list[Any]) -> None:
    campos = map(IntentoRechazado._meta.get_field, CAMPOS)
    listos = [campo.get_db_prep_save(valor, connection) for campo, valor in zip(campos, valores, strict=True)]  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(SQL, listos)
