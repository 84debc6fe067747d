#!/usr/bin/env python
"""How rows come into MariaDB fastest, and what a merge of `lib.bulk` costs there beside Django's own upsert.

    .venv/bin/python bench/mariadb.py [--filas 200000] [--rondas 3]

Starts a private server with safe writes; the ways take turns, and each figure is the median of the rounds.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar

SEGURO = (
    "--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=1", "--innodb-log-file-size=512M",
    "--innodb-buffer-pool-size=1G",
)  # fmt: skip
LOTE = 2000
CLAVE = ("sucursal", "caja", "numero")
TEXTOS = ("cliente", "vendedor", "articulo", "nombre", "categoria", "tarjeta", "autorizacion", "nota")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filas", type=int, default=200_000)
    parser.add_argument("--rondas", type=int, default=3)
    options = parser.parse_args()
    with montar(), servidor() as connection:
        modelo = tabla(connection)
        decir(
            f"MariaDB {connection.mysql_server_info}, {options.filas:,} rows of {len(campos(modelo))} columns; seconds"
        )
        rondas(options.rondas, ways_in(connection, modelo, hacer(options.filas)))
        rondas(options.rondas, merges(modelo, options.filas))
    return 0


@contextmanager
def servidor() -> Iterator[Any]:
    """A connection that allows LOAD DATA LOCAL, which the product's never does."""
    from django.db import connections

    from tests.mariadb import conectar, levantar_mariadb

    with levantar_mariadb(*SEGURO) as port:
        with conectar(port, "").cursor() as cursor:
            cursor.execute("CREATE DATABASE pruebas")
        connections["mariadb"] = connection = conectar(port)
        given = connection.get_connection_params
        setattr(connection, "get_connection_params", lambda: given() | {"local_infile": True})  # noqa: B010
        yield connection
        connection.close()


def tabla(connection: Any) -> Any:
    """Lines of a till: 22 columns, a natural key of three, two more indexes."""
    from django.db import models

    options = {
        "app_label": "banco",
        "db_table": "ventas",
        "constraints": [models.UniqueConstraint(fields=CLAVE, name="venta_unica")],
        "indexes": [models.Index(fields=[name], name=f"por_{name}") for name in ("fecha", "articulo")],
    }
    fields: dict[str, Any] = {name: models.CharField(max_length=60) for name in TEXTOS}
    fields |= {name: models.DecimalField(max_digits=18, decimal_places=4) for name in ("cantidad", "precio", "valor")}
    fields |= {name: models.DecimalField(max_digits=18, decimal_places=4, null=True) for name in ("descuento", "iva")}
    fields |= {
        "sucursal": models.IntegerField(),
        "caja": models.CharField(max_length=10),
        "numero": models.BigIntegerField(),
        "fecha": models.DateField(),
        "instante": models.DateTimeField(),
        "anulada": models.BooleanField(),
        "linea": models.IntegerField(),
        "turno": models.SmallIntegerField(),
        "moneda": models.CharField(max_length=3),
    }
    modelo = type("Venta", (models.Model,), fields | {"Meta": type("Meta", (), options), "__module__": __name__})
    with connection.schema_editor() as editor:
        editor.create_model(modelo)
    return modelo


def campos(modelo: Any) -> list[str]:
    return [field.attname for field in modelo._meta.concrete_fields if not field.primary_key]


def hacer(filas: int, una_de_cada: int = 0) -> list[tuple[Any, ...]]:
    """Rows in the order of the model's columns."""
    return [
        ("Cliente O'Higgins", "Vendedor 7", f"M{n % 5000}", "Café molido 500 g", "Bebidas", "", "123456", "",
         Decimal("7.5") if una_de_cada and not n % una_de_cada else Decimal("2.5"), Decimal("10500.25"),
         Decimal("26250.63"), None, Decimal("4987.62"), 3, f"C{n % 4}", n, date(2026, 1, 1 + n % 31),
         datetime(2026, 1, 1 + n % 31, 10, 30, tzinfo=UTC), False, n % 9, 1, "GTQ")
        for n in range(filas)
    ]  # fmt: skip


def rondas(veces: int, ways: dict[str, Callable[[], object]]) -> None:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(veces):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            taken[name].append(time.perf_counter() - start)
    for name, seconds in taken.items():
        decir(f"  {name:<44}{median(seconds):8.2f}")


def ways_in(connection: Any, modelo: Any, rows: list[tuple[Any, ...]]) -> dict[str, Callable[[], object]]:
    """Rows that were checked already, into an indexed temporary table."""
    from django.db import transaction

    from lib.columns import Columna
    from lib.staging import abrir

    names = campos(modelo)
    columns = [Columna(modelo._meta.get_field(name), connection) for name in names]
    batches = [
        [column.preparar(values) for column, values in zip(columns, zip(*rows[n : n + LOTE], strict=True), strict=True)]
        for n in range(0, len(rows), LOTE)
    ]

    def ours() -> None:
        with transaction.atomic(using="mariadb"):
            espera = abrir(connection, modelo, columns)
            for batch in batches:
                espera.agregar(batch)
            espera.cargar(CLAVE)
            espera.cerrar()

    def temporary(cursor: Any) -> None:
        cursor.execute("DROP TEMPORARY TABLE IF EXISTS otra")
        like = f"SELECT {', '.join(names)} FROM ventas LIMIT 0"
        cursor.execute(f"CREATE TEMPORARY TABLE otra (KEY ({', '.join(CLAVE)})) ENGINE=InnoDB AS {like}")

    def load_data() -> None:
        with transaction.atomic(using="mariadb"), connection.cursor() as cursor, NamedTemporaryFile("wb") as file:
            temporary(cursor)
            for batch in batches:
                file.write(lineas(batch))
            file.flush()
            cursor.execute(f"LOAD DATA LOCAL INFILE '{file.name}' INTO TABLE otra CHARACTER SET utf8mb4")

    def executemany() -> None:
        insert = f"INSERT INTO otra VALUES ({', '.join(['%s'] * len(names))})"
        with transaction.atomic(using="mariadb"), connection.cursor() as cursor:
            temporary(cursor)
            for batch in batches:
                cursor.executemany(insert, list(zip(*batch, strict=True)))

    return {"staging: INSERT of many rows (ours)": ours, "staging: LOAD DATA LOCAL": load_data,
            "staging: the driver's executemany": executemany}  # fmt: skip


def lineas(columns: Sequence[Sequence[Any]]) -> bytes:
    """LOAD DATA's default format, for values that hold no tab, backslash or line feed."""
    return "".join(["\t".join(row) + "\n" for row in zip(*(map(_dato, c) for c in columns), strict=True)]).encode()


def _dato(value: Any) -> str:
    if value is None:
        return r"\N"
    return str(int(value)) if value is True or value is False else str(value)


def merges(modelo: Any, filas: int) -> dict[str, Callable[[], object]]:
    from django.db import transaction
    from django.db.models import Q

    from lib import bulk

    names = campos(modelo)
    stored = modelo._base_manager.using("mariadb")
    same, some = hacer(filas), hacer(filas, 10)

    def ours(rows: list[tuple[Any, ...]]) -> bulk.Conteos:
        with bulk.preparar(modelo, names, using="mariadb") as lote:
            lote.agregar(rows)
            with transaction.atomic(using="mariadb"):
                return lote.fusionar(clave=CLAVE, ambito=Q())

    def upsert(rows: list[tuple[Any, ...]]) -> object:
        return stored.bulk_create(
            (modelo(**dict(zip(names, row, strict=True))) for row in rows),
            batch_size=1000, update_conflicts=True, update_fields=[name for name in names if name not in CLAVE],
        )  # fmt: skip

    def truncate() -> None:
        from django.db import connections

        with connections["mariadb"].cursor() as cursor:
            cursor.execute("TRUNCATE ventas")

    return {
        "(emptying)": truncate,
        "bulk_create: into an empty table": lambda: upsert(same),
        "bulk_create: nothing changed": lambda: upsert(same),
        "bulk_create: 1 row in 10 changed": lambda: upsert(some),
        "(emptying again)": truncate,
        "lib.bulk: into an empty table": lambda: ours(same),
        "lib.bulk: nothing changed": lambda: ours(same),
        "lib.bulk: 1 row in 10 changed": lambda: ours(some),
    }


if __name__ == "__main__":
    sys.exit(main())
