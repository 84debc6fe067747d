"""dlt as its documentation shows it: `sql_database` with the backend pyarrow, from a view of the same statement.

It copies what the statement gives into a table of its own, without our derivations, checks and indexes.
"""

import os
from collections.abc import Callable
from typing import Any

os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}

import dlt
import psycopg
import sqlalchemy
from dlt.sources.sql_database import sql_table

VISTA = "BANCO_MOVIMIENTOS"
CLAVE = "clave_origen"


def preparar(tarea: dict[str, Any]) -> Callable[[], int]:
    modo = tarea["modo"]
    if modo == "replace" or tarea["primera"]:
        with psycopg.connect(tarea["destino"], autocommit=True) as link:
            link.execute(f"DROP SCHEMA IF EXISTS dlt_{modo} CASCADE")
    url = sqlalchemy.URL.create(
        "firebird+firebird", "SYSDBA", tarea["password"], "127.0.0.1", tarea["puerto"], tarea["ruta"],
        {"charset": "WIN1252"},
    ).render_as_string(hide_password=False)  # fmt: skip
    pipeline = dlt.pipeline(
        f"banco_{modo}",
        destination=dlt.destinations.postgres(tarea["destino"].replace("postgres://", "postgresql://")),
        dataset_name=f"dlt_{modo}",
        pipelines_dir=f"{tarea['carpeta']}/dlt-{tarea['nombre']}",
    )

    def hacer() -> int:
        table = sql_table(url, table=VISTA, backend="pyarrow", chunk_size=50_000)
        table.apply_hints(primary_key=CLAVE)
        pipeline.run(table, write_disposition=modo)
        done: Any = pipeline.last_trace
        counts: dict[str, int] = done.last_normalize_info.row_counts
        return next(rows for name, rows in counts.items() if not name.startswith("_dlt"))

    return hacer
