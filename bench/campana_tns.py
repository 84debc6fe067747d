#!/usr/bin/env python
"""The TNS flow on a large installation: source counts and sums against ours, and `kill -9` at random moments.

    .venv/bin/python bench/campana_tns.py --lineas 300000 --muertes 10 --semilla 1

Makes its own installation inside a private Firebird server (by a generator of its own, in PSQL; the tests have
another), discovers it, then extracts every company: once, again (nothing may be rewritten), forced, and once more from
an empty database while the worker or one of its children is killed at random moments. After each pass the counts and
sums per month and document type, computed by plain SQL at the source, must equal ours.

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
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
EMPRESAS = (("900400500-1", "ORTOPEDICOS DEL VALLE"), ("811222333", "HERRAJES LA CUMBRE"))
ANIOS = (2024, 2025)
TIPOS = {"FV": "FACTURA_VENTA", "FC": "FACTURA_COMPRA", "DV": "DEVOLUCION_VENTA", "DC": "DEVOLUCION_COMPRA",
         "RS": "REMISION_SALIDA", "RE": "REMISION_ENTRADA"}  # fmt: skip

ESQUEMA = """
CREATE TABLE GRUPMAT (GRUPMATID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(20), DESCRIP VARCHAR(60));
CREATE TABLE MATERIAL (MATID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(30), DESCRIP VARCHAR(100),
  UNIDAD VARCHAR(5), CODBARRA VARCHAR(30), GRUPMATID INTEGER);
CREATE TABLE MATERIALSUC (MATID INTEGER, SUCID INTEGER, COSTO NUMERIC(15,4), PRECIO1 NUMERIC(15,4), INACTIVO CHAR(1));
CREATE TABLE BODEGA (BODID INTEGER NOT NULL PRIMARY KEY, CODIGO VARCHAR(10), NOMBRE VARCHAR(60), SUCID INTEGER);
CREATE TABLE SALMATERIAL (MATID INTEGER, BODID INTEGER, EXISTENC NUMERIC(15,4));
CREATE TABLE SUCURSAL (SUCID INTEGER NOT NULL PRIMARY KEY, CODSUC VARCHAR(5), NOMSUC VARCHAR(40));
CREATE TABLE TERCEROS (TERID INTEGER NOT NULL PRIMARY KEY, NIT VARCHAR(20), NOMBRE VARCHAR(100));
CREATE TABLE KARDEX (KARDEXID INTEGER NOT NULL PRIMARY KEY, CODCOMP CHAR(2), CODPREFIJO VARCHAR(5), NUMERO VARCHAR(20),
  FECHA TIMESTAMP, FECASENTAD DATE, FECANULADO DATE, HORA VARCHAR(8), CLIENTE INTEGER, SUCID INTEGER);
CREATE TABLE DEKARDEX (DEKARDEXID INTEGER NOT NULL PRIMARY KEY, KARDEXID INTEGER, MATID INTEGER, BODID INTEGER,
  CANMAT NUMERIC(15,4), CANLISTA NUMERIC(15,4), PRECIOBASE NUMERIC(15,4), PARCVTA NUMERIC(15,2), REMTOTFAC VARCHAR(20));
CREATE TABLE TRASLA (TRASLAID INTEGER NOT NULL PRIMARY KEY, CODPREFIJO VARCHAR(5), NUMERO VARCHAR(20), FECHA TIMESTAMP,
  BODINI INTEGER, BODFIN INTEGER, SUCID INTEGER, FECASENTAD DATE);
CREATE TABLE DETRASLA (DETRASLAID INTEGER NOT NULL PRIMARY KEY, TRASLAID INTEGER, MATID INTEGER, CANTIDAD NUMERIC(15,4),
  TIPUND CHAR(1));
COMMIT;
"""

# Linear congruences give every column its own spread; one document in 29 is void, one in 31 a draft.
LLENADO = """
SET TERM ^ ;
EXECUTE BLOCK AS
DECLARE I INTEGER = 0; DECLARE D INTEGER = 0; DECLARE H INTEGER; DECLARE C CHAR(2);
BEGIN
  INSERT INTO SUCURSAL VALUES (1, '00', 'PRINCIPAL');
  INSERT INTO GRUPMAT VALUES (1, '01.', 'GENERAL');
  WHILE (I < 500) DO BEGIN
    I = I + 1;
    INSERT INTO MATERIAL VALUES (:I, 'M' || LPAD(:I, 5, '0'), 'ARTICULO NUMERO ' || :I, 'UND', NULL, 1);
    INSERT INTO MATERIALSUC VALUES (:I, 1, 10.5 * :I, 17.25 * :I, 'N');
    INSERT INTO SALMATERIAL VALUES (:I, 1 + MOD(:I, 3), MOD(:I * 37, 900) / 4.00);
  END
  INSERT INTO BODEGA VALUES (1, '01', 'IMPLANTES NORTE', 1);
  INSERT INTO BODEGA VALUES (2, '02', 'EQUIPO DE PODER', 1);
  INSERT INTO BODEGA VALUES (3, '03', 'PEQUENO INSTRUMENTAL', 1);
  INSERT INTO TERCEROS VALUES (1, '222222222222', 'CONSUMIDOR FINAL');
  I = 0;
  WHILE (I < {lineas}) DO BEGIN
    IF (MOD(I, 6) = 0) THEN BEGIN
      D = D + 1;
      H = MOD(D * 7919, 17);
      C = CASE WHEN H < 10 THEN 'FV' WHEN H < 12 THEN 'FC' WHEN H = 12 THEN 'DV' WHEN H = 13 THEN 'DC'
               WHEN H = 14 THEN 'RS' WHEN H = 15 THEN 'RE' ELSE 'CT' END;
      INSERT INTO KARDEX VALUES (:D, :C, 'A', LPAD(:D, 8, '0'),
        DATEADD(MOD(:D * 3571, 86400) SECOND TO
          DATEADD(MOD(:D * 48271, {dias}) DAY TO CAST('{anio}-01-01 00:00:00' AS TIMESTAMP))),
        IIF(MOD(:D, 31) = 0, NULL, DATE '{anio}-06-01'), IIF(MOD(:D, 29) = 0, DATE '{anio}-07-01', NULL), NULL, 1, 1);
    END
    I = I + 1;
    INSERT INTO DEKARDEX VALUES (:I, :D, 1 + MOD(:I * 131, 500), 1 + MOD(:I, 3), 1 + MOD(:I * 53, 4000) / 8.0000, 1,
      100 + MOD(:I * 977, 900000) / 16.0000, 0, NULL);
  END
END^
EXECUTE BLOCK AS DECLARE I INTEGER = 0; BEGIN
  WHILE (I < {traslados}) DO BEGIN
    I = I + 1;
    INSERT INTO TRASLA VALUES (:I, 'T', LPAD(:I, 8, '0'), DATEADD(MOD(:I * 613, {dias}) DAY TO
      CAST('{anio}-01-01 23:59:00' AS TIMESTAMP)), 1 + MOD(:I, 3), 1 + MOD(:I + 1, 3), 1,
      IIF(MOD(:I, 13) = 0, NULL, DATE '{anio}-06-01'));
    INSERT INTO DETRASLA VALUES (:I, :I, 1 + MOD(:I * 17, 500), 1 + MOD(:I, 64) / 16.0000, 'D');
  END
END^
SET TERM ; ^
COMMIT;
CREATE INDEX KARDEX_FECHA ON KARDEX (FECHA);
CREATE INDEX DEKARDEX_KARDEX ON DEKARDEX (KARDEXID);
CREATE INDEX DETRASLA_TRASLA ON DETRASLA (TRASLAID);
COMMIT;
"""

VERDAD = """
SET HEADING OFF;
SELECT K.CODCOMP || '|' || EXTRACT(MONTH FROM K.FECHA) || '|' || COUNT(*) || '|' || SUM(D.CANMAT)
FROM DEKARDEX D JOIN KARDEX K ON K.KARDEXID = D.KARDEXID
WHERE K.CODCOMP IN ('FV','FC','DV','DC','RS','RE') AND K.FECASENTAD IS NOT NULL AND K.FECANULADO IS NULL
GROUP BY K.CODCOMP, EXTRACT(MONTH FROM K.FECHA);
SELECT 'TR|' || EXTRACT(MONTH FROM T.FECHA) || '|' || COUNT(*) || '|' || SUM(D.CANTIDAD)
FROM DETRASLA D JOIN TRASLA T ON T.TRASLAID = D.TRASLAID WHERE T.FECASENTAD IS NOT NULL
GROUP BY EXTRACT(MONTH FROM T.FECHA);
"""

Totales = dict[tuple[str, int, int, str], tuple[int, Decimal]]


def main() -> int:
    options = parse()
    if options.orden:
        return paso_django(options)
    with tempfile.TemporaryDirectory(prefix="campana-") as folder:
        return campana(options, Path(folder))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lineas", type=int, default=300_000, help="inventory lines in the whole installation")
    parser.add_argument("--muertes", type=int, default=10, help="how many times a process is killed")
    parser.add_argument("--semilla", type=int, default=1, help="seed of the moments of death")
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port")
    parser.add_argument("--redis", default="", help="redis://host:port/0")
    parser.add_argument("--orden", help=argparse.SUPPRESS)
    parser.add_argument("--datos", default="{}", help=argparse.SUPPRESS)
    return parser.parse_args()


def campana(options: argparse.Namespace, folder: Path) -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from desk.demo.firebird_server import PrivateFirebird

    with PrivateFirebird(folder / "firebird") as server:
        verdad = instalar(server, options.lineas)
        filas = sum(number for number, _ in verdad.values())
        decir(f"installation ready: {options.lineas} lines, {filas} movements expected")
        good = True
        first = Casa(folder / "a", server, options)
        for name, forced in (("first run", False), ("second run", False), ("forced run", True)):
            start = time.monotonic()
            counts = first.extraer_todo(forzar=forced)
            seconds = time.monotonic() - start
            speed = counts["leidas"] / seconds
            good &= comparar(f"{name} ({seconds:.1f} s, {speed:,.0f} rows/s, {counts})", verdad, first)
            if name != "first run" and (counts["creadas"] or counts["actualizadas"]):
                decir(f"  WRONG: {name} rewrote rows")
                good = False
        second = Casa(folder / "b", server, options)
        deaths = second.extraer_entre_muertes(options.muertes, random.Random(options.semilla))
        good &= comparar(f"run with {deaths} deaths", verdad, second) & second.sin_huecos()
    decir("all equal" if good else "DIFFERENT: see above")
    return 0 if good else 1


def instalar(server: Any, lineas: int) -> Totales:
    """Make the databases and return the truth that the source itself tells."""
    verdad: Totales = {}
    filas = []
    each = lineas // (len(EMPRESAS) * len(ANIOS))
    for code, (nit, nombre) in enumerate(EMPRESAS, 1):
        for anio in ANIOS:
            name = f"E{code}{anio}.GDB"
            llenado = LLENADO.format(lineas=each - each // 50, traslados=each // 50, anio=anio, dias=365)
            server.create_database(name, ESQUEMA + llenado)
            ruta = server.path(name)
            filas.append(f"INSERT INTO EMPRESAS VALUES ('{code}', '{nombre}', '{nit}', {anio}, '{ruta}');")
            verdad |= leer_verdad(server.isql(name, VERDAD), nit, anio)
    server.create_database(
        "ADMIN.GDB",
        "CREATE TABLE EMPRESAS (CODIGO VARCHAR(10), NOMBRE VARCHAR(80), NIT VARCHAR(20), ANOFIS INTEGER, "
        "ARCHIVO VARCHAR(255)); COMMIT; " + " ".join(filas) + " COMMIT;",
    )
    return verdad


def leer_verdad(text: str, nit: str, anio: int) -> Iterator[tuple[tuple[str, int, int, str], tuple[int, Decimal]]]:
    for line in text.splitlines():
        kind, _, rest = line.strip().partition("|")
        if not rest:
            continue
        month, number, quantity = rest.split("|")
        for tipo in ("TRASLADO_SALIDA", "TRASLADO_ENTRADA") if kind == "TR" else (TIPOS[kind],):
            yield (nit.partition("-")[0], anio, int(month), tipo), (int(number), Decimal(quantity))


class Casa:
    """An installation of ours in a directory of its own, with its worker and its watcher."""

    def __init__(self, folder: Path, server: Any, options: argparse.Namespace) -> None:
        folder.mkdir()
        self.folder = folder
        self.env = os.environ | {
            "DIRECTORIO_DATOS": str(folder), "RED_PERMITIDA": "127.0.0.0/8", "LATIDO_SEGUNDOS": "1",
            "LATIDO_MAXIMO_SEGUNDOS": "4", "REENVIO_SEGUNDOS": "3", "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        if options.postgres:
            self.env["DATABASE_URL"] = crear_base(options.postgres, f"campana_{folder.name}")
            self.env |= {
                "SECRET_KEY": "campana",
                "CLAVES_CIFRADO": Fernet.generate_key().decode(),
                "ALLOWED_HOSTS": "*",
            }
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
        return json.loads(self.correr(__file__, "--orden", name, "--datos", json.dumps(datos)) or "null")

    def extraer_todo(self, *, forzar: bool) -> dict[str, int]:
        words = ["manage.py", "extraer_datos", "--todas", "--json"] + (["--forzar"] if forzar else [])
        self.correr(*words)
        counts: dict[str, int] = self.orden("conteos")
        return counts

    def extraer_entre_muertes(self, muertes: int, dice: random.Random) -> int:
        """Ask for every company through the queue; kill the worker, or a child of it, until it has died enough.

        Twice in one round at most, for the third death of a run is final on purpose.
        """
        for name in ("worker", "vigilar"):
            self.arrancar(name)
        self.orden("pedir")
        deaths = this_round = 0
        deadline = time.monotonic() + 3600
        try:
            while time.monotonic() < deadline:
                time.sleep(dice.uniform(0.3, 6))
                if not self.orden("activas"):
                    if deaths >= muertes:
                        return deaths
                    self.orden("pedir_de_nuevo")
                    this_round = 0
                elif deaths < muertes and this_round < 2:
                    killed = self.matar(dice)
                    deaths += killed
                    this_round += killed
            raise SystemExit("the runs did not end within an hour")
        finally:
            for process in self.processes.values():
                process.terminate()
            for process in self.processes.values():
                process.wait(60)

    def arrancar(self, name: str) -> None:
        words = {
            "worker": ["-m", "celery", "-A", "config", "worker", "-c", "2", "-Q", "fuentes,general", "-l", "WARNING"],
            "vigilar": ["manage.py", "vigilar"],
        }[name]
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen([PYTHON, *words], cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def matar(self, dice: random.Random) -> int:
        """Kill -9 the worker, a pool process of it or a reading process below one; a dead worker is started again."""
        worker = self.processes["worker"]
        family = descendientes(worker.pid)
        victim = dice.choice([worker.pid, *family]) if family else worker.pid
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            return 0
        decir(f"  killed {'the worker' if victim == worker.pid else 'a child of the worker'}")
        if victim == worker.pid:
            worker.wait()
            self.arrancar("worker")  # as systemd would; orphans of the old one end by themselves
        return 1

    def totales(self) -> Totales:
        return {(n, a, m, t): (c, Decimal(q)) for n, a, m, t, c, q in self.orden("totales")}

    def sin_huecos(self) -> bool:
        faults: list[str] = self.orden("huecos")
        for fault in faults:
            decir(f"  WRONG: {fault}")
        return not faults


def crear_base(url: str, name: str) -> str:
    """A new, empty PostgreSQL database on that server; its URL."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS {name}")
        link.execute(f"CREATE DATABASE {name}")
    return f"{url}/{name}"


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


# --- inside Django: one order per process, so that every look at the database is a fresh one ---


def paso_django(options: argparse.Namespace) -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    sys.stdout.write(json.dumps(ORDENES[options.orden](json.loads(options.datos)), default=str))
    return 0


def registrar(datos: dict[str, Any]) -> None:
    from servers.models import Servidor

    servidor = Servidor(nombre="CAMPANA", host="127.0.0.1", usuario="SYSDBA", puerto=datos["puerto"],
                        ruta_maestra=datos["ruta"])  # fmt: skip
    servidor.password = datos["password"]
    servidor.save()


def pedir(_: Any) -> None:
    from datetime import date

    from companies.models import EmpresaServidor
    from inventory import extraction

    for empresa in EmpresaServidor.objects.all():
        extraction.solicitar(empresa, date(empresa.anio_fiscal, 1, 1), date(empresa.anio_fiscal, 12, 31), forzar=True)


def pedir_de_nuevo(_: Any) -> None:
    """Start over from nothing, so that the next death too meets work under way."""
    from inventory.models import MovimientoInventario, VentanaExtraccion

    MovimientoInventario.objects.all().delete()
    VentanaExtraccion.objects.all().delete()
    pedir(None)


def activas(_: Any) -> int:
    from jobs.models import ACTIVOS, Ejecucion

    return Ejecucion.objects.filter(estado__in=ACTIVOS).count()


def conteos(_: Any) -> dict[str, int]:
    """The counts of the last run of each company, added up."""
    from collections import Counter

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


def decir(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


ORDENES = {f.__name__: f for f in (registrar, pedir, pedir_de_nuevo, activas, conteos, totales, huecos)}

if __name__ == "__main__":
    sys.exit(main())
