"""From where a request comes."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

DESCONOCIDA = "0.0.0.0"  # noqa: S104  of a socket that has no address, as a file in /run has none
RED_DE_UNO = 64  # bits of the network that one customer of a provider gets whole


def direccion(request: Request | HttpRequest) -> str:
    """The caller's address; behind DETRAS_DE_PROXY the last one of X-Forwarded-For, which the proxy itself wrote."""
    directa: str = request.META.get("REMOTE_ADDR", "")
    if settings.DETRAS_DE_PROXY:
        anunciada = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]
        return _leida(anunciada) or _leida(directa) or DESCONOCIDA
    return _leida(directa) or DESCONOCIDA


def vecindad(direccion: str) -> str:
    """What is counted as one caller: the address, of IPv6 its /64, for whoever has one of those has them all."""
    leida = ipaddress.ip_address(direccion)
    return direccion if leida.version == 4 else str(ipaddress.ip_network((leida, RED_DE_UNO), strict=False))


def _leida(texto: str) -> str:
    """The address in its one spelling, an IPv4 that travels in an IPv6 as what it is; empty where it is none."""
    try:
        leida = ipaddress.ip_address(texto.strip().partition("%")[0])
    except ValueError:
        return ""
    mapeada = leida.ipv4_mapped if isinstance(leida, ipaddress.IPv6Address) else None
    return str(mapeada or leida)
