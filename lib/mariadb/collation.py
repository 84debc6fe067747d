"""How MariaDB's tables compare texts, which decides what is the same key and what is a change."""

from typing import Any

from django.db import models

from lib.errors import Fatal

COLACION = "utf8mb4_nopad_bin"  # byte by byte; the one that also minds trailing spaces


def exigir_colacion(cursor: Any, modelo: type[models.Model]) -> None:
    """Fatal where the table takes texts that differ for the same: two keys would be one, and changes be missed."""
    texts = {str(f.column) for f in modelo._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)}
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name = %s AND collation_name <> %s",
        [modelo._meta.db_table, COLACION],
    )
    careless = sorted(texts.intersection(column for (column,) in cursor.fetchall()))
    if careless:
        raise Fatal(
            "colacion_inexacta",
            f"La tabla {modelo._meta.db_table} confunde textos distintos en: {', '.join(careless)}.",
            f"En MariaDB: ALTER TABLE {modelo._meta.db_table} CONVERT TO CHARACTER SET utf8mb4 COLLATE {COLACION};",
        )
