"""The thread that says that a run's process lives."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection, transaction

from jobs import stopping
from jobs.marcha import Marcha

logger = logging.getLogger(__name__)


@contextmanager
def latiendo(marcha: Marcha) -> Iterator[None]:
    """Beat while the body works; inside a test's transaction no second connection sees the row, so not there."""
    if connection.in_atomic_block:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_latir_hasta, args=(marcha, stop), daemon=True, name=f"latido-{marcha.run.pk}")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _latir_hasta(marcha: Marcha, stop: threading.Event) -> None:
    try:
        while not marcha.perdida and not stop.wait(settings.LATIDO_SEGUNDOS):
            _latir(marcha)
    finally:
        connection.close()
    if not stop.wait(settings.LATIDO_MAXIMO_SEGUNDOS) and stopping.es_worker():
        logger.critical("run %s was taken away and its work does not stop: this process ends", marcha.run.pk)
        os.kill(
            os.getpid(), signal.SIGKILL
        )  # a thread cannot be ended alone; the worker is started again, its other runs go on


def _latir(marcha: Marcha) -> None:
    try:
        close_old_connections()
        with transaction.atomic():
            marcha.latir()
    except OperationalError:  # SQLite's one writer is busy: the writer's own transaction beats
        logger.debug("heartbeat of %s found the database busy", marcha.run.pk)
    except (DatabaseError, InterfaceError):
        logger.warning("heartbeat of %s failed", marcha.run.pk, exc_info=True)
