"""A parameter that does not fit is never taken for no parameter."""

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from companies.models import UsuarioEmpresa
from lib.filters import StrictFilterBackend
from lib.pagination import KeysetPagination
from servers.models import Servidor


class Vista:
    filterset_fields = ("nombre", "activo")
    paginator = KeysetPagination()
    parametros = ("extra",)
    detail = False


@pytest.fixture
def filtrar(db):
    Servidor.objects.create(nombre="A", activo=True)
    Servidor.objects.create(nombre="B", activo=False)

    def filtrar(query, vista=Vista):
        request = Request(APIRequestFactory().get(f"/x?{query}"))
        queryset = StrictFilterBackend().filter_queryset(request, Servidor.objects.order_by("pk"), vista())
        return [servidor.nombre for servidor in queryset]

    return filtrar


@pytest.mark.parametrize(
    ("query", "esperados"),
    [
        ("", ["A", "B"]),
        ("activo=true", ["A"]),
        ("activo=false", ["B"]),
        ("activo=", ["A", "B"]),
        ("nombre=B&page_size=5&cursor=x&extra=1", ["B"]),
    ],
)
def test_filter_takes_declared_parameters(filtrar, query, esperados):
    assert filtrar(query) == esperados


@pytest.mark.parametrize(
    ("query", "campo"), [("activo=1", "activo"), ("activo=si", "activo"), ("Activo=true", "Activo")]
)
def test_filter_refuses_by_name(filtrar, query, campo):
    with pytest.raises(ValidationError) as caught:
        filtrar(query)
    assert list(caught.value.detail) == [campo]


def test_detail_of_one_row_takes_any_parameter(filtrar):
    assert filtrar("nada=1", type("Detalle", (Vista,), {"detail": True})) == ["A", "B"]


def test_view_without_filters_refuses_every_parameter(db):
    vista = type("SinFiltros", (), {"detail": False, "paginator": None})()
    with pytest.raises(ValidationError):
        StrictFilterBackend().filter_queryset(
            Request(APIRequestFactory().get("/x?a=1")), UsuarioEmpresa.objects.all(), vista
        )
