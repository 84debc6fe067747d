"""Search by the beginning of a column, rare or frequent, the same on both databases."""

import pytest

from jobs.models import Proceso
from lib import prefix
from lib.prefix import buscar_por_prefijo, por_prefijo

NOMBRES = ["FV-00-1", "FV-00-10", "FV-00-2", "FV_00", "fv-00-1", "Ñandú", "Ñ", "100%"]


@pytest.fixture
def procesos(db):
    Proceso.objects.bulk_create(Proceso(nombre=nombre, clase="worker") for nombre in NOMBRES)


def nombres(queryset):
    return sorted(queryset.values_list("nombre", flat=True))


@pytest.mark.parametrize("muchas", [2000, 1])
@pytest.mark.parametrize("texto", ["FV-00-1", "FV", "fv", "Ñ", "%", "FV_", "100%", "x", "\U0010ffff"])
def test_por_prefijo_finds_what_begins_so(procesos, monkeypatch, texto, muchas):
    monkeypatch.setattr(prefix, "MUCHAS", muchas)
    esperadas = sorted(nombre for nombre in NOMBRES if nombre.startswith(texto))
    assert nombres(por_prefijo(Proceso.objects.all(), "nombre", texto)) == esperadas


def test_buscar_por_prefijo_takes_the_first_column_that_matches(procesos):
    campos = ("clase", "nombre")
    assert nombres(buscar_por_prefijo(Proceso.objects.all(), campos, "work")) == sorted(NOMBRES)
    assert nombres(buscar_por_prefijo(Proceso.objects.all(), campos, "fv_")) == ["FV_00"]
    assert nombres(buscar_por_prefijo(Proceso.objects.all(), campos, "nada")) == []
