"""The table of the bulk writer's tests, in whichever database the test has it."""

from django.db import connections, router, transaction

COMO_TEXTO = {"sqlite": "typeof({0}) || ':' || {0}", "postgresql": "{0}::text", "mysql": "HEX({0})"}


def conexion(modelo):
    return connections[router.db_for_write(modelo)]


def atomica(modelo):
    return transaction.atomic(using=conexion(modelo).alias)


def deshacer(modelo):
    transaction.set_rollback(True, using=conexion(modelo).alias)


def como_esta(modelo, campos):
    """Every stored value of these fields as the database itself writes it."""
    database = conexion(modelo)
    columns = [modelo._meta.get_field(name).column for name in campos]
    values = ", ".join(COMO_TEXTO[database.vendor].format(column) for column in columns)
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {values} FROM {modelo._meta.db_table} ORDER BY {', '.join(columns[:2])}")
        return list(cursor.fetchall())
