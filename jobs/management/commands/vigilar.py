"""manage.py vigilar: the watcher of runs and processes, in a process of its own."""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection

from jobs.processes import anunciar
from jobs.watching import Vigilante

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Vigila las ejecuciones: retoma las que se cortaron y reenvía los mensajes perdidos. Termina con Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--una-vez", action="store_true", help="Una sola ronda.")

    def handle(self, *args: Any, **opciones: Any) -> None:
        if opciones["una_vez"]:
            interrupted, sent = Vigilante().ronda()
            self.stdout.write(f"Interrumpidas: {interrupted}. Mensajes reenviados: {sent}.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self._vigilar(stop)

    def _vigilar(self, stop: threading.Event) -> None:
        logger.info("watching")
        anuncio = anunciar("vigilar")
        vigilante = Vigilante()
        while not stop.is_set():
            _ronda(vigilante)
            stop.wait(settings.LATIDO_SEGUNDOS)
        anuncio.parar()
        logger.info("watched")


def _ronda(vigilante: Vigilante) -> None:
    """One round; a database that is busy or away is no reason to stop watching."""
    try:
        vigilante.ronda()
    except (OperationalError, InterfaceError) as error:
        logger.warning("round left out: %s", error)
        connection.close()
