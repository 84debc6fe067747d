#!/usr/bin/env python
"""What it costs to write blocks of movements, beside COPY of bytes that are ready.

.venv/bin/python bench/escritura.py [--filas 200000] [--rondas 3] [--postgres postgres://user@host:port]
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar

POR_BLOQUE = 4096
CLAVE = ("empresa_servidor_id", "clave_origen")

# Texts of a movement: the field, its shortest, its longest, the width in which the source delivers it, and how many
# rows have one. Names of persons and articles carry an accent in one row of four.
TEXTOS = (
    ("documento", 14, 16, 60, 1.0), ("sucursal", 8, 12, 100, 1.0), ("paciente", 12, 30, 255, 0.5),
    ("cedula_paciente", 8, 10, 50, 0.5), ("pagador", 10, 30, 255, 0.5), ("nit_pagador", 9, 11, 50, 0.5),
    ("clinica", 10, 30, 255, 0.3), ("nit_clinica", 9, 11, 50, 0.3), ("medico", 10, 30, 255, 0.4),
    ("cedula_medico", 8, 10, 50, 0.4), ("medico2", 0, 0, 255, 0), ("cedula_medico2", 0, 0, 50, 0),
    ("procedimientos", 20, 60, 1000, 0.3), ("codigo_ciudad", 5, 5, 20, 1.0), ("ciudad", 6, 12, 100, 1.0),
    ("tipo_bodega", 8, 15, 20, 1.0), ("codigo_bodega", 2, 5, 50, 1.0), ("sistema_bodega", 8, 25, 255, 1.0),
    ("bodega_contenedor", 0, 0, 255, 0), ("articulo_codigo", 5, 8, 100, 1.0), ("articulo_nombre", 15, 45, 255, 1.0),
    ("articulo_grupo", 3, 10, 100, 1.0), ("unidad", 2, 3, 20, 1.0), ("moneda", 3, 3, 10, 1.0), ("lote", 4, 8, 100, 0.5),
    ("tipo_documento", 12, 16, 20, 1.0),
)  # fmt: skip
CON_TILDE = {"paciente", "pagador", "clinica", "medico", "ciudad", "sistema_bodega", "articulo_nombre"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filas", type=int, default=200_000)
    parser.add_argument("--rondas", type=int, default=3)
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port")
    options = parser.parse_args()
    with montar(options.postgres):
        comparar(options.filas, options.rondas)
    return 0


def comparar(filas: int, rondas: int) -> None:
    from django.db import connection

    empresa = crear_empresa()
    blocks = list(hacer(empresa, crear_ejecucion(), filas))
    decir(f"{connection.vendor}, {filas:,} movements of {len(blocks[0][0])} columns; medians of {rondas} rounds")
    ways: list[tuple[str, Callable[[], float]]] = [
        ("blocks into nothing", lambda: escribir(blocks, empresa)),
        ("nothing changed", lambda: escribir(blocks, empresa, vaciar=False)),
    ]
    if connection.vendor == "postgresql":
        ready = listas(blocks)
        decir(f"  {sum(map(len, ready)) / filas:.0f} bytes a row")
        ways = [
            ("encoding alone", lambda: codificar(blocks)),
            ("COPY of ready bytes", lambda: copiar(ready, blocks)),
            *ways,
        ]
    times: dict[str, list[float]] = {name: [] for name, _ in ways}
    for _ in range(rondas):
        for name, run in ways:
            times[name].append(run())
    for name, found in times.items():
        decir(f"  {name:<24}{median(found) / filas * 1e6:8.2f} µs a row")


def crear_empresa() -> int:
    from companies.models import EmpresaServidor
    from servers.models import Servidor

    servidor = Servidor.objects.create(nombre="BANCO", host="10.0.0.1", usuario="SYSDBA", ruta_maestra="/x.gdb")
    empresa = EmpresaServidor.objects.create(
        servidor=servidor, codigo="1", nombre="1", nit="1", nit_base="1", anio_fiscal=2026, ruta_base="/1.gdb"
    )
    return int(empresa.pk)


def crear_ejecucion() -> str:
    from jobs.models import Ejecucion

    return str(Ejecucion.objects.create(tipo="banco", clave="banco").pk)


def hacer(empresa: int, ejecucion: str, filas: int) -> Iterator[tuple[dict[str, Any], int]]:
    """Blocks of invented movements, as a source and its conversion would make them."""
    from lib.arrays import Decimales, Enteros, Fechas, Horas, Instantes, Logicos, Textos

    random = np.random.default_rng(4)
    for start in range(0, filas, POR_BLOQUE):
        n = min(POR_BLOQUE, filas - start)
        half, now = random.random(n) < 0.5, np.datetime64("2026-11-20T15:00:00", "us")
        yield (
            {
                "empresa_servidor_id": Enteros(np.broadcast_to(np.int64(empresa), n)),
                "ejecucion_id": Textos(
                    np.broadcast_to(np.frombuffer(ejecucion.encode(), np.uint8), (n, 36)),
                    np.broadcast_to(36, n),
                    "ascii",
                ),
                "fecha_extraccion": Instantes(np.broadcast_to(now, n), utc=True),
                "clave_origen": claves(start, n),
                "linea": Enteros(random.integers(1, 40, n)),
                "fecha": Fechas(np.datetime64("2026-01-01", "D") + np.arange(start, start + n) * 365 // filas),
                "hora": Horas(random.integers(0, 86_400, n) * 1_000_000, half),
                "fecha_orden_pedido": Fechas(np.datetime64("2026-01-01", "D") + random.integers(0, 365, n), half),
                "lead_time_dias": Enteros(random.integers(0, 90, n), half),
                "cantidad": Decimales(random.integers(1, 100_000, n) * 100, 4),
                "sentido": Enteros(random.integers(-1, 2, n)),
                "precio_unitario": Decimales(random.integers(1, 10**9, n), 4),
                "valor_total": Decimales(random.integers(1, 10**12, n), 4),
                "stock_previo": Decimales(random.integers(0, 10**7, n), 4, half),
                "stock_nuevo": Decimales(random.integers(0, 10**7, n), 4, half),
                "es_implante": Logicos(half),
                "es_instrumental": Logicos(~half),
                "es_equipo_poder": Logicos(np.broadcast_to(np.False_, n)),
                **{name: texto(random, name, n, *rest) for name, *rest in TEXTOS},
            },
            n,
        )


def claves(start: int, n: int) -> Any:
    from lib.arrays import Textos

    octets = np.array([b"K:%09d" % (start + row) for row in range(n)]).view(np.uint8).reshape(n, -1)
    return Textos(octets, np.full(n, octets.shape[1]), "cp1252")


def texto(random: Any, name: str, n: int, least: int, most: int, width: int, share: float) -> Any:
    from lib.arrays import Textos

    lengths = np.where(random.random(n) < share, random.integers(least, most + 1, n), 0)
    octets = random.integers(65, 91, (n, width), np.uint8)
    if name in CON_TILDE:
        octets[random.random(n) < 0.25, 3] = 0xF3
    return Textos(octets, lengths, "cp1252")


def listas(blocks: list[tuple[dict[str, Any], int]]) -> list[bytes]:
    from lib.copy_binary import COMIENZO, FIN

    return [COMIENZO, *(bytes(_codificado(block, n).data) for block, n in blocks), FIN]


def _codificado(block: dict[str, Any], n: int) -> Any:
    from django.db import connection

    from inventory.models import MovimientoInventario
    from lib.array_columns import preparar, tipo_de
    from lib.columns import Columna
    from lib.copy_binary import codificar

    columns = [Columna(MovimientoInventario._meta.get_field(name), connection) for name in block]  # type: ignore[arg-type]
    return codificar(
        [preparar(c, a) for c, a in zip(columns, block.values(), strict=True)], [*map(tipo_de, columns)], n
    )


def codificar(blocks: list[tuple[dict[str, Any], int]]) -> float:
    start = time.perf_counter()
    for block, n in blocks:
        _codificado(block, n)
    return time.perf_counter() - start


def copiar(ready: list[bytes], blocks: list[tuple[dict[str, Any], int]]) -> float:
    from django.db import connection

    vaciar()
    columns = ", ".join(blocks[0][0])
    start = time.perf_counter()
    with connection.cursor() as cursor:
        sql = f"COPY movimientos_inventario ({columns}) FROM STDIN (FORMAT binary)"
        with cursor.copy(sql) as copy:
            for chunk in ready:
                copy.write(chunk)
    return time.perf_counter() - start


def escribir(blocks: list[tuple[dict[str, Any], int]], empresa: int, *, vaciar: bool = True) -> float:
    from django.db import transaction
    from django.db.models import Q

    from inventory.models import MovimientoInventario
    from lib import bulk

    if vaciar:
        globals()["vaciar"]()
    start = time.perf_counter()
    with bulk.preparar(MovimientoInventario, tuple(blocks[0][0])) as lote:
        for block, n in blocks:
            lote.agregar_bloque(block, n)
        with transaction.atomic():
            counts = lote.fusionar(clave=CLAVE, ambito=Q(empresa_servidor=empresa), ignorar=["fecha_extraccion"])
    assert (counts.creadas if vaciar else counts.sin_cambios) == sum(n for _, n in blocks)
    return time.perf_counter() - start


def vaciar() -> None:
    from django.db import connection

    from inventory.models import MovimientoInventario

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE movimientos_inventario")
            cursor.execute("CHECKPOINT")
        else:
            MovimientoInventario.objects.all().delete()


if __name__ == "__main__":
    sys.exit(main())
