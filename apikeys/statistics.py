"""Keys and refusals in figures."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from apikeys.badges import PRONTO
from apikeys.models import APIKeyCliente, IntentoRechazado

DIAS = 30


def contar() -> dict[str, Any]:
    ahora = timezone.now()
    hora, dia = ahora - timedelta(hours=1), ahora - timedelta(days=1)
    rechazos = IntentoRechazado.objects.filter(minuto__gte=dia)
    por_motivo = rechazos.order_by().values_list("motivo").annotate(veces=Sum("veces"))
    return {
        **contar_claves(ahora),
        "rechazos_ultima_hora": rechazos_desde(hora),
        "rechazos_ultimo_dia": sum(veces for _, veces in por_motivo),
        "rechazos_por_motivo": dict(por_motivo),
    }


def rechazos_desde(momento: datetime) -> int:
    veces: int = IntentoRechazado.objects.filter(minuto__gte=momento).aggregate(veces=Sum("veces", default=0))["veces"]
    return veces


def rechazos_por_dia(identificador: str, hoy: date) -> list[tuple[date, int]]:
    """Each of the last DIAS days with how often this key was refused; nothing where it never was."""
    desde = hoy - timedelta(days=DIAS - 1)
    comienzo = timezone.make_aware(datetime.combine(desde, time.min))
    filas = IntentoRechazado.objects.filter(identificador=identificador, minuto__gte=comienzo)
    por_dia = dict(filas.order_by().values_list(TruncDate("minuto")).annotate(veces=Sum("veces")))
    return [(dia, por_dia.get(dia, 0)) for dia in (desde + timedelta(days=n) for n in range(DIAS))] if por_dia else []


def contar_claves(ahora: datetime) -> dict[str, Any]:
    viva, sola = Q(activa=True, fecha_caducidad__gt=ahora), Q(sucesora=None)
    pronto = Q(fecha_caducidad__lt=ahora + PRONTO)
    cuentas: dict[str, int] = APIKeyCliente.objects.aggregate(
        total_api_keys=Count("pk"),
        usos=Sum("usos", default=0),
        usadas_ultimos_30_dias=Count("pk", Q(ultimo_uso__gte=ahora - timedelta(days=30))),
        sin_usar=Count("pk", Q(ultimo_uso=None)),
        vigente=Count("pk", viva & sola & ~pronto),
        pronto=Count("pk", viva & sola & pronto),
        solape=Count("pk", viva & ~sola),
        caducada=Count("pk", Q(activa=True, fecha_caducidad__lte=ahora) & sola),
        sucedida=Count("pk", Q(activa=True, fecha_caducidad__lte=ahora) & ~sola),
        revocada=Count("pk", Q(activa=False)),
    )
    estados = ("vigente", "pronto", "solape", "caducada", "sucedida", "revocada")
    return {**cuentas, "por_estado": {estado: cuentas.pop(estado) for estado in estados}}
