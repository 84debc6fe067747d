#!/usr/bin/env python
"""The TNS flow on a large installation: source counts and sums against ours, and `kill -9` at random moments.

    .venv/bin/python bench/campana_tns.py --lineas 300000 --muertes 10 --semilla 1

Makes its own installation inside a private Firebird server (by a generator of its own, in PSQL; the tests have
another), discovers it, then extracts every company: once, again (nothing may be rewritten), forced, and then, round
after round from an empty database, while the worker or a process that reads for it is killed at random moments, twice a
round at most. After each pass and each round the counts and sums per month and document type, computed by plain SQL at
the source, must equal ours, and every ledger row its window.

It uses the embedded shape in a temporary directory, or with `--postgres URL` (a server's URL, without a database; two
are made there) and `--redis URL` the shape of one server.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import ROOT, crear_base, decir, entorno
from bench.tns_grande import Totales, instalar

PYTHON = sys.executable
SEGUNDOS_POR_RONDA = 600


def main() -> int:
    options = parse()
    if options.ordenes:
        return atender()
    with tempfile.TemporaryDirectory(prefix="campana-") as folder:
        return campana(options, Path(folder))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lineas", type=int, default=300_000, help="inventory lines in the whole installation")
    parser.add_argument("--muertes", type=int, default=10, help="how many times a process is killed")
    parser.add_argument("--semilla", type=int, default=1, help="seed of the moments of death")
    parser.add_argument("--solo-muertes", action="store_true", help="only the pass with deaths")
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port")
    parser.add_argument("--redis", default="", help="redis://host:port/0")
    parser.add_argument("--ordenes", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def campana(options: argparse.Namespace, folder: Path) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from desk.demo.firebird_server import PrivateFirebird

    with PrivateFirebird(folder / "firebird") as server:
        verdad = instalar(server, options.lineas)
        filas = sum(number for number, _ in verdad.values())
        decir(f"installation ready: {options.lineas} lines, {filas} movements expected")
        good = options.solo_muertes or vivir(verdad, Casa(folder / "a", server, options))
        good &= Casa(folder / "b", server, options).morir(options.muertes, random.Random(options.semilla), verdad)
    decir("all equal" if good else "DIFFERENT: see above")
    return 0 if good else 1


def vivir(verdad: Totales, casa: "Casa") -> bool:
    """The three passes without deaths."""
    good = True
    for name, forced in (("first run", False), ("second run", False), ("forced run", True)):
        start = time.monotonic()
        counts = casa.extraer_todo(forzar=forced)
        seconds = time.monotonic() - start
        speed = counts["leidas"] / seconds
        good &= comparar(f"{name} ({seconds:.1f} s, {speed:,.0f} rows/s, {counts})", verdad, casa)
        if name != "first run" and (counts["creadas"] or counts["actualizadas"]):
            decir(f"  WRONG: {name} rewrote rows")
            good = False
    return good


class Casa:
    """An installation of ours in a directory of its own, with its worker and its watcher."""

    def __init__(self, folder: Path, server: Any, options: argparse.Namespace) -> None:
        folder.mkdir()
        self.folder = folder
        database = crear_base(options.postgres, f"campana_{folder.name}") if options.postgres else ""
        beats = {"LATIDO_SEGUNDOS": "1", "LATIDO_MAXIMO_SEGUNDOS": "4", "REENVIO_SEGUNDOS": "3"}
        self.env = os.environ | entorno(folder, database) | beats
        if options.redis:
            self.env["CELERY_BROKER_URL"] = options.redis
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.correr("manage.py", "migrate", "-v", "0")
        access = {"puerto": server.port, "password": server.password, "ruta": str(server.path("ADMIN.GDB"))}
        self.orden("registrar", access)
        self.correr("manage.py", "descubrir_empresas", "--servidor", "CAMPANA")

    def correr(self, *words: str) -> str:
        done = subprocess.run([PYTHON, *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{words}: status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def orden(self, name: str, datos: Any = None) -> Any:
        """What the process that stays inside Django says to it."""
        if "ordenes" not in self.processes:
            command = [PYTHON, __file__, "--ordenes"]
            self.processes["ordenes"] = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        pipes = self.processes["ordenes"]
        assert pipes.stdin
        assert pipes.stdout
        pipes.stdin.write(json.dumps([name, datos]).encode() + b"\n")
        pipes.stdin.flush()
        if not (said := pipes.stdout.readline()):
            raise SystemExit(f"{name}: the process that answers has ended")
        return json.loads(said)

    def extraer_todo(self, *, forzar: bool) -> dict[str, int]:
        words = ["manage.py", "extraer_datos", "--todas", "--json"] + (["--forzar"] if forzar else [])
        self.correr(*words)
        counts: dict[str, int] = self.orden("conteos")
        return counts

    def morir(self, muertes: int, dice: random.Random, verdad: Totales) -> bool:
        """Rounds of extractions through the queue, with deaths in them, until there were enough; all must be equal."""
        deaths, good, ronda = Counter[str](), True, 0
        try:
            for name in ("worker", "vigilar"):
                self.arrancar(name)
            while deaths.total() < muertes:
                ronda += 1
                if ronda > 5 * muertes:
                    raise SystemExit(f"{deaths.total()} deaths in {ronda - 1} rounds: hardly anybody is caught at work")
                self.orden("vaciar")
                self.orden("pedir")
                deaths += self.ronda(min(2, muertes - deaths.total()), dice)
                told = ", ".join(f"{number} of {victim}" for victim, number in sorted(deaths.items()))
                good &= comparar(f"round {ronda}, deaths so far: {told or 'none'}", verdad, self) & self.sin_huecos()
        finally:
            for process in self.processes.values():
                process.terminate()
            for process in self.processes.values():
                process.wait(60)
        return good

    def ronda(self, muertes: int, dice: random.Random) -> Counter[str]:
        """Who died until every run had ended; at most two, for the third death of a run is final on purpose."""
        deaths, deadline = Counter[str](), time.monotonic() + SEGUNDOS_POR_RONDA
        while time.monotonic() < deadline:
            time.sleep(dice.uniform(0.02, 1.5))
            if not self.orden("activas"):
                return deaths
            if deaths.total() < muertes and (victim := self.matar(dice)):
                deaths[victim] += 1
        raise SystemExit(f"the runs did not end within {SEGUNDOS_POR_RONDA} s")

    def arrancar(self, name: str) -> None:
        words = {
            "worker": ["-m", "celery", "-A", "config", "worker", "-c", "2", "-Q", "fuentes,general", "-l", "WARNING"],
            "vigilar": ["manage.py", "vigilar"],
        }[name]
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen([PYTHON, *words], cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def matar(self, dice: random.Random) -> str:
        """Kill -9 the worker or a process that reads for it; which of them, nobody where nothing is being read."""
        worker = self.processes["worker"]
        if not (family := descendientes(worker.pid)):
            return ""
        victim = dice.choice([worker.pid, *family])
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            return ""
        if victim != worker.pid:
            return "a reader"
        worker.wait()
        self.arrancar("worker")  # as systemd would; orphans of the old one end by themselves
        return "the worker"

    def totales(self) -> Totales:
        return {(n, a, m, t): (c, Decimal(q)) for n, a, m, t, c, q in self.orden("totales")}

    def sin_huecos(self) -> bool:
        faults: list[str] = self.orden("huecos")
        for fault in faults:
            decir(f"  WRONG: {fault}")
        return not faults


def descendientes(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendientes(int(child))]
    return found


def comparar(title: str, verdad: Totales, casa: Casa) -> bool:
    ours = casa.totales()
    wrong = [key for key in verdad.keys() | ours.keys() if verdad.get(key) != ours.get(key)]
    decir(f"{title}: {len(verdad)} groups, {len(wrong)} different")
    for key in sorted(wrong)[:10]:
        decir(f"  {key}: source {verdad.get(key)}, ours {ours.get(key)}")
    return not wrong


# --- inside Django: a line of JSON for each order and for each answer ---


def atender() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connections

    for line in sys.stdin:
        name, datos = json.loads(line)
        said = ORDENES[name](datos)
        connections.close_all()  # so that every look at the database is a fresh one
        sys.stdout.write(json.dumps(said, default=str) + "\n")
        sys.stdout.flush()
    return 0


def registrar(datos: dict[str, Any]) -> None:
    from servers.models import Servidor

    servidor = Servidor(nombre="CAMPANA", host="127.0.0.1", usuario="SYSDBA", puerto=datos["puerto"],
                        ruta_maestra=datos["ruta"])  # fmt: skip
    servidor.password = datos["password"]
    servidor.filas_por_segundo = None  # a polite one would take most of the time
    servidor.save()


def pedir(_: Any) -> None:
    from datetime import date

    from companies.models import EmpresaServidor
    from inventory import extraction

    for empresa in EmpresaServidor.objects.all():
        extraction.solicitar(empresa, date(empresa.anio_fiscal, 1, 1), date(empresa.anio_fiscal, 12, 31), forzar=True)


def vaciar(_: Any) -> None:
    """Start over from nothing, so that every death meets work under way."""
    from inventory.models import MovimientoInventario, VentanaExtraccion

    MovimientoInventario.objects.all().delete()
    VentanaExtraccion.objects.all().delete()


def activas(_: Any) -> int:
    from jobs.models import ACTIVOS, Ejecucion

    return Ejecucion.objects.filter(estado__in=ACTIVOS).count()


def conteos(_: Any) -> dict[str, int]:
    """The counts of the last run of each company, added up."""
    from companies.models import EmpresaServidor
    from jobs.models import Ejecucion

    total: Counter[str] = Counter()
    for _empresa in EmpresaServidor.objects.all():
        run = Ejecucion.objects.filter(tipo="extraer_datos", clave=f"empresa:{_empresa.pk}").latest("creada")
        total.update(run.conteos)
    return {name: total[name] for name in ("leidas", "creadas", "actualizadas", "sin_cambios", "rechazadas")}


def totales(_: Any) -> list[list[Any]]:
    from django.db.models import Count
    from django.db.models.functions import ExtractMonth

    from inventory.models import MovimientoInventario
    from lib.money import SumaExacta

    rows = (
        MovimientoInventario.objects.values_list(
            "empresa_servidor__nit_base", "empresa_servidor__anio_fiscal", ExtractMonth("fecha"), "tipo_documento"
        )
        .annotate(n=Count("pk"), q=SumaExacta("cantidad"))
        .order_by()
    )
    return [list(row) for row in rows]


def huecos(_: Any) -> list[str]:
    """Runs that did not end well, windows that are missing, ledger rows that do not describe what is stored."""
    from companies.models import EmpresaServidor
    from inventory.ledger import resumen_guardado
    from inventory.models import VentanaExtraccion
    from jobs.models import Ejecucion, Estado

    faults = [
        f"run {run.tipo} {run.clave}: {run.estado} {run.error}"
        for run in Ejecucion.objects.exclude(estado__in=[Estado.COMPLETADA, Estado.COMPLETADA_CON_ERRORES])
    ]
    for empresa in EmpresaServidor.objects.all():
        windows = VentanaExtraccion.objects.filter(empresa_servidor=empresa)
        if windows.count() != 12:
            faults.append(f"{empresa}: {windows.count()} windows")
        for window in windows:
            stored = resumen_guardado(empresa, window.desde, window.hasta)
            if (stored.filas, stored.huella) != (window.filas, window.huella):
                faults.append(f"{window}: ledger and rows differ")
    return faults


ORDENES = {f.__name__: f for f in (registrar, pedir, vaciar, activas, conteos, totales, huecos)}

if __name__ == "__main__":
    sys.exit(main())
