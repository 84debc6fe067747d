"""The address of Contífico's API as an operator may write it. Pure: where a host leads is checked at connect time."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from lib.errors import Rejected

DE_CONTIFICO = "https://api.contifico.com/sistema/api/v1"


def normalizar(url: str, *, permitidas: Sequence[str] = ()) -> str:
    """The address without its last slash; Rejected `url_invalida`, or `url_sin_cifrar` for HTTP.

    HTTP would show the key to whoever is on the way: it is for a literal address in a network of `permitidas` only.
    """
    parts = _partes(url.strip())
    if parts.scheme == "http" and not _es_permitida(parts.hostname or "", permitidas):
        raise Rejected(
            "url_sin_cifrar",
            "La dirección no va cifrada: la clave viajaría a la vista.",
            "Escríbala con https://. HTTP solo vale para una dirección IP de RED_PERMITIDA.",
        )
    return parts.geturl().rstrip("/")


def _partes(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        ok = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not match, a port that is no number
        ok = False
    if not ok or not url.isascii() or any(mark in url for mark in "@?# \\"):
        raise Rejected(
            "url_invalida",
            "No es la dirección de una API.",
            f"Escríbala como {DE_CONTIFICO}, sin usuario ni parámetros.",
        )
    return parts


def _es_permitida(host: str, redes: Sequence[str]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in ip_network(red, strict=False) for red in redes)
