from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from inventory.contifico.models import TABLAS, Categoria
from inventory.contifico.resources import RECURSOS

AHORA = datetime(2026, 11, 20, tzinfo=UTC)


def guardar(cuenta, clave, datos="{}"):
    return Categoria.objects.create(cuenta=cuenta, id_contifico=clave, datos=datos, huella="0", fetched_at=AHORA)


def test_each_resource_has_a_table_of_its_name():
    assert list(TABLAS) == [recurso.nombre for recurso in RECURSOS]


@pytest.mark.parametrize("tabla", TABLAS)
def test_a_table_has_the_documented_columns(db, tabla):
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, tabla)}
    assert {"fila", "id", "cuenta_id", "datos", "updated_at", "fetched_at", "huella", "eliminado"} <= columns


def test_ids_tell_cases_apart_and_are_unique_within_an_account(cuenta):
    guardar(cuenta, "nRMdROzqhvDZel6Y")
    guardar(cuenta, "NRMdROzqhvDZel6Y")
    assert Categoria.objects.filter(id_contifico="NRMdROzqhvDZel6Y").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        guardar(cuenta, "nRMdROzqhvDZel6Y")


def test_registro_gives_numbers_with_their_digits(cuenta):
    row = guardar(cuenta, "x", '{"a": 0.10, "b": 12345678901234567890, "c": "\\u0000"}')
    row.refresh_from_db()
    assert row.registro == {"a": Decimal("0.10"), "b": 12345678901234567890, "c": "\0"}
    assert str(row.registro["a"]) == "0.10"
