"""Lists of a few owners: the same rows as without branches, each owner read by its own index."""

import random
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import Proceso
from lib.branches import Ramas, primeras
from lib.pagination import Cursor, paginar

CLAVES = ("-latido", "-inicio", "-id")
CLASES = ("a", "b", "c", "d")
BASE = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def procesos(db):
    azar = random.Random(3)
    Proceso.objects.bulk_create(
        Proceso(nombre=f"p{n}", clase=azar.choice("abcdxy"), latido=BASE + timedelta(hours=azar.randrange(5)))
        for n in range(120)
    )


def recorrer(queryset, ramas, atras=False):
    filas, cursor = [], Cursor(atras=atras)
    while cursor is not None:
        pagina = paginar(queryset, CLAVES, cursor, 7, ramas)
        filas += reversed(pagina.filas) if atras else pagina.filas
        cursor = pagina.anterior if atras else pagina.siguiente
    return filas


@pytest.mark.parametrize("atras", [False, True])
@pytest.mark.parametrize("clases", [CLASES, ("b",), ("nadie", "c"), ("nadie",)])
@pytest.mark.parametrize("columnas", [(), ("id", "latido", "inicio", "clase")])
def test_paginar_by_branches_gives_what_one_list_gives(procesos, clases, columnas, atras):
    queryset = Proceso.objects.filter(clase__in=clases)
    queryset = queryset.values(*columnas) if columnas else queryset
    filas = recorrer(queryset, Ramas("clase", clases), atras)
    esperadas = list(queryset.order_by(*CLAVES))
    assert filas == (esperadas[::-1] if atras else esperadas)


@pytest.mark.parametrize("tamano", [1, 7, 30, 500])
def test_primeras_heeds_the_others_whoever_has_the_newest_rows(procesos, tamano):
    Proceso.objects.filter(clase__in="bd").update(latido=BASE + timedelta(days=9))
    queryset = Proceso.objects.filter(clase__in="abcd").order_by(*CLAVES).values("id", "latido", "inicio", "clase")
    for clases in permutations("abcd"):
        assert primeras(queryset, Ramas("clase", clases), tamano) == list(queryset[:tamano])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no prepared statements of its own")
def test_primeras_reads_of_other_branches_only_what_may_come_before_the_end_of_the_page(procesos):
    Proceso.objects.filter(clase="d").update(latido=BASE + timedelta(days=9))
    queryset = Proceso.objects.order_by(*CLAVES).values("id", "latido", "inicio", "clase")
    with CaptureQueriesContext(connection) as consultas:
        primeras(queryset, Ramas("clase", list(CLASES)), 5)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) {consultas[0]['sql']}")
        plan = [fila[0] for fila in cursor.fetchall()]
    assert [line for line in plan if "Nested Loop" in line and "rows=0" in line], plan


def test_primeras_keeps_the_filters_and_scoping_of_the_queryset(procesos):
    queryset = Proceso.objects.filter(clase="a", latido__gt=BASE).order_by(*CLAVES).values("id", "latido", "inicio")
    assert primeras(queryset, Ramas("clase", ["a", "b"]), 500) == list(queryset)


def test_primeras_needs_no_column_of_the_order_among_those_asked_for(procesos):
    queryset = Proceso.objects.order_by(*CLAVES).values("clase")
    filas = primeras(queryset, Ramas("clase", ["a", "b"]), 500)
    assert filas == list(queryset.filter(clase__in=["a", "b"]))


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no LATERAL")
def test_primeras_of_dicts_is_one_statement(procesos):
    queryset = Proceso.objects.order_by(*CLAVES).values("id", "latido", "inicio", "clase")
    with CaptureQueriesContext(connection) as consultas:
        primeras(queryset, Ramas("clase", list(CLASES)), 20)
    assert len(consultas) == 1
