"""Readings without Django's compiler: the rows that Django would give, or none of this at all."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from jobs.models import Ejecucion, LineaEjecucion, Proceso
from lib.statements import Fija, preparar

BASE = datetime(2026, 3, 1, tzinfo=UTC)
NOMBRES = ("id", "nombre", "latido")
solo_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="there Django reads everything")


@pytest.fixture
def procesos(db):
    Proceso.objects.bulk_create(
        Proceso(nombre=f"p{n} %s 'ñ'", clase="web" if n % 2 else "beat", latido=BASE + timedelta(hours=n % 5))
        for n in range(30)
    )
    return Proceso.objects.order_by("-latido", "-id").values(*NOMBRES)


@solo_postgresql
@pytest.mark.parametrize(
    "condiciones",
    [
        {},
        {"clase": "web"},
        {"nombre": "p7 %s 'ñ'"},
        {"id__in": []},
        {"latido__gt": BASE, "clase__in": ["web", "beat"]},
        {"nombre": "no está"},
    ],
)
def test_preparar_reads_what_django_reads(procesos, condiciones):
    queryset = procesos.filter(**condiciones)
    lectura = preparar(queryset)
    assert lectura is not None
    assert lectura.primeras(12) == list(queryset[:12])
    assert [list(fila) for fila in lectura.primeras(1)] == [list(fila) for fila in queryset[:1]]


@solo_postgresql
def test_preparar_takes_new_values_of_the_same_conditions(procesos):
    assert [preparar(procesos.filter(clase=clase)).primeras(99) for clase in ("web", "beat")] == [
        list(procesos.filter(clase=clase)) for clase in ("web", "beat")
    ]


@pytest.mark.parametrize(
    "especial",
    [
        lambda q: Proceso.objects.order_by("id"),
        lambda q: q.annotate(doble=F("id") * 2),
        lambda q: q.distinct(),
        lambda q: q.reverse(),
        lambda q: q.order_by("clase"),
        lambda q: q.order_by(F("id").desc()),
        lambda q: q[:3],
        lambda q: q.union(q),
        lambda q: q.values_list("id"),
        lambda q: LineaEjecucion.objects.order_by("id").values("id", "ejecucion__tipo"),
        lambda q: LineaEjecucion.objects.filter(ejecucion__tipo="x").order_by("id").values("id"),
        lambda q: Ejecucion.objects.order_by("id").values("id", "parametros"),
    ],
    ids=range(12),
)
def test_preparar_leaves_to_django_what_is_not_plain(procesos, especial):
    assert preparar(especial(procesos)) is None


def test_preparar_leaves_other_databases_to_django(procesos):
    assert (preparar(procesos) is None) == (connection.vendor != "postgresql")


def test_fija_reads_with_each_text_what_django_reads(procesos):
    fija = Fija(lambda clase: Proceso.objects.filter(clase=clase).order_by("id").values_list("id", "nombre"))
    for clase in ("web", "beat", "web", "'; --", "%s", ""):
        assert fija.filas(clase) == list(Proceso.objects.filter(clase=clase).order_by("id").values_list("id", "nombre"))


def test_fija_refuses_a_query_with_other_parameters(procesos):
    fija = Fija(lambda clase: Proceso.objects.filter(clase=clase, id__gt=3).values_list("id"))
    with pytest.raises(ValueError, match="parameters"):
        fija.filas("web")
