"""The programs of the embedded shape, served by the demonstration on loopback."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from desk.demo.firebird_server import PrivateFirebird
from desk.demo.supervisor import Programa, Supervisor
from lib.errors import Conflict, Fatal

ESPERA_SEGUNDOS = 60.0


def exigir_puerto_libre(puerto: int) -> None:
    """Conflict `puerto_ocupado` where another program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", puerto))
        except OSError as error:
            raise Conflict(
                "puerto_ocupado",
                f"El puerto {puerto} de 127.0.0.1 no está libre ({error.strerror}).",
                "Detenga el otro programa o elija otro con --puerto.",
            ) from None


def servir(server: PrivateFirebird, *, puerto: int, decir: Callable[[str], None]) -> None:
    """Serve until a signal comes; the private Firebird is kept alive as well."""
    supervisor = Supervisor(
        programas(puerto), directorio=settings.DIRECTORIO_DATOS / "log", entorno=os.environ, decir=decir
    )

    def anunciar() -> None:
        if _responde(f"http://127.0.0.1:{puerto}/cuenta/entrar/", supervisor):
            log = settings.DIRECTORIO_DATOS / "log"
            decir(f"Listo: http://127.0.0.1:{puerto}/  (Ctrl-C detiene todo; registros en {log})")

    def vigilar() -> None:
        if not server.vivo:
            decir("El Firebird privado terminó; se levanta de nuevo.")
            server.start()

    supervisor.correr(al_arrancar=anunciar, vigilar=vigilar)


def programas(puerto: int) -> list[Programa]:
    """Web, worker, beat and watcher, each with the interpreter that runs the demonstration."""
    python = [sys.executable, "-m"]
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    bind = ["--bind", f"127.0.0.1:{puerto}", "--threads", "8", "--access-logfile", "-", "--no-control-socket"]
    return [
        Programa("web", [*python, "gunicorn", *bind, "config.wsgi"]),
        Programa("worker", [*python, "celery", "-A", "config", "worker", "-Q", "general,fuentes", "-c", "3"]),
        Programa("beat", [*python, "celery", "-A", "config", "beat", "--pidfile="]),
        Programa("vigilar", [sys.executable, manage, "vigilar"]),
    ]


def _responde(url: str, supervisor: Supervisor) -> bool:
    """Wait until the pages answer; False where a signal came first."""
    deadline = time.monotonic() + ESPERA_SEGUNDOS
    while not supervisor.parando:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 -- our own loopback address
                return True
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise Fatal("web_no_responde", f"{url} no responde: {error}.", "Vea log/web.log.") from None
        time.sleep(0.2)
    return False
