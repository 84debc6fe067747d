"""Web origins, written as browsers send them: `https://tienda.example.com`, the port only where it is not the usual."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from lib.errors import Rejected

PUERTOS = {"http": 80, "https": 443}
ANFITRION = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
LARGO = 255


def normalizar(texto: str) -> str:
    """The origin that a person wrote; Rejected `origen_invalido` where it is none, or names more than an origin."""
    try:
        partes = urlsplit(texto.strip())
        origen = f"{partes.scheme}://{_anfitrion(partes.hostname or '')}{_puerto(partes)}"
    except ValueError:
        raise _invalido(texto) from None
    de_mas = partes.path or partes.query or partes.fragment or "@" in partes.netloc or any(c in texto for c in "?#")
    if partes.scheme not in PUERTOS or de_mas or len(origen) > LARGO:
        raise _invalido(texto)
    return origen


def es_origen(texto: str) -> bool:
    """Whether the text is an origin just as a browser sends it; `null` is none."""
    try:
        return normalizar(texto) == texto
    except Rejected:
        return False


def _anfitrion(nombre: str) -> str:
    if ":" in nombre:
        return f"[{ipaddress.IPv6Address(nombre)}]"
    ascii_ = nombre.encode("idna").decode().lower()
    if not ANFITRION.fullmatch(ascii_):
        raise ValueError(nombre)
    return ascii_


def _puerto(partes: SplitResult) -> str:
    return "" if partes.port in (None, PUERTOS.get(partes.scheme)) else f":{partes.port}"


def _invalido(texto: str) -> Rejected:
    return Rejected(
        "origen_invalido",
        f"«{texto[:80]}» no es un origen web.",
        "Escriba esquema, nombre y, si hace falta, puerto, sin ruta: https://tienda.example.com",
    )
