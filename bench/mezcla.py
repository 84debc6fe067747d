#!/usr/bin/env python
"""What it costs to bring stored rows in step with rows that were read: `lib.bulk`, beside Django's own upsert.

.venv/bin/python bench/mezcla.py [--filas 100000] [--ancha 0] [--postgres postgres://user:password@host:port]

--ancha N: besides, a table of 60 columns and N rows, of which one in ten changes.
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
    parser.add_argument("--ancha", type=int, default=0, help="rows of a table of 60 columns")
    options = parser.parse_args()
    with montar(options.postgres):
        comparar(options.filas)
        if options.ancha:
            comparar_ancha(options.ancha)
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


def comparar_ancha(filas: int) -> None:
    from django.db import connection

    modelo = tabla_ancha()
    decir(f"{connection.vendor}, {filas:,} rows of 60 columns; seconds, once")
    for name, write in (("lib.bulk", fusionar_ancha), ("bulk_create", upsert_ancha)):
        with connection.schema_editor() as editor:
            editor.create_model(modelo)
        for step, one_in in (("into an empty table", 0), ("1 row in 10 changed", 10)):
            rows, before = hacer_ancha(filas, one_in), tamano(modelo)
            start = time.perf_counter()
            write(modelo, rows)
            took, after = time.perf_counter() - start, tamano(modelo)
            grown = f"   table {(after / before - 1) * 100:+.1f} %" if one_in else ""
            decir(f"  {name:<12}{step:<24}{took:8.2f}{grown}")
        with connection.schema_editor() as editor:
            editor.delete_model(modelo)


def tabla_ancha() -> Any:
    from django.db import models

    fields: dict[str, Any] = {"clave": models.CharField(max_length=20, unique=True)}
    for n in range(59):
        fields[f"c{n:02}"] = (
            models.DecimalField(max_digits=18, decimal_places=4),
            models.CharField(max_length=100),
            models.DateField(),
            models.IntegerField(),
        )[n % 4]
    meta = type("Meta", (), {"app_label": "banco", "db_table": "banco_ancha"})
    return type("Ancha", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})


def hacer_ancha(filas: int, una_de_cada: int) -> list[tuple[Any, ...]]:
    """Values of an invoice: amounts and numbers differ, texts and dates repeat."""
    texts = [f"Un texto de la factura {n}" for n in range(50)]
    dates = [date(2026, 1 + n % 12, 1 + n % 28) for n in range(365)]
    rows = []
    for n in range(filas):
        kinds = (Decimal(n) / 4, texts[n % 50], dates[n % 365], n)
        changed = Decimal(n + bool(una_de_cada and not n % una_de_cada))
        rows.append((f"F-{n}", changed, *(kinds[column % 4] for column in range(1, 59))))
    return rows


def columnas_anchas() -> list[str]:
    return ["clave", *(f"c{n:02}" for n in range(59))]


def fusionar_ancha(modelo: Any, rows: list[tuple[Any, ...]]) -> None:
    from django.db import transaction
    from django.db.models import Q

    from lib import bulk

    with bulk.preparar(modelo, columnas_anchas()) as lote:
        lote.agregar(rows)
        with transaction.atomic():
            lote.fusionar(clave=("clave",), ambito=Q())


def upsert_ancha(modelo: Any, rows: list[tuple[Any, ...]]) -> None:
    names = columnas_anchas()
    modelo.objects.bulk_create(
        (modelo(**dict(zip(names, row, strict=True))) for row in rows),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["clave"],
        update_fields=names[1:],
    )


def tamano(modelo: Any) -> int:
    """Bytes of the table without its indexes; on SQLite, of the whole file."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_relation_size(%s)", [modelo._meta.db_table])
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0]) or 1


if __name__ == "__main__":
    sys.exit(main())
