"""A contender of bench/extraction.py in a process of its own: how long it takes, and what it and its children hold.

Memory is PSS: private pages, and of a shared page the part that falls to each who shares it, so nothing counts twice.
A contender says "listo" when all is loaded, waits for a line, works, and ends with one JSON object.
"""

import json
import os
import select
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench.pares.servidor import ROOT

SEGUNDOS_ENTRE_MUESTRAS = 0.25


@dataclass(frozen=True)
class Medida:
    """MiB: `base` idle, before the work; `pico` of the whole tree at its highest; `solo` of the first process alone."""

    segundos: float
    filas: int
    base: float
    pico: float
    solo: float
    dicho: dict[str, Any]

    @property
    def por_segundo(self) -> float:
        return self.filas / self.segundos


def correr(orden: list[str], entorno: dict[str, str]) -> Medida:
    """Run it to its end; SystemExit where it fails."""
    with subprocess.Popen(
        orden, cwd=ROOT, env=entorno, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        if process.stdout.readline() != "listo\n":
            raise SystemExit(f"{orden[-1]} does not start")
        base = sum(memoria(process.pid).values())
        process.stdin.write("\n")
        process.stdin.flush()
        pico, solo = _mirar(process.pid, process.stdout)
        said = process.stdout.readline()
    if process.returncode or not said:
        raise SystemExit(f"{orden}: status {process.returncode}")
    dicho = json.loads(said)
    return Medida(dicho["segundos"], dicho["filas"], base, max(pico, base), solo, dicho)


def _mirar(pid: int, salida: IO[str]) -> tuple[float, float]:
    """The highest memory of the tree and of its first process until something is said."""
    pico = solo = 0.0
    while not select.select([salida], [], [], SEGUNDOS_ENTRE_MUESTRAS)[0]:
        held = memoria(pid)
        pico, solo = max(pico, sum(held.values())), max(solo, held.get(pid, 0.0))
    return pico, solo


def procesador(pid: int) -> float:
    """Seconds of processor that the process, what is below it and what was there and has ended have used."""
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK") + sum(map(procesador, _hijos(pid)))
    return 0.0


def _hijos(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def memoria(pid: int) -> dict[int, float]:
    """PSS in MiB of the process and of all below it."""
    held = {}
    with suppress(OSError):  # it has ended meanwhile
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                held[pid] = int(line.split()[1]) / 1024
        for child in _hijos(pid):
            held |= memoria(child)
    return held
