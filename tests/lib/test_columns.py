"""The values of a column: checked by whole lists, and stored as the ORM stores them, on every database."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, models
from django.db.models import Q
from django.utils.safestring import SafeString
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import MovimientoInventario
from lib import bulk
from lib.columns import Columna
from lib.errors import Rejected
from tests.lib.stored import atomica, cargar, como_esta, guardadas

COMPLETOS = (
    "grupo", "clave", "texto", "corto", "numero", "valor", "dia", "instante", "hora", "activo", "datos", "uuid",
    "entero",
)  # fmt: skip
LLANOS = tuple(campo for campo in COMPLETOS if campo not in ("datos", "uuid"))  # those of which arrays are made


def test_a_full_row_reads_back_through_the_orm_as_given(muestra, identificador):
    bogota = datetime(2026, 3, 1, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=-5)))
    row = (
        1, "ñ", "tab\tsalto\nbarra\\ retorno\r 😀", "a\\N", Decimal("-12345678901.2345"), Decimal("0.0001"),
        date(1, 1, 1), bogota, time(23, 59, 59, 999999), True, {"b": [1, None, "é\t\\"], "a": "x"}, identificador,
        2**63 - 1,
    )  # fmt: skip
    empty = (1, "o", "", None, None, Decimal(0), None, None, None, None, None, None, None)
    cargar(muestra, [row, empty], campos=COMPLETOS)
    assert guardadas(muestra, *COMPLETOS) == sorted([row, empty], key=lambda each: each[1].encode())
    assert cargar(muestra, [row, empty], campos=COMPLETOS).sin_cambios == 2


@pytest.mark.parametrize("campos", [("instante",), ("instante", "datos")])
def test_both_hours_of_an_autumn_night_are_kept(muestra, campos):
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    rows = [(1, "a", first, {}), (1, "b", first.replace(fold=1), {})]
    cargar(muestra, [row[: 2 + len(campos)] for row in rows], campos=("grupo", "clave", *campos))
    assert guardadas(muestra, "instante") == [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC),),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC),),
    ]


def test_null_of_a_json_column_is_told_from_the_json_null(muestra):
    cargar(muestra, [(1, "a", None)], campos=("grupo", "clave", "datos"))
    assert muestra.objects.filter(datos__isnull=True).count() == 1


TEXTOS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
FILAS_AL_AZAR = st.tuples(
    TEXTOS,
    st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10),
    st.none() | st.decimals(-(10**10), 10**10, places=4),
    st.integers(-(10**14), 10**14).map(Decimal) | st.decimals(-10, 10, places=4),
    st.none() | st.dates(),
    st.none() | st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)),
    st.none() | st.times(),
    st.none() | st.booleans(),
    st.dictionaries(TEXTOS, TEXTOS | st.booleans() | st.none() | st.integers(-(2**50), 2**50), max_size=3),
    st.none() | st.uuids(),
    st.none() | st.integers(-(2**63), 2**63 - 1),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(FILAS_AL_AZAR, min_size=1, max_size=4))
@pytest.mark.parametrize("campos", [COMPLETOS, LLANOS])
def test_any_rows_are_stored_as_the_orm_stores_them(muestra, campos, drawn):
    full = [dict(zip(COMPLETOS, (1, f"k{n}", *values), strict=True)) for n, values in enumerate(drawn)]
    rows = [tuple(row[campo] for campo in campos) for row in full]
    with atomica(muestra):
        cargar(muestra, rows, campos=campos, ambito=Q())
        assert guardadas(muestra, *campos) == rows
        ours = como_esta(muestra, campos)
        muestra.objects.all().delete()
        for row in rows:
            muestra.objects.create(**dict(zip(campos, row, strict=True)))
        assert como_esta(muestra, campos) == ours
        assert cargar(muestra, rows, campos=campos, ambito=Q()).sin_cambios == len(rows)


@pytest.mark.parametrize(
    ("campo", "value", "codigo"),
    [
        ("texto", "a\0b", "caracter_nulo"),
        ("texto", "a\ud800b", "texto_invalido"),
        ("corto", "más de diez letras", "texto_largo"),
        ("clave", None, "valor_vacio"),
        ("numero", Decimal("1.00001"), "fuera_de_rango"),
        ("numero", Decimal("1E14"), "fuera_de_rango"),
        ("numero", Decimal("NaN"), "fuera_de_rango"),
        ("entero", 2**63, "fuera_de_rango"),
        ("grupo", 2**31, "fuera_de_rango"),
        ("instante", datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-5))), "fuera_de_rango"),
        ("instante", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "fuera_de_rango"),
        ("datos", {"a": ["\0"]}, "caracter_nulo"),
        ("datos", {"a": "\ud800"}, "texto_invalido"),
        ("datos", {"a": float("nan")}, "numero_invalido"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_with_its_column(muestra, campo, value, codigo):
    row = {"grupo": 1, "clave": "a"} | {campo: value}
    with bulk.preparar(muestra, list(row)) as lote, pytest.raises(Rejected) as error:
        lote.agregar([tuple(row.values())])
    assert (error.value.codigo, error.value.extra["columna"]) == (codigo, campo)


def test_json_that_only_looks_like_a_nul_is_kept(muestra):
    value = {"a": "\\u0000", "b": "😀"}
    assert "\\u0000" in json.dumps(value)
    cargar(muestra, [(1, "a", value)], campos=("grupo", "clave", "datos"))
    assert muestra.objects.get().datos == value


@pytest.mark.parametrize(
    ("campo", "value", "error"),
    [
        ("numero", 1.5, TypeError),
        ("dia", datetime(2026, 1, 1, tzinfo=UTC), TypeError),
        ("dia", "2026-01-01", TypeError),
        ("instante", datetime(2026, 1, 1), ValueError),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_programming_error(muestra, campo, value, error):
    with bulk.preparar(muestra, ("grupo", "clave", campo)) as lote, pytest.raises(error, match=campo):
        lote.agregar([(1, "a", value)])


@pytest.mark.parametrize(
    ("campo", "values", "wrong"),
    [
        ("texto", ["bien", "mal\0", "bien"], r"'mal\\x00'"),
        ("texto", ["ñandú", "mal\ud800", "bien"], r": .'mal\\+ud800"),
        ("corto", ["bien", None, "más de diez", "bien"], "más de diez"),
        ("numero", [Decimal(1), Decimal("1.00001"), Decimal(2)], r"1\.00001"),
        ("numero", [Decimal(1), Decimal("Infinity"), None], "Infinity"),
        ("numero", [None, Decimal("NaN"), Decimal(2)], "NaN"),
        ("texto", ["bien", SafeString("\0")], "x00"),
        ("entero", [0, -(2**63) - 1, 5], "-9223372036854775809"),
    ],
)
def test_the_value_that_is_refused_is_named_among_many(muestra, campo, values, wrong):
    rows = [(1, f"k{n}", value) for n, value in enumerate(values)]
    with bulk.preparar(muestra, ("grupo", "clave", campo)) as lote, pytest.raises(Rejected, match=wrong):
        lote.agregar(rows)


class Dia(models.TextChoices):
    LUNES = "L"


OTRAS_FORMAS = [
    ("numero", Decimal("1E+3"), Decimal(1000)),
    ("numero", Decimal("-0.50000000"), Decimal("-0.5")),
    ("numero", Decimal("0E-20"), Decimal(0)),
    ("numero", Decimal("12345678900000"), Decimal("12345678900000")),
    ("numero", 7, Decimal(7)),
    ("numero", "7.25", Decimal("7.25")),
    ("entero", True, 1),
    ("entero", "12", 12),
    ("activo", 1, True),
    ("corto", 5, "5"),
    ("corto", Dia.LUNES, "L"),
    ("texto", SafeString("a\tb"), "a\tb"),
    ("instante", datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize(("campo", "value", "kept"), OTRAS_FORMAS)
def test_a_value_in_another_form_is_stored_as_the_orm_stores_it(muestra, campo, value, kept):
    campos = ("grupo", "clave", campo)
    cargar(muestra, [(1, "a", value), (1, "b", value)], campos=campos)
    assert guardadas(muestra, campo) == [(kept,), (kept,)]
    ours = como_esta(muestra, campos)
    muestra.objects.all().delete()
    for clave in ("a", "b"):
        muestra.objects.create(grupo=1, clave=clave, **{campo: value})
    assert como_esta(muestra, campos) == ours


def test_values_of_several_forms_may_share_a_column(muestra):
    rows = [(1, "a", Decimal("1.5")), (1, "b", 2), (1, "c", "3.25"), (1, "d", None)]
    cargar(muestra, rows, campos=("grupo", "clave", "numero"))
    assert guardadas(muestra, "numero") == [(Decimal("1.5"),), (Decimal(2),), (Decimal("3.25"),), (None,)]


def test_a_reference_is_checked_as_what_it_names():
    column = Columna(MovimientoInventario._meta.get_field("empresa_servidor"), connection)
    assert list(column.preparar([1, 2, 1])) == [1, 2, 1]
    with pytest.raises(Rejected, match="empresa_servidor_id"):
        column.preparar([1, 2**63])


def test_a_column_without_values_stays_without(muestra):
    cargar(muestra, [(1, "a", None, None), (1, "b", None, None)], campos=("grupo", "clave", "numero", "dia"))
    assert guardadas(muestra, "numero", "dia") == [(None, None), (None, None)]
