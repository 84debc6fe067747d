"""A table with one column of every kind that the bulk writer must carry."""

import uuid

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

from tests.mariadb import ALIAS, MARIADB


class Muestra(models.Model):  # noqa: DJ008
    """Lives in tests only; its table comes and goes with the fixture."""

    id = models.BigAutoField(primary_key=True)
    grupo = models.IntegerField()
    clave = models.CharField(max_length=40, db_column="clave_rara")
    texto = models.TextField(blank=True)
    corto = models.CharField(max_length=10, null=True)  # noqa: DJ001 -- a column of every kind
    numero = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    valor = models.DecimalField(max_digits=24, decimal_places=4, default=0)
    dia = models.DateField(null=True)
    instante = models.DateTimeField(null=True)
    hora = models.TimeField(null=True)
    activo = models.BooleanField(null=True)
    datos = models.JSONField(null=True)
    uuid = models.UUIDField(null=True)
    entero = models.BigIntegerField(null=True)
    nota = models.CharField(max_length=20, default="por defecto")

    class Meta:
        app_label = "muestras"
        db_table = "tests_muestra"
        constraints = [models.UniqueConstraint(fields=["grupo", "clave"], name="muestra_unica")]


@pytest.fixture(scope="session")
def tabla_muestra(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Muestra)
        yield Muestra
        with connection.schema_editor() as editor:
            editor.delete_model(Muestra)


@pytest.fixture(scope="session")
def tabla_mariadb(mariadb, django_db_blocker):
    with django_db_blocker.unblock(), mariadb.schema_editor() as editor:
        editor.create_model(Muestra)  # it ends with its server
    return Muestra


class EnMariaDB:
    """Routes the table there, as settings route rooms whose database is a MariaDB."""

    def db_for_read(self, model, **hints):
        return ALIAS if model is Muestra else None

    db_for_write = db_for_read


@pytest.fixture(params=["default", pytest.param(ALIAS, marks=MARIADB)])
def base(request, settings, tabla_muestra):
    """The connection of the table: of the main database, then of MariaDB."""
    if request.param == ALIAS:
        request.getfixturevalue("tabla_mariadb")
        settings.DATABASE_ROUTERS = [EnMariaDB()]
    return connections[request.param]


@pytest.fixture
def muestra(base, db):
    """The empty table, in a transaction that is rolled back."""
    if base.alias == DEFAULT_DB_ALIAS:
        yield Muestra
        return
    with transaction.atomic(using=base.alias):
        yield Muestra
        transaction.set_rollback(True, using=base.alias)


@pytest.fixture
def identificador():
    return uuid.UUID("12345678-1234-5678-1234-567812345678")
