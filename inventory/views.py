"""The API that reads what was copied, within the companies that the request may see."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from companies.visibility import visibles
from inventory.filters import ArticuloFilter, ExistenciaFilter, MovimientoFilter, VentanaFilter
from inventory.models import Articulo, Existencia, MovimientoInventario, VentanaExtraccion
from inventory.privacy import PERSONALES, anotar_lectura, puede_ver_personales
from inventory.scoping import ramas
from inventory.serializers import ArticuloSerializer, ExistenciaSerializer, MovimientoSerializer, VentanaSerializer
from lib.permissions import LECTURA, es_clave
from lib.rows import RowViewSet
from lib.spreadsheets import PROGRAMAS, responder_csv


class AnyAccept(BaseContentNegotiation):
    """The file is CSV and its errors are JSON, whatever the caller accepts."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class CopiadoViewSet(RowViewSet):
    """Rows of the companies that the request may see; keys read them too."""

    alcances: ClassVar[dict[str, str]] = {"GET": LECTURA}
    internas: tuple[str, ...] = ()  # columns about our own work, which no client's key sees

    def columnas(self) -> Sequence[str]:
        ocultas = self.internas if es_clave(self.request) else ()
        return [columna for columna in super().columnas() if columna not in ocultas]

    def get_queryset(self) -> QuerySet[Any]:
        return visibles(super().get_queryset(), self.request)

    def ramas(self) -> list[Q]:
        return ramas(self.request)


class MovimientoViewSet(CopiadoViewSet):
    """Los movimientos de inventario, del más reciente al más antiguo."""

    queryset = MovimientoInventario.objects.all()
    serializer_class = MovimientoSerializer
    filterset_class = MovimientoFilter
    internas = ("ejecucion_id",)
    keyset = ("-fecha", "-clave_origen", "-empresa_servidor_id")
    ordenes = (("empresa_servidor_id", "fecha", "clave_origen"),)

    def columnas(self) -> Sequence[str]:
        columnas = super().columnas()
        return columnas if puede_ver_personales(self.request) else [c for c in columnas if c not in PERSONALES]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        if puede_ver_personales(self.request):
            anotar_lectura(self.request, "movements")
        return queryset

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR}, description="La lista filtrada, entera, en CSV.")
    @action(detail=False, content_negotiation_class=AnyAccept, pagination_class=None)
    def exportar(self, request: Request) -> StreamingHttpResponse:
        queryset = self.filter_queryset(self.get_queryset())
        return responder_csv(queryset, self.keyset, self.campos(), "movimientos.csv", PROGRAMAS)


class ArticuloViewSet(CopiadoViewSet):
    """El maestro de artículos de cada empresa."""

    queryset = Articulo.objects.all()
    serializer_class = ArticuloSerializer
    filterset_class = ArticuloFilter
    keyset = ("codigo", "empresa_servidor_id")
    ordenes = (("empresa_servidor_id", "codigo"),)


class ExistenciaViewSet(CopiadoViewSet):
    """Las existencias por bodega, según la última foto de la fuente."""

    queryset = Existencia.objects.all()
    serializer_class = ExistenciaSerializer
    filterset_class = ExistenciaFilter
    keyset = ("articulo_codigo", "codigo_bodega", "empresa_servidor_id")
    ordenes = (("empresa_servidor_id", "articulo_codigo", "codigo_bodega"),)


class VentanaViewSet(CopiadoViewSet):
    """Los meses extraídos de cada empresa, con sus filas, sumas y huella."""

    queryset = VentanaExtraccion.objects.all()
    serializer_class = VentanaSerializer
    filterset_class = VentanaFilter
    internas = (
        "origen", "receta", "redondeadas", "origen_filas", "origen_cantidad", "origen_claves", "ejecucion_id",
    )  # fmt: skip
    keyset = ("empresa_servidor_id", "desde")
