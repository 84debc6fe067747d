"""The processes that ought to be alive: each writes its row of `Proceso` every few seconds while it is."""

import atexit
import logging
import os
import socket
import threading
from datetime import timedelta
from typing import Any

from celery.signals import beat_init, worker_ready, worker_shutdown
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from jobs.models import Proceso, callado

logger = logging.getLogger(__name__)

OLVIDO = timedelta(days=1)  # a process that has been silent for this long is no longer expected


class Anuncio(threading.Thread):
    """Writes that this process is alive until it is told to stop, and then takes the row away."""

    def __init__(self, clase: str, nombre: str) -> None:
        super().__init__(daemon=True, name=f"anuncio-{clase}")
        self.nombre = nombre
        self.clase = clase
        self.inicio = timezone.now()
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while True:
            self._al_dia()
            if self._stop_asked.wait(settings.LATIDO_SEGUNDOS):
                return

    def parar(self, **kwargs: Any) -> None:
        """End the thread and remove the row: this process ended because it was told to."""
        self._stop_asked.set()
        self.join()
        try:
            Proceso.objects.filter(nombre=self.nombre, inicio=self.inicio).delete()
        except (DatabaseError, InterfaceError):
            logger.warning("the row of %s stays: the database is away", self.nombre)

    def _al_dia(self) -> None:
        try:
            Proceso.objects.update_or_create(
                nombre=self.nombre,
                defaults={"clase": self.clase, "inicio": self.inicio, "latido": timezone.now(), "pid": os.getpid()},
            )
        except (DatabaseError, InterfaceError):
            logger.debug("%s could not write that it is alive", self.nombre)
        finally:
            connection.close()  # a worker forks: no connection may be open in its parent meanwhile


def anunciar(clase: str, nombre: str = "") -> Anuncio:
    """Begin to write that this process, a `worker`, `beat` or `vigilar`, is alive."""
    anuncio = Anuncio(clase, nombre or f"{clase}@{socket.gethostname()}")
    anuncio.start()
    return anuncio


@worker_ready.connect
def _anunciar_worker(sender: Any, **kwargs: Any) -> None:
    anuncio = anunciar("worker", sender.hostname)
    worker_shutdown.connect(anuncio.parar, weak=False)


@beat_init.connect
def _anunciar_beat(**kwargs: Any) -> None:
    atexit.register(anunciar("beat").parar)


def retirar_olvidados() -> int:
    """Remove the rows of processes that are long gone; how many."""
    return Proceso.objects.filter(latido__lt=timezone.now() - OLVIDO).delete()[0]


def callados() -> set[str]:
    """The names of the processes that ought to be alive and are silent."""
    return set(Proceso.objects.filter(callado()).values_list("nombre", flat=True))
