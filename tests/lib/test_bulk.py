"""The bulk writer against the main database, which the suite makes SQLite and then PostgreSQL, and against MariaDB."""

import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from lib import bulk
from lib.arrays import Decimales, Enteros, Textos
from lib.errors import Rejected
from tests.lib.stored import CAMPOS, CLAVE, atomica, cargar, deshacer, guardadas

FILAS = [(1, "a", "uno", Decimal("1.5")), (1, "b", "dos", None), (2, "a", "tres", Decimal("-3.0001"))]


def test_fusionar_inserts_rows_and_defaults_of_columns_not_brought(muestra):
    assert cargar(muestra, FILAS) == bulk.Conteos(creadas=3)
    assert guardadas(muestra) == FILAS
    assert set(muestra.objects.values_list("nota", "valor")) == {("por defecto", Decimal(0))}


def test_fusionar_twice_changes_nothing(muestra):
    cargar(muestra, FILAS)
    assert cargar(muestra, FILAS, ambito=Q()) == bulk.Conteos(sin_cambios=3)


def test_fusionar_updates_inserts_and_deletes_in_one_go(muestra):
    cargar(muestra, FILAS)
    ids = dict(muestra.objects.values_list("clave", "id"))
    new = [(1, "a", "otro", Decimal("1.5")), (1, "c", "nuevo", Decimal(0))]
    assert cargar(muestra, new, ambito=Q(grupo=1)) == bulk.Conteos(creadas=1, actualizadas=1, borradas=1)
    assert guardadas(muestra) == [*new, FILAS[2]]
    assert muestra.objects.filter(id=ids["a"]).exists()


def test_fusionar_sees_null_becoming_a_value_and_back(muestra):
    cargar(muestra, FILAS)
    turned = [(1, "a", "uno", None), (1, "b", "dos", Decimal(0))]
    assert cargar(muestra, turned) == bulk.Conteos(actualizadas=2)
    assert guardadas(muestra)[:2] == turned


def test_fusionar_without_ambito_deletes_nothing(muestra):
    cargar(muestra, FILAS)
    assert cargar(muestra, []) == bulk.Conteos()
    assert muestra.objects.count() == 3


def test_fusionar_of_nothing_empties_its_ambito_only(muestra):
    cargar(muestra, FILAS)
    assert cargar(muestra, [], ambito=muestra.objects.filter(grupo=1)) == bulk.Conteos(borradas=2)
    assert guardadas(muestra) == [FILAS[2]]


def test_fusionar_with_an_impossible_ambito_deletes_nothing(muestra):
    cargar(muestra, FILAS)
    assert cargar(muestra, [], ambito=Q(pk__in=[])) == bulk.Conteos()


def test_ignored_columns_are_written_with_a_change_but_make_none(muestra):
    cargar(muestra, FILAS)
    same = [(1, "a", "uno", Decimal(9)), (1, "b", "otro", Decimal(9))]
    assert cargar(muestra, same, ignorar=["numero"]) == bulk.Conteos(actualizadas=1, sin_cambios=1)
    assert guardadas(muestra)[:2] == [FILAS[0], same[1]]


def test_fusionar_updates_a_row_that_moves_into_the_ambito(muestra):
    campos = ("grupo", "clave", "dia")
    january, february = date(2026, 1, 31), date(2026, 2, 1)
    cargar(muestra, [(1, "a", january)], campos=campos)
    counts = cargar(muestra, [(1, "a", february)], campos=campos, ambito=Q(dia__gte=february))
    assert counts == bulk.Conteos(actualizadas=1)
    assert guardadas(muestra, *campos) == [(1, "a", february)]


def test_fuera_de_names_where_staged_keys_lie_outside_the_ambito(muestra):
    campos = ("grupo", "clave", "dia")
    january, february = date(2026, 1, 31), date(2026, 2, 1)
    cargar(muestra, [(1, "a", january), (1, "b", february), (1, "c", january)], campos=campos)
    with bulk.preparar(muestra, campos) as lote:
        lote.agregar([(1, "a", february), (1, "b", february)])
        with atomica(muestra):
            assert lote.fuera_de(Q(dia__gte=february), clave=CLAVE, campo="dia") == [january]
            assert lote.fuera_de(muestra.objects.filter(dia=january), clave=CLAVE, campo="dia") == [february]


def test_fusionar_holds_rows_that_were_added_after_a_look(muestra):
    with bulk.preparar(muestra, CAMPOS) as lote, atomica(muestra):
        lote.agregar(FILAS[:1])
        assert lote.fuera_de(Q(pk=None), clave=CLAVE, campo="texto") == []
        lote.agregar(FILAS[1:])
        assert lote.fusionar(clave=CLAVE).creadas == 3


PARECIDAS = ["a", "A", "á", "a ", " a", "ａ", "a\u0301", "ß", "ss", "😀", "😁"]


def test_keys_that_a_collation_takes_for_one_are_different_rows(muestra):
    rows = [(1, key, key, None) for key in PARECIDAS]
    assert cargar(muestra, rows, ambito=Q()).creadas == len(rows)
    assert cargar(muestra, rows, ambito=Q()) == bulk.Conteos(sin_cambios=len(rows))
    assert cargar(muestra, rows[1:], ambito=Q()) == bulk.Conteos(sin_cambios=len(rows) - 1, borradas=1)
    assert set(muestra.objects.values_list("clave", flat=True)) == set(PARECIDAS[1:])


def test_a_text_that_a_collation_takes_for_the_same_is_a_change(muestra):
    campos = ("grupo", "clave", "texto", "corto")
    for text in PARECIDAS:
        assert cargar(muestra, [(1, "k", text, text)], campos=campos).sin_cambios == 0
        assert guardadas(muestra, "texto", "corto") == [(text, text)]


def test_a_merge_in_a_savepoint_can_be_undone_by_itself(muestra):
    with atomica(muestra):
        cargar(muestra, FILAS[:1])
        with atomica(muestra):
            cargar(muestra, FILAS[1:], ambito=Q())
            deshacer(muestra)
    assert guardadas(muestra) == FILAS[:1]


def test_a_key_that_comes_twice_is_refused_before_anything_is_written(muestra):
    cargar(muestra, FILAS)
    with pytest.raises(Rejected) as error:
        cargar(muestra, [(1, "x", "", None), (1, "x", "", None)], ambito=Q())
    assert (error.value.codigo, error.value.extra) == ("clave_repetida", {"clave": "1, x"})
    assert guardadas(muestra) == FILAS


def test_several_loads_may_wait_at_once_and_merge_in_one_transaction(muestra):
    with bulk.preparar(muestra, CAMPOS) as first, bulk.preparar(muestra, CAMPOS) as second:
        first.agregar(FILAS[:2])
        second.agregar(FILAS[2:])
        with atomica(muestra):
            total = first.fusionar(clave=CLAVE, ambito=Q(grupo=1)) + second.fusionar(clave=CLAVE, ambito=Q(grupo=2))
    assert total == bulk.Conteos(creadas=3)


def test_a_load_can_be_merged_again_after_a_rollback(muestra):
    with bulk.preparar(muestra, CAMPOS) as lote:
        lote.agregar(FILAS)
        with atomica(muestra):
            assert lote.fusionar(clave=CLAVE).creadas == 3
            deshacer(muestra)
        assert not muestra.objects.exists()
        with atomica(muestra):
            assert lote.fusionar(clave=CLAVE).creadas == 3


def test_agregar_draws_from_any_iterable_in_batches(muestra, monkeypatch):
    monkeypatch.setattr(bulk, "FILAS_POR_LOTE", 2)
    with bulk.preparar(muestra, CAMPOS) as lote:
        assert lote.agregar((1, f"k{n}", "", None) for n in range(5)) == 5
        assert lote.agregar([(2, "z", "", None)]) == 1
        with atomica(muestra):
            assert lote.fusionar(clave=CLAVE).creadas == 6


def test_agregar_bloque_stages_what_agregar_would(muestra):
    texts = np.frombuffer(b"unodos", np.uint8).reshape(2, 3)
    keys = np.frombuffer(b"ab", np.uint8).reshape(2, 1)
    columns = {
        "texto": Textos(texts, np.array([3, 3]), "cp1252"),
        "clave": Textos(keys, np.array([1, 1]), "cp1252"),
        "numero": Decimales(np.array([15, 9]), 1, np.array([False, True])),
        "grupo": Enteros(np.broadcast_to(np.int64(1), (2,))),
    }
    with bulk.preparar(muestra, CAMPOS) as lote:
        assert lote.agregar_bloque(columns, 2) == 2
        lote.agregar(FILAS[2:])
        with atomica(muestra):
            assert lote.fusionar(clave=CLAVE).creadas == 3
    assert guardadas(muestra) == FILAS


def test_rows_of_another_length_are_refused(muestra):
    with bulk.preparar(muestra, CAMPOS) as lote, pytest.raises(ValueError, match="3 values for 4 columns"):
        lote.agregar([(1, "a", "")])


def test_a_nullable_key_is_refused(muestra):
    with bulk.preparar(muestra, CAMPOS) as lote, transaction.atomic(), pytest.raises(ValueError, match="NOT NULL"):
        lote.fusionar(clave=("grupo", "numero"))


@pytest.mark.django_db(transaction=True)
def test_fusionar_outside_a_transaction_is_refused(tabla_muestra):
    with bulk.preparar(tabla_muestra, CAMPOS) as lote, pytest.raises(TransactionManagementError):
        lote.fusionar(clave=CLAVE)


def test_a_database_error_leaves_no_trap_behind(muestra):
    with pytest.raises(IntegrityError):
        cargar(muestra, [("a",)], campos=("clave",), clave=("clave",))
    assert cargar(muestra, FILAS).creadas == 3


def _unchanged_since(base):
    """What tells a rewritten row from one left alone: its version on PostgreSQL, elsewhere the tally of triggers."""
    with base.cursor() as cursor:
        if base.vendor == "postgresql":
            cursor.execute("SELECT ctid::text, xmin::text, id FROM tests_muestra ORDER BY id")
        else:
            cursor.execute(f"SELECT total FROM {REESCRITAS[base.vendor]}")
        return list(cursor.fetchall())


REESCRITAS = {"sqlite": "temp.reescritas", "mysql": "reescritas"}
DISPARADOR = {
    "sqlite": "CREATE TEMP TRIGGER cuenta_{0} AFTER {0} ON main.tests_muestra BEGIN UPDATE {1}; END",
    "mysql": "CREATE TRIGGER cuenta_{0} AFTER {0} ON tests_muestra FOR EACH ROW UPDATE {1}",
}


@pytest.fixture
def disparadores(base, db):
    """Triggers that count what is written; made outside the test's transaction, which MariaDB would end."""
    if base.vendor == "postgresql":
        yield
        return
    with base.cursor() as cursor:
        cursor.execute(f"CREATE {'TEMP' * (base.vendor == 'sqlite')} TABLE reescritas AS SELECT 0 AS total")
        for event in ("UPDATE", "INSERT", "DELETE"):
            cursor.execute(DISPARADOR[base.vendor].format(event, "reescritas SET total = total + 1"))
    yield
    with base.cursor() as cursor:
        for event in ("UPDATE", "INSERT", "DELETE"):
            cursor.execute(f"DROP TRIGGER cuenta_{event}")
        cursor.execute("DROP TABLE reescritas")


@pytest.fixture
def vigilada(disparadores, muestra):
    return muestra


def test_unchanged_rows_are_not_written_again(vigilada, base):
    rows = [(1, f"k{n}", "x", Decimal(n)) for n in range(50)]
    cargar(vigilada, rows)
    before = _unchanged_since(base)
    assert before != [(0,)]
    cargar(vigilada, rows, ambito=Q())
    assert _unchanged_since(base) == before
    changed = [(1, "k0", "otro", Decimal(0)), *rows[1:]]
    assert cargar(vigilada, changed, ambito=Q()) == bulk.Conteos(actualizadas=1, sin_cambios=49)
    after = _unchanged_since(base)
    assert len(set(after) - set(before)) == 1
    assert base.vendor == "postgresql" or after[0][0] == before[0][0] + 1


def test_a_merge_is_a_fixed_number_of_statements(muestra, base, django_assert_max_num_queries):
    rows = [(1, f"k{n}", "x", None) for n in range(5000)]
    cargar(muestra, rows)
    with bulk.preparar(muestra, CAMPOS) as lote:
        lote.agregar(rows[:4000])
        with django_assert_max_num_queries(12, connection=base), atomica(muestra):
            lote.fusionar(clave=CLAVE, ambito=Q())


def test_a_merge_looks_keys_up_where_statistics_mislead(muestra, base):
    rows = [(1, f"k{n}", "x", None) for n in range(30_000)]
    with base.cursor() as cursor:
        if base.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_hashjoin = off")
            cursor.execute("SET LOCAL enable_mergejoin = off")
            cursor.execute("SET LOCAL statement_timeout = '15s'")  # comparing each with each takes far longer
    cargar(muestra, rows)
    assert cargar(muestra, rows, ambito=Q()).sin_cambios == 30_000


@pytest.fixture
def otra_base(tmp_path, tabla_muestra, db):
    """A SQLite file of its own, as the embedded shape has it; the test database lives in memory."""
    database = connection.copy(alias="archivo")
    database.settings_dict = connection.settings_dict | {"NAME": str(tmp_path / "archivo.sqlite3")}
    connections["archivo"] = database
    with database.schema_editor() as editor:
        editor.create_model(tabla_muestra)
    yield database
    database.close()
    del connections["archivo"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the one write lock is SQLite's")
def test_staging_takes_no_lock_of_the_target(otra_base, tabla_muestra):
    with closing(sqlite3.connect(otra_base.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with bulk.preparar(tabla_muestra, CAMPOS, using="archivo") as lote:
            assert lote.agregar(FILAS) == 3
            other.execute(
                "INSERT INTO tests_muestra (grupo, clave_rara, texto, valor, nota) VALUES (9, 'z', '', 0, '')"
            )
            other.execute("COMMIT")
            with transaction.atomic(using="archivo"):
                assert lote.fusionar(clave=CLAVE, ambito=Q()) == bulk.Conteos(creadas=3, borradas=1)


def test_staging_does_not_use_the_connection(muestra, base, django_assert_num_queries):
    if base.vendor == "sqlite":
        pytest.skip("on SQLite the rows wait in a temporary table")
    with bulk.preparar(muestra, CAMPOS) as lote, django_assert_num_queries(0, connection=base):
        lote.agregar(FILAS)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_load_stays_on_the_connection(tabla_muestra):
    cargar(tabla_muestra, FILAS)
    catalogue = "sqlite_temp_master" if connection.vendor == "sqlite" else "pg_class"
    with connection.cursor() as cursor:
        name = "name" if connection.vendor == "sqlite" else "relname"
        cursor.execute(f"SELECT COUNT(*) FROM {catalogue} WHERE {name} LIKE 'lote%%'")
        assert cursor.fetchone() == (0,)
    tabla_muestra.objects.all().delete()
