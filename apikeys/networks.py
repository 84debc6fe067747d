"""The networks that a key may be used from."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache


def contiene(redes: Sequence[str], direccion: str) -> bool:
    """Whether the address is in one of the networks; none at all means any."""
    return not redes or any(ipaddress.ip_address(direccion) in _leida(red) for red in redes)


@lru_cache(maxsize=1024)
def _leida(red: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(red)
