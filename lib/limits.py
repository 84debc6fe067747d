"""How often something was done within a window, counted in one atomic step, for all processes alike.

In the Redis of CACHE_URL, which all machines share; without one, and while it does not answer, in a file of this
machine. Counting never fails a request: where not even the file can be written, nothing is limited and the log says so.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.conf import settings

from lib.counter_file import Archivo

logger = logging.getLogger(__name__)

R = TypeVar("R")
Accion = Callable[[Any], R]

DESCANSO = 5.0  # seconds for which a Redis that failed is not asked
ENTRE_QUEJAS = 60.0


class Cuenta(NamedTuple):
    """How many, this one included, and in how many seconds the window ends."""

    cuenta: int
    restan: int


def contar(clave: str, segundos: int, *, suma: int = 0) -> Cuenta:
    """Count one hit in the key's window, which begins with its first hit and lasts `segundos`.

    `suma` is added, in the same step, to a total that outlives the window, for `tomar` to take.
    """
    return Cuenta(*_hacer(lambda almacen: almacen.contar(clave, segundos, suma), (0, segundos)))


def sumar(clave: str, suma: int = 1) -> None:
    """Add to the key's total."""
    _hacer(lambda almacen: almacen.sumar(clave, suma), None)


def tomar(clave: str) -> int:
    """The key's total, which begins at zero again; of several who take it at once one gets it."""
    return sum(_en_todos(lambda almacen: int(almacen.tomar(clave)), 0))


def con_total(prefijo: str) -> list[str]:
    """The keys with this prefix that have a total."""
    nada: list[str] = []
    return sorted({clave for claves in _en_todos(lambda almacen: almacen.con_total(prefijo), nada) for clave in claves})


def podar() -> None:
    """Clear away what is over from the file of this machine."""
    _en_archivo(lambda almacen: almacen.podar(), None)


class _Estado:
    """Since when Redis is not asked, and when the log was told."""

    redis_desde = 0.0
    queja_desde = 0.0


def _hacer(accion: Accion[R], nada: R) -> R:
    """Do it in Redis, or else in the file."""
    hecho = _en_redis(accion)
    return _en_archivo(accion, nada) if hecho is None else hecho[0]


def _en_todos(accion: Accion[R], nada: R) -> list[R]:
    """Do it in both: what was added up while Redis was away lies in the file."""
    hecho = _en_redis(accion)
    return [_en_archivo(accion, nada), *([] if hecho is None else hecho)]


def _en_redis(accion: Accion[R]) -> list[R] | None:
    ahora, desde = time.monotonic(), _Estado.redis_desde
    if not settings.CACHE_URL or ahora < desde:
        return None
    from redis import RedisError

    if desde:  # it failed: this request tries it again, the others meanwhile do not wait for it
        _Estado.redis_desde = ahora + DESCANSO
    try:
        hecho = accion(_compartido(settings.CACHE_URL))
    except RedisError as error:
        _Estado.redis_desde = time.monotonic() + DESCANSO
        _quejarse("Redis does not answer (%s): counting on this machine", error)
        return None
    _Estado.redis_desde = 0.0
    return [hecho]


def _en_archivo(accion: Accion[R], nada: R) -> R:
    try:
        return accion(_archivo(Path(settings.ARCHIVO_LIMITES)))
    except (sqlite3.Error, OSError) as error:
        _quejarse("nothing is counted nor limited: %s", error)
        return nada


def _quejarse(texto: str, error: Exception) -> None:
    """Say it once a minute."""
    if time.monotonic() >= _Estado.queja_desde:
        _Estado.queja_desde = time.monotonic() + ENTRE_QUEJAS
        logger.warning(texto, type(error).__name__)


@lru_cache(maxsize=2)
def _archivo(ruta: Path) -> Archivo:
    return Archivo(ruta)


@lru_cache(maxsize=2)
def _compartido(url: str) -> Any:
    from lib.counter_redis import Compartido

    return Compartido(url)
