"""What the database itself holds together of movements, companies and the ledger."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from inventory.ledger import Resumen, anotar_ventana
from inventory.models import MovimientoInventario

pytestmark = pytest.mark.django_db

ENERO, FEBRERO = date(2026, 1, 1), date(2026, 2, 1)


def borrar_por_sql(empresa):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM empresas_servidor WHERE id = %s", [empresa.pk])
    connection.check_constraints()


def test_keeps_a_company_that_has_a_window_whoever_deletes_it(empresa):
    with transaction.atomic():
        anotar_ventana(
            empresa,
            ENERO,
            FEBRERO,
            leido=Resumen(0, Decimal(0), Decimal(0), "0"),
            origen="",
            receta="",
            leida=timezone.now(),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        borrar_por_sql(empresa)


def test_checks_no_foreign_key_for_each_movement(empresa):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, MovimientoInventario._meta.db_table)
    assert [name for name, constraint in found.items() if constraint["foreign_key"]] == []
