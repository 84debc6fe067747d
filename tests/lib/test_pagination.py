"""Pages by key: every row once, in both directions, whatever happens between two requests."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from jobs.models import Ejecucion, Proceso
from lib.pagination import Cursor, InvalidCursor, KeysetPagination, paginar

CLAVES = ("-latido", "-inicio", "-id")
BASE = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def procesos(db):
    """Sixty rows with many ties in the first two columns of the key."""
    azar = random.Random(7)
    filas = [
        Proceso(
            nombre=f"p{n}",
            clase="worker",
            latido=BASE + timedelta(hours=azar.randrange(4)),
            inicio=BASE + timedelta(microseconds=azar.randrange(3)),
        )
        for n in range(60)
    ]
    Proceso.objects.bulk_create(filas)
    return list(Proceso.objects.order_by(*CLAVES))


def recorrer(claves, cursor, tamano, queryset=None):
    """Every page from `cursor` on, following the cursor's own direction."""
    paginas = []
    while cursor is not None:
        pagina = paginar(Proceso.objects.all() if queryset is None else queryset, claves, cursor, tamano)
        paginas.append(pagina)
        cursor = pagina.anterior if cursor.atras else pagina.siguiente
    return paginas


@pytest.mark.parametrize("tamano", [1, 7, 59, 60, 61])
def test_paginar_forward_gives_every_row_once(procesos, tamano):
    filas = [fila for pagina in recorrer(CLAVES, Cursor(), tamano) for fila in pagina.filas]
    assert filas == procesos


@pytest.mark.parametrize("tamano", [1, 7, 60])
def test_paginar_backward_from_the_end_gives_every_row_once(procesos, tamano):
    paginas = recorrer(CLAVES, Cursor(atras=True), tamano)
    assert [fila for pagina in reversed(paginas) for fila in pagina.filas] == procesos
    assert paginas[0].siguiente is None
    assert paginas[-1].anterior is None


def test_paginar_ascending_gives_the_reverse_order(procesos):
    paginas = recorrer(("latido", "inicio", "id"), Cursor(), 7)
    assert [fila for pagina in paginas for fila in pagina.filas] == procesos[::-1]


def test_paginar_forward_then_backward_returns_to_the_same_page(procesos):
    primera = paginar(Proceso.objects.all(), CLAVES, Cursor(), 7)
    segunda = paginar(Proceso.objects.all(), CLAVES, primera.siguiente, 7)
    assert paginar(Proceso.objects.all(), CLAVES, segunda.anterior, 7).filas == primera.filas
    assert primera.anterior is None


def test_paginar_neither_repeats_nor_skips_when_rows_come_and_go(procesos):
    primera = paginar(Proceso.objects.all(), CLAVES, Cursor(), 10)
    Proceso.objects.create(nombre="nuevo", clase="beat", latido=BASE + timedelta(days=9))
    Proceso.objects.filter(pk__in=[fila.pk for fila in procesos[5:12]]).delete()
    segunda = paginar(Proceso.objects.all(), CLAVES, primera.siguiente, 10)
    assert segunda.filas == procesos[12:22]


def test_paginar_survives_rows_written_again_under_new_ids(procesos):
    claves = ("-latido", "-nombre")
    primera = paginar(Proceso.objects.all(), claves, Cursor(), 10)
    quedan = list(Proceso.objects.order_by(*claves)[10:])
    for fila in quedan:
        Proceso.objects.filter(pk=fila.pk).delete()
        Proceso.objects.create(nombre=fila.nombre, clase="otra", latido=fila.latido)
    resto = [fila.nombre for pagina in recorrer(claves, primera.siguiente, 10) for fila in pagina.filas]
    assert resto == [fila.nombre for fila in quedan]


def test_paginar_past_rows_that_vanished_leads_back(procesos):
    antes = paginar(Proceso.objects.all(), CLAVES, Cursor(), 50)
    Proceso.objects.filter(pk__in=[fila.pk for fila in procesos[50:]]).delete()
    vacia = paginar(Proceso.objects.all(), CLAVES, antes.siguiente, 50)
    assert (vacia.filas, vacia.siguiente) == ([], None)
    assert paginar(Proceso.objects.all(), CLAVES, vacia.anterior, 50).filas == procesos[:50]


def test_paginar_takes_dicts(procesos):
    valores = Proceso.objects.values("latido", "inicio", "id")
    filas = [fila["id"] for pagina in recorrer(CLAVES, Cursor(), 7, valores) for fila in pagina.filas]
    assert filas == [fila.pk for fila in procesos]


def test_paginar_an_empty_table_has_no_neighbours(db):
    assert paginar(Proceso.objects.all(), CLAVES, Cursor(), 5) == paginar(Proceso.objects.none(), CLAVES, Cursor(), 5)


def test_paginar_asks_one_query_without_count(procesos, django_assert_num_queries):
    with django_assert_num_queries(1) as consultas:
        paginar(Proceso.objects.all(), CLAVES, Cursor(), 5)
    assert "COUNT" not in consultas[0]["sql"]


def test_paginar_refuses_mixed_directions(db):
    with pytest.raises(ValueError, match="one direction"):
        paginar(Proceso.objects.all(), ("-latido", "id"), Cursor(), 5)


def pedir(queryset, query, claves=CLAVES):
    vista = type("Vista", (), {"keyset": claves})()
    paginacion = KeysetPagination()
    filas = paginacion.paginate_queryset(queryset, Request(APIRequestFactory().get(f"/x{query}")), vista)
    return paginacion.get_paginated_response(filas).data


BASURA = [
    "", "x", "%00", "é", "W10", "W10=", "bnVsbA", "MQ", "eyJhIjoxfQ", "....", "A" * 5000,
    str(Cursor(valores=("2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"))),
    str(Cursor(valores=("ayer", "2026-01-01T00:00:00+00:00", "1"))),
    str(Cursor(valores=("2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00", "9" * 30))),
    str(Cursor(valores=("2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00", "1.5"))),
    str(Cursor(valores=("2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00", ""))),
    str(Cursor(valores=("9999-12-31T23:59:59-12:00", "2026-01-01T00:00:00+00:00", "1"))),
]  # fmt: skip


@pytest.mark.parametrize("texto", BASURA)
def test_cursor_that_is_garbage_is_bad_input(db, texto):
    with pytest.raises(ValidationError) as caught:
        pedir(Proceso.objects.all(), f"?cursor={texto}")
    assert "cursor" in caught.value.detail


@pytest.mark.parametrize("texto", ["a\0b", "\ud800"])
def test_cursor_refuses_text_that_no_database_stores(db, texto):
    with pytest.raises(ValidationError):
        pedir(Proceso.objects.all(), f"?cursor={Cursor(valores=(texto,))}", claves=("nombre",))


def test_cursor_reads_back_what_it_wrote():
    cursor = Cursor(atras=True, valores=("ñandú ﹢", "2026-03-01", "7"), incluida=True)
    assert Cursor.leer(str(cursor)) == cursor
    with pytest.raises(InvalidCursor):
        Cursor.leer(str(cursor)[:-3])


@pytest.mark.parametrize("texto", ["0", "-1", "1001", "x", "", "1.5", "²", "9" * 5000])
def test_page_size_that_is_bad_is_bad_input(db, texto):
    with pytest.raises(ValidationError) as caught:
        pedir(Proceso.objects.all(), f"?page_size={texto}")
    assert "page_size" in caught.value.detail


def test_links_keep_filters_and_page_size(procesos):
    data = pedir(Proceso.objects.all(), "?clase=worker&page_size=5")
    assert "clase=worker" in data["next"]
    assert "page_size=5" in data["next"]
    query = data["next"].partition("?")[2]
    assert pedir(Proceso.objects.all(), f"?{query}")["previous"] is not None


def test_a_view_without_key_is_paged_by_primary_key(db):
    for n in range(3):
        Ejecucion.objects.create(tipo="t", clave=str(n), tarea="t")
    data = pedir(Ejecucion.objects.all(), "?page_size=2", claves=None)
    resto = pedir(Ejecucion.objects.all(), "?" + data["next"].partition("?")[2], claves=None)
    assert len(data["results"]) + len(resto["results"]) == 3


def test_row_comparison_reaches_the_database_as_one(procesos):
    cursor = paginar(Proceso.objects.all(), CLAVES, Cursor(), 5).siguiente
    with connection.execute_wrapper(lambda run, sql, *rest: vistas.append(sql) or run(sql, *rest)):
        vistas = []
        paginar(Proceso.objects.all(), CLAVES, cursor, 5)
    assert '("procesos"."latido", "procesos"."inicio", "procesos"."id") < (' in vistas[0]
