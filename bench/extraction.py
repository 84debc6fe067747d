#!/usr/bin/env python
"""How fast a company's movements come from Firebird into PostgreSQL, beside what the wires allow and what peers do.

    .venv/bin/python bench/extraction.py [--filas 1000000] [--rondas 3] [--solo suelo,pares] [--carpeta DIR]

Starts a Firebird 3 (TCP) and a PostgreSQL of its own. The source is a company of one fiscal year, read in twelve
windows of 22 columns: by the statement of `inventory/queries/tns_kardex.sql`, which joins eight tables, or with
`--perfil movimientos` from one table. Ours is the product's own run, which reads names apart in windows of 2,000 lines
and more. R fetches the whole statements, as peers do, over the same windows in C and does nothing, W copies ready bytes
into the same table, floor = R + W in sequence. Rounds are interleaved, every contender is a process of its own, ratios
are medians of the rounds' ratios.

    suelo        ours against the floor, with the hash of windows and without; a second run where nothing changed
    pares        firebird-driver alone, its rows through the ORM, dlt: on --filas-pares rows, for they are slow
    crecimiento  time by row and memory at a hundredth, a tenth and all of --filas
    sqlite       the embedded shape against the ORM
    latencia     the same way, 50 ms longer
    iguales      MD5 over all columns against rows that were converted one by one and written by the ORM

`--carpeta` keeps the source for the next time. Needs Debian's firebird3.0-server, postgresql, gcc and firebird-dev, and
the group `bench` of pyproject.toml.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir
from bench.pares.arbol import Medida
from bench.pares.banco_de_extraccion import Banco

MIB_DE_UN_PROCESO, MIB_DE_DOS = 80, 130
Rondas = dict[str, list[Medida]]


def main() -> int:
    options = parse()
    elegidas = [name for name in SECCIONES if name in options.solo.split(",")]
    with ExitStack() as stack:
        carpeta = Path(options.carpeta or stack.enter_context(tempfile.TemporaryDirectory(prefix="banco-")))
        banco = stack.enter_context(
            Banco(carpeta, postgres=options.postgres, dialecto=options.dialecto, perfil=options.perfil)
        )
        for name in elegidas:
            decir(f"\n## {name}\n")
            SECCIONES[name](banco, options)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filas", type=int, default=1_000_000)
    parser.add_argument("--filas-pares", type=int, default=100_000, help="rows for those who are slow")
    parser.add_argument("--rondas", type=int, default=3)
    parser.add_argument("--solo", default=",".join(SECCIONES), help="only these parts, with commas")
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port, instead of a private one")
    parser.add_argument("--carpeta", default="", help="where the source stays for the next time")
    parser.add_argument("--perfil", choices=("tns", "movimientos"), default="tns", help="the statement: see above")
    parser.add_argument("--dialecto", type=int, choices=(1, 3), default=3, help="of the source")
    options = parser.parse_args()
    options.filas_pares = min(options.filas, options.filas_pares)
    return options


# --- the parts ---


def suelo(banco: Banco, options: argparse.Namespace) -> None:
    filas = options.filas
    banco.preparar_copias(filas)
    rondas: Rondas = {}
    for ronda in range(options.rondas):
        banco.correr(rondas, "leer", filas)
        banco.correr(rondas, "copiar", filas)
        banco.correr(rondas, "nuestro sin huella", filas, "nuestro", sin_huella=True)
        banco.correr(rondas, "nuestro", filas)
        banco.correr(rondas, "otra vez", filas, "nuestro", otra_vez=True)
        banco.decir_ronda(ronda, rondas)
    tabla(rondas)
    piso = [r.segundos + w.segundos for r, w in zip(rondas["leer"], rondas["copiar"], strict=True)]
    encabezado()
    for name, text, aim, stretch in (
        ("nuestro sin huella", "whole extraction of empty windows, without the hash: floor / ours", 1.2, 1.5),
        ("nuestro", "the same with the hash", 1.05, 1.2),
        ("otra vez", "second run, nothing changed", 0.9, 0.9),
    ):
        ratios = [p / m.segundos for p, m in zip(piso, rondas[name], strict=True)]
        linea(text, median(ratios), aim, stretch)
    muertas = max(m.dicho["muertas"] for m in rondas["otra vez"])
    decir(f"| dead rows after the second run | {muertas} | 0 | {'reached' if not muertas else 'MISSED'} |")
    wal = median(m.dicho["wal"] for m in rondas["otra vez"])
    held = "ledger, checkpoint, heartbeat, catalogue of temporary tables"
    decir(f"| write-ahead log of the second run, bytes ({held}) | {wal:,.0f} | | |")
    memoria(rondas["nuestro"])


def pares(banco: Banco, options: argparse.Namespace) -> None:
    filas = options.filas_pares
    banco.preparar_copias(filas)
    banco.correr({}, "dlt, merge", filas, "dlt", modo="merge", primera=True)
    rondas: Rondas = {}
    for ronda in range(options.rondas):
        banco.correr(rondas, "leer", filas)
        banco.correr(rondas, "copiar", filas)
        banco.correr(rondas, "nuestro", filas)
        banco.correr(rondas, "otra vez", filas, "nuestro", otra_vez=True)
        banco.correr(rondas, "controlador", filas)
        banco.correr(rondas, "orm", filas)
        banco.correr(rondas, "dlt", filas, modo="replace", primera=True)
        banco.correr(rondas, "dlt, merge", filas, "dlt", modo="merge", primera=False)
        banco.decir_ronda(ronda, rondas)
    tabla(rondas)
    encabezado()
    for name, own, text, aim in (
        ("controlador", "nuestro", "firebird-driver merely fetching", 5),
        ("orm", "nuestro", "the specification's design: driver, ORM, chunks of 1000", 12),
        ("dlt", "nuestro", "dlt, pyarrow, replace", 8),
        ("dlt, merge", "otra vez", "dlt, merge, against our second run", 12),
    ):
        linea(text, razon(rondas, name, own), aim, aim)


def crecimiento(banco: Banco, options: argparse.Namespace) -> None:
    tamanos = [options.filas // 100, options.filas // 10, options.filas]
    rondas: Rondas = {}
    for ronda in range(options.rondas):
        for filas in tamanos:
            banco.correr(rondas, f"nuestro, {filas:,}", filas, "nuestro")
        banco.decir_ronda(ronda, rondas)
    tabla(rondas)
    poco, medio, todo = (rondas[f"nuestro, {filas:,}"] for filas in tamanos)
    encabezado()
    grow = median(a.segundos / a.filas / (b.segundos / b.filas) for a, b in zip(todo, medio, strict=True))
    tope(f"time by row, {tamanos[2]:,} against {tamanos[1]:,}", grow, 1.1)
    tope(f"memory, {tamanos[2]:,} against {tamanos[0]:,}", median(m.pico for m in todo) / _pico(poco), 1.05)
    memoria(todo)


def sqlite(banco: Banco, options: argparse.Namespace) -> None:
    rondas: Rondas = {}
    for ronda in range(options.rondas):
        banco.correr(rondas, "nuestro, SQLite", options.filas_pares, "nuestro", casa="sqlite")
        banco.correr(rondas, "orm, SQLite", options.filas_pares, "orm", casa="sqlite")
        banco.decir_ronda(ronda, rondas)
    tabla(rondas)
    encabezado()
    linea("embedded shape (SQLite) against ORM bulk_create", razon(rondas, "orm, SQLite", "nuestro, SQLite"), 5, 5)


def latencia(banco: Banco, options: argparse.Namespace) -> None:
    filas, rondas = options.filas_pares, dict[str, list[Medida]]()
    with banco.mas_lejos(0.05):
        for ronda in range(options.rondas):
            for lejos in ("", ", +50 ms"):
                banco.correr(rondas, f"leer{lejos}", filas, "leer", lejos=bool(lejos))
                banco.correr(rondas, f"nuestro{lejos}", filas, "nuestro", lejos=bool(lejos))
                banco.correr(rondas, f"controlador{lejos}", filas, "controlador", lejos=bool(lejos))
            banco.decir_ronda(ronda, rondas)
    tabla(rondas)


def iguales(banco: Banco, options: argparse.Namespace) -> None:
    filas = options.filas_pares
    huellas = {}
    for name in ("nuestro", "orm"):
        banco.correr({}, name, filas)
        huellas[name] = banco.casa("").orden("huella")
    encabezado()
    text = f"MD5 of all columns of {huellas['nuestro'][0]:,} rows, ours and row by row"
    verdict = "equal" if huellas["nuestro"] == huellas["orm"] else "DIFFERENT"
    decir(f"| {text} | {huellas['nuestro'][1]} | {huellas['orm'][1]} | {verdict} |")


SECCIONES: dict[str, Callable[[Banco, argparse.Namespace], None]] = {
    f.__name__: f for f in (suelo, pares, crecimiento, sqlite, latencia, iguales)
}


# --- the tables ---


def tabla(rondas: Rondas) -> None:
    """Seconds on the clock and of processor: of the contender with its children, Firebird's, PostgreSQL's."""
    decir("\n| contender | s | rows/s | CPU s: own, Firebird, PostgreSQL | memory MiB | above idle |")
    decir("|---|---:|---:|---:|---:|---:|")
    for name, medidas in rondas.items():
        s, rate = median(m.segundos for m in medidas), median(m.por_segundo for m in medidas)
        base = median(m.base for m in medidas)
        cpu = ", ".join(f"{median(m.dicho[who] for m in medidas):.1f}" for who in ("cpu", "firebird", "postgres"))
        held = _pico(medidas)
        decir(f"| {name} | {s:.2f} | {rate:,.0f} | {cpu} | {held:.0f} | {held - base:.0f} |")


def encabezado() -> None:
    decir("\n| figure | measured | aim | |\n|---|---:|---:|---|")


def linea(text: str, ratio: float, aim: float, stretch: float) -> None:
    verdict = "stretch" if ratio >= stretch > aim else "reached" if ratio >= aim else "MISSED"
    decir(f"| {text} | {ratio:.2f} | ≥ {aim}{f' (stretch {stretch})' if stretch > aim else ''} | {verdict} |")


def tope(text: str, value: float, aim: float) -> None:
    decir(f"| {text} | {value:.2f} | ≤ {aim} | {'reached' if value <= aim else 'MISSED'} |")


def memoria(medidas: list[Medida]) -> None:
    """Above an idle worker: the process that writes alone, and with the child that reads."""
    tope("MiB above an idle worker, its process alone", median(m.solo - m.base for m in medidas), MIB_DE_UN_PROCESO)
    tope("MiB above an idle worker, with the reading child", median(m.pico - m.base for m in medidas), MIB_DE_DOS)


def razon(rondas: Rondas, otro: str, propio: str) -> float:
    """How many times longer the other one takes."""
    return median(b.segundos / a.segundos for a, b in zip(rondas[propio], rondas[otro], strict=True))


def _pico(medidas: list[Medida]) -> float:
    return median(m.pico for m in medidas)


if __name__ == "__main__":
    sys.exit(main())
