import pytest
from django.db import OperationalError, connection

from lib.waiting import sin_esperar
from servers.models import Servidor
from tests.locks import ocupada


def limite():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout" if connection.vendor == "sqlite" else "SHOW lock_timeout")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_sin_esperar_gives_up_where_another_has_the_lock():
    before = limite()
    with ocupada(Servidor._meta.db_table), pytest.raises(OperationalError), sin_esperar():
        Servidor.objects.create(nombre="nunca", host="127.0.0.1")
    assert limite() == before
    assert not Servidor.objects.exists()


def test_sin_esperar_writes_and_is_patient_again_within_a_transaction(db):
    before = limite()
    with sin_esperar():
        Servidor.objects.create(nombre="ahora", host="127.0.0.1")
    assert limite() == before
    assert Servidor.objects.exists()
