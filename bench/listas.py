#!/usr/bin/env python
"""What a page of a list costs where there are a million movements, in the API and in the admin.

    .venv/bin/python bench/listas.py [--filas 1000000] [--postgres postgres://user:password@host:port]

Medians of several requests, view and serialization included, network and web server not. The last two lines are what
a list would pay that counts its rows or skips to a page by number.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.instalacion import decir, montar

EMPRESAS = 20
VECES = 7
SERIE = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {filas}) ",
    "postgresql": "WITH s AS (SELECT generate_series(1, {filas}) AS n) ",
}
# Four years of days; each company's rows lie in one of them, as fiscal years do.
DIA = {
    "sqlite": "date('2022-01-01', ((n % {empresas}) % 4 * 365 + n * 7919 % 365) || ' days')",
    "postgresql": "date '2022-01-01' + ((n % {empresas}) % 4 * 365 + (n::bigint * 7919 % 365)::int)",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filas", type=int, default=1_000_000)
    parser.add_argument("--postgres", default="", help="postgres://user:password@host:port")
    options = parser.parse_args()
    with montar(options.postgres):
        first = llenar(options.filas)
        medir(first, options.filas)
    return 0


def llenar(filas: int) -> int:
    """Companies, and movements that differ in date, key, document, article and kind; the id of the first company."""
    from companies.models import EmpresaServidor
    from inventory.models import MovimientoInventario, TipoDocumento
    from servers.models import Servidor

    servidor = Servidor.objects.create(nombre="BANCO", host="10.0.0.1", usuario="SYSDBA", ruta_maestra="/x.gdb")
    empresas = [
        EmpresaServidor.objects.create(
            servidor=servidor, codigo=f"{n}", nombre=f"Empresa {n // 4}", nit=f"90000000{n // 4}",
            nit_base=f"90000000{n // 4}", anio_fiscal=2022 + n % 4, ruta_base=f"/{n}.gdb",
        )
        for n in range(EMPRESAS)
    ]  # fmt: skip
    modelo = MovimientoInventario.objects.create(
        empresa_servidor=empresas[0], clave_origen="K:0", fecha=date(2022, 1, 1), documento="FV-00-0",
        tipo_documento=TipoDocumento.FACTURA_VENTA, articulo_codigo="A", articulo_nombre="Tornillo cortical 3.5",
        cantidad=1, sentido=-1, precio_unitario=1, valor_total=1,
    )  # fmt: skip
    insertar(modelo.pk, empresas[0].pk, EMPRESAS, filas)
    return empresas[0].pk


def insertar(modelo: int, primera: int, empresas: int, filas: int) -> None:
    """Copies of the movement `modelo`, spread over that many companies with consecutive ids."""
    from django.db import connection

    from inventory.models import MovimientoInventario

    own = {
        "empresa_servidor_id": f"{primera} + n % {empresas}",
        "fecha": DIA[connection.vendor].format(empresas=empresas),
        "clave_origen": "'K:' || n",
        "documento": "'FV-00-' || (n / 4)",
        "articulo_codigo": "'M' || (n * 31 % 20000)",
        "tipo_documento": "CASE WHEN n % 50000 = 0 THEN 'DEVOLUCION_COMPRA' ELSE t.tipo_documento END",
    }
    fields = MovimientoInventario._meta.concrete_fields
    columns = [str(field.column) for field in fields if not field.primary_key]
    values = ", ".join(own.get(column, f"t.{column}") for column in columns)
    table = MovimientoInventario._meta.db_table
    series = SERIE[connection.vendor].format(filas=filas)
    insert = (
        f"INSERT INTO {table} ({', '.join(columns)}) {series}SELECT {values} FROM s, {table} t WHERE t.id = {modelo}"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert)
        cursor.execute("ANALYZE")


def medir(empresa: int, filas: int) -> None:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    from inventory.models import MovimientoInventario

    settings.SEGUNDO_FACTOR_OBLIGATORIO = False  # a database server asks it of staff, and nobody is here to give it
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(get_user_model()._default_manager.create_superuser("banco", "banco@example.com", "x"))
    api, admin = "/api/movimientos/", "/admin/inventory/movimientoinventario/"
    decir(f"{connection.vendor}, {filas:,} movements, {EMPRESAS} companies; milliseconds, median of {VECES}")
    for name, url in (
        ("API, first page of 100", api),
        ("API, a company", f"{api}?empresa_servidor_id={empresa}"),
        (
            "API, a company's month",
            f"{api}?empresa_servidor_id={empresa}&fecha_desde=2022-03-01&fecha_hasta=2022-03-31",
        ),
        ("API, an article", f"{api}?articulo_codigo=M31"),
        ("API, a document", f"{api}?documento=FV-00-777"),
        ("API, the oldest day, deep in the list", f"{api}?fecha_hasta=2022-01-01"),
        ("API, a kind that hardly occurs", f"{api}?tipo_documento=DEVOLUCION_COMPRA"),
        ("API, page of 1000", f"{api}?page_size=1000"),
        ("admin, first page of 50", admin),
        ("admin, documents that begin with FV-00-12", f"{admin}?q=FV-00-12"),
    ):
        decir(f"  {name:<45}{medio(partial(pedir, client, url)):9.1f}")
    rows = MovimientoInventario.objects.values("pk")
    decir(f"  {'(SELECT COUNT(*))':<45}{medio(rows.count):9.1f}")
    decir(f"  {'(OFFSET to the last page)':<45}{medio(lambda: list(rows[filas - 100 : filas])):9.1f}")


def pedir(client: Any, url: str) -> None:
    answer = client.get(url)
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code} {answer.content[:300]!r}")


def medio(call: Callable[[], object]) -> float:
    call()  # once for caches
    times = []
    for _ in range(VECES):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


if __name__ == "__main__":
    sys.exit(main())
