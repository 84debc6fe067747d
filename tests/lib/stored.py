"""The table of the bulk writer's tests, in whichever database the test has it: filled and read."""

from django.db import connections, router, transaction

from lib import bulk

CLAVE = ("grupo", "clave")
CAMPOS = ("grupo", "clave", "texto", "numero")
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


def cargar(modelo, filas, *, campos=CAMPOS, clave=CLAVE, ambito=None, ignorar=()):
    with bulk.preparar(modelo, campos) as lote:
        lote.agregar(filas)
        with atomica(modelo):
            return lote.fusionar(clave=clave, ambito=ambito, ignorar=ignorar)


def guardadas(modelo, *campos):
    return list(modelo.objects.order_by("grupo", "clave").values_list(*(campos or CAMPOS)))
