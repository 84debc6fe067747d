"""Where a host that a person typed may lead: resolved once, checked, connected to by that address."""

import ipaddress
import socket
from collections.abc import Iterable, Sequence

from lib.errors import Fatal, Retriable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")  # Linux takes 0.0.0.0 for this machine
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address in its last 32 bits


def resolver(host: str, port: int, *, permitidas: Sequence[str] = (), privadas: bool = True) -> str:
    """The literal address to connect to for `host`: IPv4 first, the first one that is allowed.

    Public and private networks are allowed (with `privadas=False` public ones only); this machine itself, link-local,
    multicast and reserved addresses are not, unless they lie in a network of `permitidas`. Raises Fatal
    `host_no_permitido`, Retriable `host_desconocido`.
    """
    addresses = sorted(_addresses(host, port), key=lambda address: address.version)
    allowed = [a for a in addresses if _in_any(a, permitidas) or _is_open(a, private=privadas)]
    if not allowed:
        raise Fatal(
            "host_no_permitido",
            f"El host {host!r} lleva a una dirección que no está permitida ({addresses[0]}).",
            "Revise el host. Si esa red es suya, su administrador puede abrirla con RED_PERMITIDA.",
        )
    return str(allowed[0])


def _addresses(host: str, port: int) -> Iterable[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or too long for IDNA
        raise Retriable(
            "host_desconocido",
            f"Nadie conoce el host {host!r}.",
            "Revise cómo está escrito, el DNS y, si se llega por VPN, que el túnel esté arriba.",
        ) from error
    return {_unwrap(ipaddress.ip_address(str(entry[4][0]).partition("%")[0])) for entry in found}


def _unwrap(address: Address) -> Address:
    """An IPv4 address that travels inside an IPv6 one is judged as what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def permitida(direccion: str, permitidas: Sequence[str]) -> bool:
    """Whether a literal address lies in one of the networks."""
    return _in_any(ipaddress.ip_address(direccion), permitidas)


def _in_any(address: Address, networks: Sequence[str]) -> bool:
    return any(address in ipaddress.ip_network(network, strict=False) for network in networks)


def _is_open(address: Address, *, private: bool) -> bool:
    closed = (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
        or address in THIS_NETWORK
    )
    return not closed and (private or _is_public(address))


def _is_public(address: Address) -> bool:
    tunnelled = isinstance(address, ipaddress.IPv6Address) and (address.sixtofour or address.teredo)
    return address.is_global and not tunnelled
