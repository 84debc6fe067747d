"""Blocks of columns: `agregar_bloque` stores what `agregar` stores, on every database."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from uuid import UUID

import numpy as np
import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib import array_columns, bulk
from lib.arrays import Decimales, Enteros, Fechas, Horas, Instantes, Textos
from lib.errors import Rejected
from tests.lib.blocks import bloque, decimales, enteros, glosados, iguales, textos

CLAVE = ("grupo", "clave")
CAMPOS = (
    "grupo", "clave", "texto", "corto", "numero", "valor", "dia", "instante", "hora", "activo", "entero", "nota",
    "uuid",
)  # fmt: skip
UNO = UUID("12345678-1234-5678-1234-567812345678")
CIFRAS = 15 if connection.vendor == "sqlite" else 18
SIN_NULO = {"exclude_characters": "\0"}
UNIDADES = st.integers(-(10**CIFRAS) + 1, 10**CIFRAS - 1) | st.sampled_from([0, 9999, 10_000, -10_000, 99_999_999])
DECIMALES = UNIDADES.map(lambda units: Decimal(units).scaleb(-4))


def filas_en(codec):
    """Rows whose texts that codec can write."""
    letters = st.characters(codec=codec, **SIN_NULO)
    return st.lists(
        st.tuples(
            st.integers(-(2**31), 2**31 - 1),
            st.uuids().map(str),
            st.text(letters) | st.text(letters, min_size=130),
            st.none() | st.text(letters, max_size=10),
            st.none() | DECIMALES,
            DECIMALES,
            st.none() | st.dates(),
            st.none() | st.datetimes(timezones=st.just(UTC)),
            st.none() | st.times(),
            st.none() | st.booleans(),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.just("constante"),
            st.just(UNO),
        ),
        min_size=1,
        max_size=8,
    )


EN_UN_CODEC = st.one_of(*(st.tuples(st.just(codec), filas_en(codec)) for codec in ("utf-8", "cp1252", "latin-1")))


def como_esta(modelo, base):
    """Every stored value as the database itself writes it."""
    kinds = {"sqlite": "typeof({0}) || ':' || {0}", "postgresql": "{0}::text", "mysql": "CAST({0} AS CHAR)"}
    columns = [modelo._meta.get_field(name).column for name in CAMPOS]
    with base.cursor() as cursor:
        shown = ", ".join(kinds[base.vendor].format(column) for column in columns)
        cursor.execute(f"SELECT {shown} FROM tests_muestra ORDER BY clave_rara")
        return cursor.fetchall()


def de_bloque(filas, codec="utf-8", hacer=textos):
    written = partial(hacer, codec=codec)
    return bloque(CAMPOS, filas, texto=written, corto=written, nota=iguales, uuid=iguales)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(en_un_codec=EN_UN_CODEC)
def test_agregar_bloque_stores_what_agregar_stores(muestra, base, en_un_codec):
    codec, filas = en_un_codec
    stored = []
    for add in (
        lambda lote: lote.agregar(filas),
        lambda lote: lote.agregar_bloque(de_bloque(filas, codec), len(filas)),
        lambda lote: lote.agregar_bloque(de_bloque(filas, codec, glosados), len(filas)),
    ):
        with transaction.atomic(using=base.alias), bulk.preparar(muestra, CAMPOS) as lote:
            assert add(lote) == len(filas)
            assert lote.fusionar(clave=CLAVE, ambito=Q()).creadas == len(filas)
            stored.append(como_esta(muestra, base))
            transaction.set_rollback(True, using=base.alias)
    assert stored[0] == stored[1] == stored[2]
    assert len(stored[0]) == len(filas)


EXTREMOS = [
    (-(2**31), "a", "x" * 5000, "", Decimal(-10**(CIFRAS - 5)), Decimal(0), date.min, None, time.max, True,
     -(2**63), "", UNO),
    (2**31 - 1, "b", "ñ" * 127, "ññññññññññ", Decimal("0.0001"), Decimal("-0.0001"), date.max,
     datetime(9999, 12, 31, 23, 59, 59, 999999, UTC), time.min, False, 2**63 - 1, "", UNO),
    (0, "c", "", None, None, Decimal(9999), None, datetime(1900, 1, 1, tzinfo=UTC), None, None, None, "", UNO),
]  # fmt: skip


def test_agregar_bloque_keeps_the_extremes_of_every_kind(muestra, base):
    with bulk.preparar(muestra, CAMPOS) as lote:
        lote.agregar_bloque(de_bloque(EXTREMOS), len(EXTREMOS))
        with transaction.atomic(using=base.alias):
            assert lote.fusionar(clave=CLAVE).creadas == 3
    assert list(muestra.objects.using(base.alias).order_by("clave").values_list(*CAMPOS)) == EXTREMOS


def test_agregar_bloque_beside_rows_of_the_same_load(muestra, base):
    with bulk.preparar(muestra, CAMPOS) as lote:
        lote.agregar(EXTREMOS[:1])
        lote.agregar_bloque(de_bloque(EXTREMOS[1:2]), 1)
        lote.agregar(EXTREMOS[2:])
        with transaction.atomic(using=base.alias):
            assert lote.fusionar(clave=CLAVE).creadas == 3
        with transaction.atomic(using=base.alias):
            assert lote.fusionar(clave=CLAVE, ambito=Q()) == bulk.Conteos(sin_cambios=3)


def test_agregar_bloque_encodes_wide_rows_a_few_at_a_time(muestra, base, monkeypatch):
    monkeypatch.setattr("lib.staging_postgresql.MATRIZ", 10_000)
    with bulk.preparar(muestra, CAMPOS) as lote, transaction.atomic(using=base.alias):
        lote.agregar_bloque(de_bloque(EXTREMOS), len(EXTREMOS))
        assert lote.fusionar(clave=CLAVE).creadas == 3
    assert list(muestra.objects.using(base.alias).order_by("clave").values_list(*CAMPOS)) == EXTREMOS


def test_agregar_bloque_prepares_a_glossary_once(muestra, base, monkeypatch):
    prepared, real = [], array_columns._textos
    monkeypatch.setattr(array_columns, "_textos", lambda column, texts: prepared.append(texts) or real(column, texts))
    filas = [(n, str(n), "ñandú", None, *EXTREMOS[0][4:]) for n in range(3)]
    columnas = de_bloque(filas) | {"texto": glosados(["ñandú"] * 3)}
    with bulk.preparar(muestra, CAMPOS) as lote:
        for _ in range(3):
            lote.agregar_bloque(columnas, 3)
    assert sum(texts is columnas["texto"].glosario.textos for texts in prepared) == 1


def test_agregar_bloque_of_no_rows_adds_nothing(muestra, base):
    with bulk.preparar(muestra, ("grupo", "clave")) as lote, transaction.atomic(using=base.alias):
        assert lote.agregar_bloque({"grupo": enteros([]), "clave": textos([])}, 0) == 0
        assert lote.fusionar(clave=CLAVE) == bulk.Conteos()


def test_agregar_bloque_rescales_decimals(muestra, base):
    columns = {"grupo": enteros([1, 2]), "clave": textos(["a", "b"])}
    for number, escala in enumerate((0, 2, 4, 6)):
        wanted = [Decimal(12), Decimal(-3)]
        campos = {**columns, "grupo": enteros([number * 2, number * 2 + 1]), "numero": decimales(wanted, escala)}
        with bulk.preparar(muestra, tuple(campos)) as lote, transaction.atomic(using=base.alias):
            lote.agregar_bloque(campos, 2)
            lote.fusionar(clave=CLAVE)
    found = muestra.objects.using(base.alias).order_by("grupo").values_list("numero", flat=True)
    assert list(found) == [Decimal("12.0000"), Decimal("-3.0000")] * 4


def test_agregar_bloque_takes_whole_numbers_for_a_decimal(muestra, base):
    columns = {"grupo": enteros([1]), "clave": textos(["a"]), "numero": enteros([7])}
    with bulk.preparar(muestra, tuple(columns)) as lote, transaction.atomic(using=base.alias):
        lote.agregar_bloque(columns, 1)
        lote.fusionar(clave=CLAVE)
    assert muestra.objects.using(base.alias).get().numero == 7


def texto_crudo(value, codec="utf-8"):
    return Textos(np.frombuffer(value, np.uint8).reshape(1, -1), np.array([len(value)]), codec)


SI = np.array([True])


@pytest.mark.parametrize(
    ("campo", "columna", "codigo"),
    [
        ("texto", texto_crudo(b"a\0b"), "caracter_nulo"),
        ("texto", texto_crudo(b"a\x81b", "cp1252"), "texto_invalido"),
        ("texto", texto_crudo(b"a\xc3"), "texto_invalido"),
        ("corto", texto_crudo("ñ".encode() * 11), "texto_largo"),
        ("clave", Textos(np.zeros((1, 1), np.uint8), np.array([0]), "ascii", SI), "valor_vacio"),
        ("numero", Decimales(np.array([100_001]), 5), "fuera_de_rango"),
        ("numero", Decimales(np.array([10**18]), 4), "fuera_de_rango"),
        ("numero", Decimales(np.array([-(2**63)]), 4), "fuera_de_rango"),
        ("grupo", Enteros(np.array([2**31])), "fuera_de_rango"),
        ("dia", Fechas(np.array(["10000-01-01"], "M8[D]")), "fuera_de_rango"),
        ("dia", Fechas(np.array(["NaT"], "M8[D]")), "fuera_de_rango"),
        ("hora", Horas(np.array([86_400_000_000])), "fuera_de_rango"),
        ("instante", Instantes(np.array(["0000-12-31"], "M8[us]"), utc=True), "fuera_de_rango"),
        ("uuid", texto_crudo(b"no"), "texto_invalido"),
    ],
)
def test_an_array_that_cannot_be_kept_is_refused_with_its_column(muestra, base, campo, columna, codigo):
    columns = {"grupo": enteros([1]), "clave": textos(["a"])} | {campo: columna}
    with bulk.preparar(muestra, tuple(columns)) as lote:
        with pytest.raises(Rejected) as error:
            lote.agregar_bloque(columns, 1)
        assert (error.value.codigo, error.value.extra["columna"]) == (codigo, campo)
        with transaction.atomic(using=base.alias):
            assert lote.fusionar(clave=CLAVE) == bulk.Conteos()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the sixteenth digit is SQLite's")
def test_a_sixteenth_digit_is_refused(muestra):
    for units, kept in ((10**17, True), (10**15 + 1, False)):
        columns = {"grupo": enteros([1]), "clave": textos(["a"]), "numero": Decimales(np.array([units]), 4)}
        with bulk.preparar(muestra, tuple(columns), using="default") as lote:
            if kept:
                assert lote.agregar_bloque(columns, 1) == 1
                continue
            with pytest.raises(Rejected, match="cifras significativas"):
                lote.agregar_bloque(columns, 1)


def test_a_block_of_other_columns_is_a_programming_error(muestra):
    with bulk.preparar(muestra, ("grupo", "clave")) as lote, pytest.raises(ValueError, match="columns"):
        lote.agregar_bloque({"grupo": enteros([1]), "texto": textos(["a"])}, 1)


def test_an_instant_without_offset_is_a_programming_error(muestra):
    columns = {"grupo": enteros([1]), "clave": textos(["a"]), "instante": Instantes(np.array(["2026-01-01"], "M8[us]"))}
    with bulk.preparar(muestra, tuple(columns)) as lote, pytest.raises(ValueError, match="instante"):
        lote.agregar_bloque(columns, 1)


ENTERA = (*CAMPOS, "datos")


def test_copiar_puts_rows_straight_where_the_scope_is_empty(muestra, base):
    rows = [(*row, None) for row in EXTREMOS]
    with bulk.preparar(muestra, ENTERA) as lote, transaction.atomic(using=base.alias):
        lote.agregar(rows)
        assert lote.copiar(clave=CLAVE, ambito=Q(grupo=5)) == bulk.Conteos(creadas=3)
    assert muestra.objects.using(base.alias).count() == 3


def test_copiar_does_nothing_where_a_key_is_stored_elsewhere(muestra, base):
    rows = [(*row, None) for row in EXTREMOS]
    with bulk.preparar(muestra, ENTERA) as lote, transaction.atomic(using=base.alias):
        lote.agregar(rows[:1])
        lote.fusionar(clave=CLAVE)
    with bulk.preparar(muestra, ENTERA) as lote, transaction.atomic(using=base.alias):
        lote.agregar(rows)
        scope = Q(grupo__gt=-5)
        assert lote.copiar(clave=CLAVE, ambito=scope) is None
        assert lote.fuera_de(scope, clave=CLAVE, campo="clave") == ["a"]
        assert lote.fusionar(clave=CLAVE, ambito=scope) == bulk.Conteos(creadas=2, sin_cambios=1)


def test_copiar_leaves_a_load_without_all_columns_to_the_merge(muestra, base):
    with bulk.preparar(muestra, CLAVE) as lote, transaction.atomic(using=base.alias):
        lote.agregar([(1, "a")])
        assert lote.copiar(clave=CLAVE) is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the log of row changes is PostgreSQL's")
@pytest.mark.django_db(transaction=True)
def test_a_merge_that_changes_nothing_writes_no_row(tabla_muestra):
    rows = [(1, f"k{n}", "x" * 200) for n in range(2000)]
    for expected in (bulk.Conteos(creadas=2000), bulk.Conteos(sin_cambios=2000)):
        with bulk.preparar(tabla_muestra, ("grupo", "clave", "texto")) as lote, transaction.atomic():
            lote.agregar(rows)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_wal_insert_lsn()")
                before = cursor.fetchone()[0]
                assert lote.fusionar(clave=CLAVE, ambito=Q()) == expected
                cursor.execute("SELECT pg_current_wal_insert_lsn() - %s::pg_lsn", [before])
                written = cursor.fetchone()[0]
    assert written < 200_000  # the catalogue's rows of temporary tables; those of the load are half a megabyte
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM tests_muestra WHERE xmax <> 0")
        assert cursor.fetchone() == (0,)
    tabla_muestra.objects.all().delete()
