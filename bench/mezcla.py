#!/usr/bin/env python
"""What it costs to bring stored rows in step with rows that were read: `lib.bulk`, beside Django's own upsert.

.venv/bin/python bench/mezcla.py [--filas 100000] [--postgres postgres://user:password@host:port]
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar

CAMPOS = (
    "empresa_servidor_id", "clave_origen", "fecha", "tipo_documento", "documento", "linea", "articulo_codigo",
    "articulo_nombre", "codigo_bodega", "cantidad", "sentido", "precio_unitario", "valor_total",
)  # fmt: skip
CLAVE = ("empresa_servidor_id", "clave_origen")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filas", type=int, default=100_000)
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port")
    options = parser.parse_args()
    with montar(options.postgres):
        comparar(options.filas)
    return 0


def comparar(filas: int) -> None:
    from django.db import connection

    from companies.models import EmpresaServidor
    from servers.models import Servidor

    servidor = Servidor.objects.create(nombre="BANCO", host="10.0.0.1", usuario="SYSDBA", ruta_maestra="/x.gdb")
    empresas = [
        EmpresaServidor.objects.create(
            servidor=servidor, codigo=nit, nombre=nit, nit=nit, nit_base=nit, anio_fiscal=2026, ruta_base=f"/{nit}.gdb"
        )
        for nit in ("900000001", "900000002")
    ]
    decir(f"{connection.vendor}, {filas:,} movements of {len(CAMPOS)} columns; seconds, once")
    for (name, write), empresa in zip((("lib.bulk", fusionar), ("bulk_create", upsert)), empresas, strict=True):
        for step, one_in in (("into an empty table", 0), ("nothing changed", 0), ("1 row in 100 changed", 100)):
            start = time.perf_counter()
            write(empresa.pk, hacer(empresa.pk, filas, one_in))
            decir(f"  {name:<12}{step:<24}{time.perf_counter() - start:8.2f}")


def hacer(empresa: int, filas: int, una_de_cada: int) -> list[tuple[Any, ...]]:
    changed = Decimal("7.5")
    return [
        (empresa, f"K:{n}", date(2026, 1, 1 + n % 31), "FACTURA_VENTA", f"FV-00-{n // 4:08}", n % 4, f"M{n % 20000}",
         "Tornillo cortical 3.5", "01", changed if una_de_cada and not n % una_de_cada else Decimal("2.5"), -1,
         Decimal("105000.25"), Decimal("262500.63"))
        for n in range(filas)
    ]  # fmt: skip


def fusionar(empresa: int, rows: list[tuple[Any, ...]]) -> None:
    from django.db import transaction
    from django.db.models import Q

    from inventory.models import MovimientoInventario
    from lib import bulk

    with bulk.preparar(MovimientoInventario, CAMPOS) as lote:
        lote.agregar(rows)
        with transaction.atomic():
            lote.fusionar(clave=CLAVE, ambito=Q(empresa_servidor=empresa))


def upsert(empresa: int, rows: list[tuple[Any, ...]]) -> None:
    """What Django offers: every row is written, and what vanished at the source would have to be found besides."""
    from inventory.models import MovimientoInventario

    create: Callable[..., object] = MovimientoInventario.objects.bulk_create
    create(
        (MovimientoInventario(**dict(zip(CAMPOS, row, strict=True))) for row in rows),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["empresa_servidor", "clave_origen"],
        update_fields=[name for name in CAMPOS if name not in CLAVE],
    )


if __name__ == "__main__":
    sys.exit(main())
