"""What is MariaDB's own in the bulk writer; tests/lib/test_bulk.py holds what it shares with the other databases."""

import threading
import uuid
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError, connections, transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError
from django.db.utils import ConnectionHandler

from lib import bulk
from lib.errors import Fatal, Retriable
from lib.mariadb.locks import reintentable
from lib.staging_mysql import Sentencias, _literales
from tests.mariadb import ALIAS, MARIADB, conectar

pytestmark = [MARIADB, pytest.mark.django_db]
CAMPOS = ("grupo", "clave", "texto")
CLAVE = ("grupo", "clave")
FILAS = [(1, "a", "uno"), (2, "a", "dos")]


@pytest.mark.parametrize(
    ("values", "literals"),
    [
        (["a", None, ""], ["'a'", "NULL", "''"]),
        (["O'Higgins", "a"], ["'O''Higgins'", "'a'"]),
        (["a\\", "b\n", "c\r"], ["_utf8mb4 x'615c'", "_utf8mb4 x'620a'", "_utf8mb4 x'630d'"]),
        ([Decimal("1E+3"), Decimal("-0.5000"), None], ["1000", "-0.5000", "NULL"]),
        ([True, None, False], ["1", "NULL", "0"]),
        ([-(2**63)], ["-9223372036854775808"]),
        ([date(1, 2, 3)], ["'0001-02-03'"]),
        ([uuid.UUID(int=1)], ["'00000000-0000-0000-0000-000000000001'"]),
        ([b"\0'"], ["x'0027'"]),
        ([None, None], ["NULL", "NULL"]),
    ],
)
def test_literals_are_sql_on_one_line(values, literals):
    assert _literales(values) == literals


def test_a_value_without_a_literal_is_a_programming_error():
    with pytest.raises(TypeError, match="object"):
        _literales([object()])


@pytest.fixture
def tabla(mariadb, tabla_mariadb):
    """The empty table, committed to: what a test leaves goes."""
    tabla_mariadb.objects.using(ALIAS).all().delete()
    yield tabla_mariadb
    tabla_mariadb.objects.using(ALIAS).all().delete()


@pytest.fixture
def otra(mariadb, tabla):
    """A second connection that waits for no lock."""
    connection = conectar(mariadb.settings_dict["PORT"])
    connections["otra"] = connection
    connection.alias = "otra"
    with connection.cursor() as cursor:
        cursor.execute("SET innodb_lock_wait_timeout = 0")
    yield connection
    connection.close()
    del connections["otra"]


def cargar(tabla, filas, *, ambito=None, using=ALIAS):
    with bulk.preparar(tabla, CAMPOS, using=using) as lote:
        lote.agregar(filas)
        with transaction.atomic(using=using):
            return lote.fusionar(clave=CLAVE, ambito=ambito)


@pytest.mark.parametrize("mode", ["NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", ""])
def test_texts_arrive_as_they_are_in_every_mode_of_the_server(tabla, otra, mode):
    texts = ["\\", "\\'", "'; DROP TABLE tests_muestra; -- ", '"', "a\nb\r", "%s", "\\0", "\x1a", "`"]
    with otra.cursor() as cursor:
        cursor.execute("SET sql_mode = CONCAT(@@sql_mode, ',', %s)", [mode])
    cargar(tabla, [(1, str(n), text) for n, text in enumerate(texts)], using="otra")
    assert list(tabla.objects.using(ALIAS).order_by("id").values_list("texto", flat=True)) == texts


def test_a_table_that_confuses_texts_is_refused(mariadb, tabla):
    with mariadb.cursor() as cursor:
        cursor.execute("ALTER TABLE tests_muestra MODIFY clave_rara VARCHAR(40) COLLATE utf8mb4_general_ci NOT NULL")
    try:
        with pytest.raises(Fatal) as error:
            cargar(tabla, FILAS)
        assert (error.value.codigo, error.value.mensaje.endswith("en: clave_rara.")) == ("colacion_inexacta", True)
    finally:
        with mariadb.cursor() as cursor:
            cursor.execute(error.value.remedio.removeprefix("En MariaDB: "))
    assert cargar(tabla, FILAS).creadas == 2


def test_djangos_own_engine_is_refused(mariadb, tabla):
    given = mariadb.settings_dict | {"ENGINE": "django.db.backends.mysql"}
    with pytest.raises(ImproperlyConfigured, match=r"lib\.mariadb"):
        Sentencias(ConnectionHandler({"default": given})["default"], tabla, ["grupo"])


def test_a_wait_that_ends_is_retriable_and_spoils_nothing(mariadb, tabla, otra):
    cargar(tabla, FILAS)
    with transaction.atomic(using=ALIAS):
        tabla.objects.using(ALIAS).filter(grupo=1).update(texto="en curso")
        with transaction.atomic(using="otra"):
            tabla.objects.using("otra").create(grupo=3, clave="antes")
            with pytest.raises(Retriable) as error, transaction.atomic(using="otra"):
                cargar(tabla, [(1, "a", "otro")], using="otra")
    assert error.value.codigo == "base_ocupada"
    assert set(tabla.objects.using(ALIAS).values_list("grupo", "texto")) == {(1, "en curso"), (2, "dos"), (3, "")}


class Cruzada(threading.Thread):
    """Holds row 1 with much else, then asks for row 2: of a deadlock the lighter transaction is the victim."""

    def __init__(self, connection):
        super().__init__()
        self.connection, self.tiene, self.sigue, self.escritas = connection, threading.Event(), threading.Event(), 0
        connection.inc_thread_sharing()

    def run(self):
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE tests_muestra SET texto = 'pesada' WHERE grupo = 1")
            self.tiene.set()
            self.sigue.wait(30)
            self.escritas = cursor.execute("UPDATE tests_muestra SET texto = 'pesada' WHERE grupo = 2")
            cursor.execute("COMMIT")


@contextmanager
def cruzada(mariadb):
    connection = conectar(mariadb.settings_dict["PORT"])
    thread = Cruzada(connection)
    thread.start()
    thread.tiene.wait(30)
    yield thread
    thread.join(30)
    connection.close()


def test_a_deadlock_is_retriable_and_ends_the_whole_transaction(mariadb, tabla, otra):
    cargar(tabla, [(1, str(n), "") for n in range(50)] + [(2, "a", "dos")])
    with otra.cursor() as cursor:
        cursor.execute("SET innodb_lock_wait_timeout = 30")
    with cruzada(mariadb) as thread, transaction.atomic(using="otra"):
        tabla.objects.using("otra").filter(grupo=2).update(texto="nuestra")
        thread.sigue.set()
        with pytest.raises(Retriable) as error, transaction.atomic(using="otra"):
            cargar(tabla, [(1, "0", "otro")], using="otra")
        with pytest.raises(TransactionManagementError):
            tabla.objects.using("otra").exists()
    assert error.value.codigo == "base_ocupada"
    assert thread.escritas == 1
    assert set(tabla.objects.using(ALIAS).values_list("texto", flat=True)) == {"pesada"}


def test_another_error_of_the_server_stays_what_it_is(tabla):
    with pytest.raises(OperationalError, match="1094"), reintentable(connections[ALIAS]):
        connections[ALIAS].cursor().execute("KILL 0")


def test_a_merge_locks_no_row_outside_its_scope(tabla, otra):
    cargar(tabla, FILAS)
    with transaction.atomic(using=ALIAS):
        cargar(tabla, [(1, "a", "otro"), (1, "b", "nuevo")], ambito=Q(grupo=1))
        tabla.objects.using("otra").filter(grupo=2, clave="a").update(texto="a la vez")
    assert set(tabla.objects.using(ALIAS).values_list("texto", flat=True)) == {"otro", "nuevo", "a la vez"}


def test_a_load_outlives_the_connection_on_which_it_began(mariadb, tabla, otra):
    with bulk.preparar(tabla, CAMPOS, using="otra") as lote:
        lote.agregar(FILAS)
        with otra.cursor() as cursor, mariadb.cursor() as killer:
            cursor.execute("SELECT CONNECTION_ID()")
            killer.execute(f"KILL {cursor.fetchone()[0]}")
        otra.close_if_unusable_or_obsolete()
        otra.close()
        with transaction.atomic(using="otra"):
            assert lote.fusionar(clave=CLAVE).creadas == 2


def test_nothing_of_a_load_stays_on_the_connection(mariadb, tabla):
    with bulk.preparar(tabla, CAMPOS, using=ALIAS) as lote, transaction.atomic(using=ALIAS):
        lote.agregar(FILAS)
        lote.fusionar(clave=CLAVE)
    with mariadb.cursor() as cursor, pytest.raises(ProgrammingError, match="1146"):
        cursor.execute(f"SELECT * FROM {lote._espera.tabla}")
