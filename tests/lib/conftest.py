"""A table with one column of every kind that the bulk writer must carry."""

import uuid

import pytest
from django.db import connection, models


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


@pytest.fixture
def muestra(tabla_muestra, db):
    return tabla_muestra


@pytest.fixture
def identificador():
    return uuid.UUID("12345678-1234-5678-1234-567812345678")
