"""Hosts and database paths of Firebird: which ones are accepted, and how they are joined into a DSN.

The path may come from a customer's own tables, and a server connects on to whatever looks like `host:path` in it; so
only three plain forms pass: a Windows drive path, an absolute Unix path, an alias.
"""

import ipaddress
import re
import unicodedata

from lib.errors import Fatal

LARGO_MAXIMO = 500
PROHIBIDOS = frozenset(";'\"`<>|*?")
UNIDAD = re.compile(r"[A-Za-z]:[\\/][^:]+")
UNIX = re.compile(r"/[^/\\:][^\\:]*")
ALIAS = re.compile(r"\w[\w .$-]*")
NOMBRE_DE_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


def validar_host(host: str) -> str:
    """`host` without blanks around it; Fatal `host_invalido` unless it is a name or an address and nothing else."""
    limpio = host.strip()
    if len(limpio) <= 253 and (NOMBRE_DE_HOST.fullmatch(limpio) or _es_direccion(limpio)):
        return limpio
    raise Fatal(
        "host_invalido",
        f"El host {host[:80]!r} no es un nombre ni una dirección IP.",
        "Escriba solo el nombre o la IP, sin puerto, ruta ni protocolo.",
    )


def _es_direccion(texto: str) -> bool:
    try:
        return "%" not in texto and bool(ipaddress.ip_address(texto))
    except ValueError:
        return False


def validar_ruta(ruta: str) -> str:
    """`ruta` without blanks around it; Fatal `ruta_invalida` unless it is one of the three plain forms."""
    limpia = ruta.strip(" ")
    if not limpia:
        raise _invalida(ruta, "está vacía")
    if len(limpia) > LARGO_MAXIMO:
        raise _invalida(ruta, f"tiene más de {LARGO_MAXIMO} caracteres")
    if any(c in PROHIBIDOS or (unicodedata.category(c)[0] in "CZ" and c != " ") for c in limpia):
        raise _invalida(ruta, "tiene caracteres que una ruta no lleva")
    if ".." in re.split(r"[\\/]", limpia):
        raise _invalida(ruta, "sube de carpeta con «..»")
    if not (UNIDAD.fullmatch(limpia) or UNIX.fullmatch(limpia) or ALIAS.fullmatch(limpia)):
        raise _invalida(ruta, "nombra otra máquina o no es absoluta")
    return limpia


def _invalida(ruta: str, motivo: str) -> Fatal:
    return Fatal(
        "ruta_invalida",
        f"La ruta de base de datos {ruta[:120]!r} no se acepta: {motivo}.",
        r"Use una ruta como C:\Datos TNS\X2024.GDB o /datos/x2024.gdb, o el alias que el servidor le dio.",
    )


def dsn(direccion: str, puerto: int, ruta: str) -> str:
    """What the native client library connects to; `direccion` is a literal address, `ruta` has been validated."""
    host = f"[{direccion}]" if ":" in direccion else direccion
    return f"{host}/{puerto}:{ruta}"
