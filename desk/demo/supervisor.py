"""Keeps a few programs alive until told to stop, and leaves none of them behind.

Each program gets a session of its own, so that Ctrl-C on the terminal reaches only the supervisor, which stops them in
order; the kernel ends them where the supervisor itself is killed.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from lib.errors import Fatal

MIRAR_SEGUNDOS = 0.5
PARAR_SEGUNDOS = 30.0  # above the worker's soft shutdown
MUERTES_SEGUIDAS = 5  # a program that dies this often within a minute is not started again
SENALES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# prctl(2): the signal is not sent for a parent that died before the call, so it is looked for after it.
SI_VIVE_EL_PADRE = '[ "$PPID" = "$1" ] && shift && exec "$@"'


@dataclass(frozen=True, slots=True)
class Programa:
    nombre: str
    orden: Sequence[str]


class Supervisor:
    """Starts `programas`, starts again those that die, stops all on a signal."""

    def __init__(
        self,
        programas: Sequence[Programa],
        *,
        directorio: Path,
        entorno: Mapping[str, str],
        decir: Callable[[str], None],
    ) -> None:
        self._programas = programas
        self._directorio = directorio
        self._entorno = dict(entorno)
        self._decir = decir
        self._parar = threading.Event()
        self._vivos: dict[str, subprocess.Popen[bytes]] = {}
        self._muertes: dict[str, list[float]] = {}

    def correr(self, *, al_arrancar: Callable[[], None], vigilar: Callable[[], None] = lambda: None) -> None:
        """Run until a signal comes, with `vigilar` at each look; Fatal `programa_inestable` where one keeps dying."""
        self._directorio.mkdir(parents=True, exist_ok=True)
        with self._senales():
            try:
                for programa in self._programas:
                    self._arrancar(programa)
                al_arrancar()
                while not self._parar.wait(MIRAR_SEGUNDOS):
                    self._levantar_muertos()
                    vigilar()
            finally:
                self._parar_todos()

    @property
    def parando(self) -> bool:
        return self._parar.is_set()

    def _arrancar(self, programa: Programa) -> None:
        with (self._directorio / f"{programa.nombre}.log").open("ab") as log:
            self._vivos[programa.nombre] = subprocess.Popen(  # noqa: S603
                _atada(programa.orden, padre=os.getpid()),
                env=self._entorno,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _levantar_muertos(self) -> None:
        for programa in self._programas:
            status = self._vivos[programa.nombre].poll()
            if status is not None:
                self._contar_muerte(programa, status)
                self._decir(f"{programa.nombre} terminó ({status}); se levanta de nuevo.")
                self._rematar(self._vivos[programa.nombre])
                self._arrancar(programa)

    def _contar_muerte(self, programa: Programa, status: int) -> None:
        now = time.monotonic()
        recent = [at for at in self._muertes.get(programa.nombre, []) if now - at < 60]
        self._muertes[programa.nombre] = [*recent, now]
        if len(recent) + 1 >= MUERTES_SEGUIDAS:
            log = self._directorio / f"{programa.nombre}.log"
            raise Fatal(
                "programa_inestable", f"{programa.nombre} no se mantiene en pie (estado {status}).", f"Vea {log}."
            )

    def _parar_todos(self) -> None:
        for process in self._vivos.values():
            process.terminate()
        deadline = time.monotonic() + PARAR_SEGUNDOS
        for process in self._vivos.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            self._rematar(process)
            process.wait()
        self._vivos.clear()

    def _rematar(self, process: subprocess.Popen[bytes]) -> None:
        """End what a program may have left in its session."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    @contextmanager
    def _senales(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._al_recibir) for number in SENALES}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _al_recibir(self, number: int, frame: FrameType | None) -> None:
        self._parar.set()


def _atada(orden: Sequence[str], *, padre: int) -> list[str]:
    """The command that runs `orden` for as long as its parent `padre` lives, and not at all once it is gone."""
    return ["/usr/bin/setpriv", "--pdeathsig", "TERM", "/bin/sh", "-c", SI_VIVE_EL_PADRE, "sh", str(padre), *orden]
