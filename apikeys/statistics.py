"""Keys and refusals in figures."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from apikeys.badges import PRONTO
from apikeys.models import APIKeyCliente, IntentoRechazado


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
