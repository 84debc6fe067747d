"""Counters in Redis, which every machine shares: one script per hit, so that no two hits read the same count."""

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ESPERA = 0.25  # seconds; a Redis that takes longer is as good as away
PREFIJO = "trastienda:"
TOTALES = PREFIJO + "totales"

CONTAR = """local cuenta = redis.call('INCR', KEYS[1])
if cuenta == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
if ARGV[2] ~= '0' then redis.call('HINCRBY', KEYS[2], ARGV[3], ARGV[2]) end
return {cuenta, redis.call('TTL', KEYS[1])}"""
TOMAR = """local total = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return tonumber(total or 0)"""


class Compartido:
    """The counters of one Redis; its errors are redis.RedisError."""

    def __init__(self, url: str) -> None:
        # one more try, for a connection that lay idle may be dead without the server being so
        cliente: Any = redis.Redis.from_url(
            url, socket_connect_timeout=ESPERA, socket_timeout=ESPERA, retry=Retry(NoBackoff(), 1)
        )
        self._cliente = cliente
        self._contar, self._tomar = cliente.register_script(CONTAR), cliente.register_script(TOMAR)

    def contar(self, clave: str, segundos: int, suma: int) -> tuple[int, int]:
        cuenta, restan = self._contar(keys=[PREFIJO + clave, TOTALES], args=[segundos, suma, clave])
        return cuenta, max(1, restan)

    def sumar(self, clave: str, suma: int) -> None:
        self._cliente.hincrby(TOTALES, clave, suma)

    def tomar(self, clave: str) -> int:
        return int(self._tomar(keys=[TOTALES], args=[clave]))

    def con_total(self, prefijo: str) -> list[str]:
        claves = (clave.decode() for clave in self._cliente.hkeys(TOTALES))
        return [clave for clave in claves if clave.startswith(prefijo)]

    def podar(self) -> None:
        """Redis forgets by itself what is over."""
