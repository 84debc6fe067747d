"""Our own processes for tests: workers, `vigilar` and commands, on the test's database and a broker of its own.

Use the fixture `programas` where a subprocess must see what the test commits (it makes the test transactional):

    worker = programas.worker("-I", "tests.jobs.tareas")
    programas.vigilar()
    programas.hijos(worker)            # the pids of its readers, to be killed
    programas.manage("extraer_datos", "--empresa", "1")   # a Popen; .log is the file of its output

All of them, and their children, are gone after the test. Heartbeats are short there (see SEGUNDOS).
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
SEGUNDOS = {"LATIDO_SEGUNDOS": "1", "LATIDO_MAXIMO_SEGUNDOS": "4", "REENVIO_SEGUNDOS": "2"}


class Programa(subprocess.Popen):
    """A subprocess in a session of its own, whose output goes to `log`."""

    def __init__(self, args: list[str], env: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as out:
            super().__init__(args, env=env, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)

    def salida(self) -> str:
        return self.log.read_text(errors="replace")

    def parar(self) -> int:
        """SIGTERM, and SIGKILL to whatever is left of it; its exit status."""
        self.terminate()
        try:
            self.wait(30)
        finally:
            self.matar()
        return self.returncode

    def matar(self) -> None:
        """SIGKILL to the process and its children."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


class Programas:
    """Starts them and ends them all."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.broker = directory / "broker" / "cola"
        self.started: list[Programa] = []
        self.env = os.environ | SEGUNDOS | {
            "DATABASE_URL": database_url(),
            "INVENTORY_DB_PATH": "",
            "DIRECTORIO_DATOS": str(directory),
            "SECRET_KEY": settings.SECRET_KEY,
            "CLAVES_CIFRADO": ",".join(settings.CLAVES_CIFRADO),
            "PIMIENTAS": ",".join(settings.PIMIENTAS),
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def lanzar(self, *args: str) -> Programa:
        log = self.directory / f"{len(self.started)}.log"
        self.started.append(Programa([sys.executable, *args], self.env, log))
        return self.started[-1]

    def manage(self, *args: str) -> Programa:
        return self.lanzar("manage.py", *args)

    def vigilar(self) -> Programa:
        return self.manage("vigilar")

    def worker(self, *args: str, concurrencia: int = 1) -> Programa:
        """A worker that is ready for its first message."""
        name = f"prueba{len(self.started)}@%h"
        worker = self.lanzar(
            "-m", "celery", "-A", "config", "worker", "-l", "INFO", "-n", name, "-c", str(concurrencia), *args
        )  # fmt: skip
        esperar(lambda: " ready." in worker.salida() or worker.poll() is not None, 60)
        assert worker.poll() is None, worker.salida()
        return worker

    def hijos(self, programa: Programa) -> list[int]:
        """The children of a process, whichever of its threads has them."""
        return hijos(programa.pid)

    def terminar(self) -> None:
        for programa in self.started:
            programa.matar()


def hijos(pid: int) -> list[int]:
    """The children of a process, whichever of its threads has them."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended since
            found += [int(child) for child in task.read_text().split()]
    return found


def esperar(condition: Callable[[], object], segundos: float = 30) -> None:
    """Wait until the condition holds; fail after `segundos`."""
    deadline = time.monotonic() + segundos
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def database_url() -> str:
    """The URL of the test's own database."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@pytest.fixture
def programas(transactional_db, tmp_path, canario) -> Iterator[Programas]:
    """Workers, `vigilar` and commands on the test's own database; the messages that the test sends reach them."""
    usar_broker(tmp_path / "broker")
    programas = Programas(tmp_path)
    yield programas
    programas.terminar()
    for number, programa in enumerate(programas.started):
        canario.revisar(programa.salida(), f"the output of program {number}")


def usar_broker(directory: Path) -> None:
    """Let this process send its messages to a filesystem broker there."""
    for name in ("cola", "control", "hecho"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    current_app.conf.broker_transport_options = {
        "data_folder_in": str(directory / "cola"),
        "data_folder_out": str(directory / "cola"),
        "control_folder": str(directory / "control"),
        "processed_folder": str(directory / "hecho"),
    }
    current_app.amqp._producer_pool = None


@pytest.fixture(params=["filesystem", "redis"])
def broker(request, programas, tmp_path) -> Iterator[str]:
    """Both brokers; on Redis the messages are sent by `vigilar`."""
    if request.param == "filesystem":
        yield "filesystem"
        return
    with levantar_redis(tmp_path) as server:
        programas.env["CELERY_BROKER_URL"] = server.url
        yield "redis"


@dataclass
class Redis:
    """A Redis on loopback that a test may stop and start again on the same port."""

    directory: Path
    port: int
    programa: Programa | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def arrancar(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.programa = Programa([*words, "--dir", str(self.directory)], dict(os.environ), self.directory / "redis.log")
        esperar(lambda: "Ready to accept connections" in self.programa.salida(), 20)

    def parar(self) -> None:
        if self.programa:
            self.programa.parar()
            self.programa = None


@contextmanager
def levantar_redis(directory: Path) -> Iterator[Redis]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = Redis(directory, probe.getsockname()[1])
    server.arrancar()
    try:
        yield server
    finally:
        server.parar()


@pytest.fixture(scope="session")
def redis_comun(tmp_path_factory) -> Iterator[Redis]:
    """A Redis that the tests of a process share; who stops one, starts their own."""
    with levantar_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["archivo", "redis"])
def contadores(request, settings) -> str:
    """Both places where hits are counted."""
    if request.param == "redis":
        settings.CACHE_URL = request.getfixturevalue("redis_comun").url
    return request.param
