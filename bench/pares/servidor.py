"""A contender by itself: its server on a free port, and what `wrk` makes of it."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RUTA = "/api/movimientos/"
GUNICORN = ("gunicorn", "--workers", "2", "--threads", "2", "--no-control-socket", "--keep-alive", "60")
UVICORN = ("uvicorn", "--workers", "2", "--no-access-log", "--log-level", "warning")
DE_DJANGO = {"DJANGO_SETTINGS_MODULE": "bench.pares.ajustes"}
CONTENDIENTES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "nuestro": ((*GUNICORN, "config.wsgi"), {}),
    "drf": ((*GUNICORN, "config.wsgi"), DE_DJANGO | {"BANCO_URLS": "bench.pares.drf_normal"}),
    "estatico": ((*GUNICORN, "bench.pares.estatico"), {}),
    "fastapi": ((*UVICORN, "bench.pares.con_fastapi:app"), {}),
    "ninja": ((*GUNICORN, "config.wsgi"), DE_DJANGO | {"BANCO_URLS": "bench.pares.con_ninja"}),
}


@dataclass(frozen=True)
class Servido:
    """A contender that answers."""

    puerto: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor that its processes have used; the database's are not among them."""
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _familia(self.pid)]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Medida:
    por_segundo: float
    p99: float  # milliseconds
    cpu: float  # milliseconds of processor by request


@contextmanager
def servir(nombre: str, entorno: dict[str, str]) -> Iterator[Servido]:
    """The contender, answering."""
    orden, propio = CONTENDIENTES[nombre]
    puerto = puerto_libre()
    bind = ("--port", str(puerto)) if orden[0] == "uvicorn" else ("--bind", f"127.0.0.1:{puerto}")
    env = os.environ | entorno | propio | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *orden, *bind]
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, cwd=ROOT, env=env, stderr=log) as server:
        try:
            if not _contesta(puerto, server):
                log.seek(0)
                raise SystemExit(f"{nombre} does not start:\n{log.read().decode()[-2000:]}")
            yield Servido(puerto, server.pid)
        finally:
            server.terminate()


@contextmanager
def redis(carpeta: Path) -> Iterator[str]:
    """A Redis of our own; its URL."""
    puerto = puerto_libre()
    with subprocess.Popen(
        ["redis-server", "--port", str(puerto), "--bind", "127.0.0.1", "--save", "", "--dir", str(carpeta)],
        stdout=subprocess.DEVNULL,
    ) as server:
        try:
            _esperar(puerto)
            yield f"redis://127.0.0.1:{puerto}/0"
        finally:
            server.terminate()


def medir(servido: Servido, clave: str, segundos: int) -> Medida:
    """wrk with one thread and four connections; every answer must be a 200."""
    url = f"http://127.0.0.1:{servido.puerto}{RUTA}"
    command = ["wrk", "-t1", "-c4", f"-d{segundos}s", "--latency", "-H", f"Api-Key: {clave}", url]
    antes = servido.cpu()
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    cpu = servido.cpu() - antes
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    total = re.search(r"(\d+) requests in", said)
    if "Non-2xx" in said or "Socket errors" in said or not (rate and p99 and total):
        raise SystemExit(said)
    unit = {"us": 0.001, "ms": 1, "s": 1000}[p99[2]]
    return Medida(float(rate[1]), float(p99[1]) * unit, cpu * 1000 / max(int(total[1]), 1))


def calentar(servido: Servido, clave: str) -> None:
    """Until every worker has read its routes, which Django does at the first request, and has its connections."""
    for _ in range(40):
        link = HTTPConnection("127.0.0.1", servido.puerto)
        with closing(link):
            pedir(link, clave)


def pedir(link: HTTPConnection, clave: str, ruta: str = RUTA) -> bytes:
    """The body of one answer over a connection that stays."""
    link.request("GET", ruta, headers={"Api-Key": clave})
    answer = link.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{ruta}: {answer.status} {body[:500]!r}")
    return body


def puerto_libre() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _esperar(puerto: int) -> None:
    """Until something listens."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", puerto)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {puerto}")


def _contesta(puerto: int, server: "subprocess.Popen[bytes]") -> bool:
    """Whether a request comes to be answered, even by an error: the master listens before its workers are ready."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        link = HTTPConnection("127.0.0.1", puerto, timeout=5)
        with suppress(OSError, HTTPException), closing(link):
            link.request("GET", "/")
            link.getresponse().read()
            return True
        time.sleep(0.1)
    return False


def _familia(pid: int) -> list[int]:
    """The process and all that it started."""
    hijos = [int(hijo) for lista in Path(f"/proc/{pid}/task").glob("*/children") for hijo in lista.read_text().split()]
    return [pid, *(uno for hijo in hijos for uno in _familia(hijo))]
