"""Django's MySQL backend for MariaDB: refuses instead of bending values, keeps texts apart, sends no file to a server.

Strict SQL mode, utf8mb4 on the wire, READ COMMITTED (Django's own default). Tables that we create compare texts byte
by byte: MariaDB's usual collations take `a`, `A`, `á` and `a ` for one value, which no natural key can live with. LOAD
DATA LOCAL stays off, for a server may answer any statement by asking the client for any of its files.
"""

from typing import Any

from django.db.backends.mysql import base, features, schema

from lib.mariadb.collation import COLACION

MODO = "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    sql_create_table = (
        f"{schema.DatabaseSchemaEditor.sql_create_table} ENGINE=InnoDB CHARSET utf8mb4 COLLATE {COLACION}"
    )


class DatabaseFeatures(features.DatabaseFeatures):
    has_native_uuid_field = False  # MariaDB's refuses some of the values, such as 04ae1e59-32c3-d003-6aa3-08b0b2c8126e


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    estricta = True
    SchemaEditorClass = DatabaseSchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        fixed = {"local_infile": False, "sql_mode": MODO, "charset": "utf8mb4"}
        return {"connect_timeout": 10} | super().get_connection_params() | fixed
