"""Django's cache in Redis and, while that does not answer, in files of this machine.

The limits of logging in are kept in the cache: a Redis that is down must neither keep everybody out nor lift them.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)

DESCANSO = 5.0  # seconds for which a Redis that failed is not asked, by any thread of the process


class _Estado:
    descansa_hasta = 0.0


class RedisOArchivos(RedisCache):
    """LOCATION is the Redis, RESPALDO the folder of the files."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.archivos = FileBasedCache(str(params["RESPALDO"]), params)

    def _hacer(self, nombre: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= _Estado.descansa_hasta:
            try:
                return getattr(RedisCache, nombre)(self, *args, **kwargs)
            except RedisError as error:
                _Estado.descansa_hasta = time.monotonic() + DESCANSO
                logger.warning("Redis does not answer (%s): the cache is in files", type(error).__name__)
        return getattr(self.archivos, nombre)(*args, **kwargs)


def _con_respaldo(nombre: str) -> Callable[..., Any]:
    def metodo(self: RedisOArchivos, *args: Any, **kwargs: Any) -> Any:
        return self._hacer(nombre, *args, **kwargs)

    return metodo


for _nombre in (
    "add", "get", "set", "touch", "delete", "has_key", "incr", "get_many", "set_many", "delete_many", "clear",
):  # fmt: skip
    setattr(RedisOArchivos, _nombre, _con_respaldo(_nombre))
