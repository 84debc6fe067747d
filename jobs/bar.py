"""How a run in the foreground shows itself: a bar on a terminal, lines in a pipe, nothing with --json."""

import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from django.core.management.base import OutputWrapper
from tqdm import tqdm

from jobs.marcha import Marcha
from jobs.models import Ejecucion, Estado

SEGUNDOS_ENTRE_LINEAS = 5.0
SEGUNDOS_ENTRE_BARRAS = 0.1


class Mute(AbstractContextManager["Mute"]):
    """Shows nothing; the base of those that do."""

    def __call__(self, marcha: Marcha) -> None:
        """One step of the run."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Bar(Mute):
    """One bar that moves in its place."""

    def __init__(self, stdout: OutputWrapper) -> None:
        self.bar: Any = tqdm(None, file=getattr(stdout, "_out", stdout), leave=False, unit="", dynamic_ncols=True)
        self.due = 0.0

    def __call__(self, marcha: Marcha) -> None:
        self.bar.total = marcha.total
        self.bar.n = marcha.progreso
        self.bar.set_description_str(marcha.mensaje, refresh=False)
        if time.monotonic() >= self.due:
            self.bar.refresh()
            self.due = time.monotonic() + SEGUNDOS_ENTRE_BARRAS

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.refresh()
        self.bar.close()


class Lines(Mute):
    """A line for each new message, and one now and then while it stays the same."""

    def __init__(self, stdout: OutputWrapper) -> None:
        self.stdout = stdout
        self.mensaje = ""
        self.due = 0.0

    def __call__(self, marcha: Marcha) -> None:
        if marcha.mensaje == self.mensaje and time.monotonic() < self.due:
            return
        self.mensaje = marcha.mensaje
        self.due = time.monotonic() + SEGUNDOS_ENTRE_LINEAS
        done = f"{marcha.progreso}/{marcha.total}" if marcha.total else f"{marcha.progreso}"
        self.stdout.write(f"{done} {marcha.mensaje}".rstrip())
        self.stdout.flush()


def open_bar(stdout: OutputWrapper) -> Mute:
    return Bar(stdout) if stdout.isatty() else Lines(stdout)


def resumen(run: Ejecucion) -> str:
    """The end of a run in a few lines: state, counts that are not zero, error with its remedy."""
    counts = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in run.conteos.items() if number)
    lines = [f"{Estado(run.estado).label}: {run.titulo}" + (f" ({counts})" if counts else "")]
    if run.error:
        lines.append(f"[{run.error['codigo']}] {run.error['mensaje']} {run.error.get('remedio', '')}".rstrip())
    return "\n".join(lines)
