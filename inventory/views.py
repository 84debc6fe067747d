"""The API that reads what was copied, within the companies that the request may see."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from companies.visibility import visibles
from inventory import balance
from inventory.balance_parameter import DIFERENCIA, PARAMETRO, pide_diferencia
from inventory.filters import ArticuloFilter, ExistenciaFilter, MovimientoFilter, VentanaFilter
from inventory.models import Articulo, Existencia, MovimientoInventario, VentanaExtraccion
from inventory.privacy import PERSONALES, anotar_lectura, puede_ver_personales
from inventory.scoping import ramas
from inventory.serializers import (
    ArticuloSerializer,
    ExistenciaComparadaSerializer,
    ExistenciaSerializer,
    MovimientoSerializer,
    VentanaSerializer,
)
from jobs.views_exports import ExportableMixin
from lib.branches import Ramas
from lib.permissions import LECTURA, es_clave
from lib.rows import RowViewSet


class CopiadoViewSet(ExportableMixin, RowViewSet):
    """Rows of the companies that the request may see; keys read them too."""

    alcances: ClassVar[dict[str, str]] = {"GET": LECTURA}
    internas: tuple[str, ...] = ()  # columns about our own work, which no client's key sees

    def columnas(self) -> Sequence[str]:
        ocultas = self.internas if es_clave(self.request) else ()
        return [columna for columna in super().columnas() if columna not in ocultas]

    def get_queryset(self) -> QuerySet[Any]:
        return visibles(super().get_queryset(), self.request)

    def ramas(self) -> Ramas | None:
        return ramas(self.request)


class MovimientoViewSet(CopiadoViewSet):
    """Los movimientos de inventario, del más reciente al más antiguo."""

    queryset = MovimientoInventario.objects.all()
    serializer_class = MovimientoSerializer
    filterset_class = MovimientoFilter
    internas = ("ejecucion_id",)
    exportacion = "movimientos"
    keyset = ("-fecha", "-clave_origen", "-empresa_servidor_id")
    ordenes = (("empresa_servidor_id", "fecha", "clave_origen"),)

    def columnas(self) -> Sequence[str]:
        columnas = super().columnas()
        return columnas if puede_ver_personales(self.request) else [c for c in columnas if c not in PERSONALES]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        if not set(PERSONALES).isdisjoint(self.campos()):
            anotar_lectura(self.request, "movements")
        return queryset


class ArticuloViewSet(CopiadoViewSet):
    """El maestro de artículos de cada empresa."""

    queryset = Articulo.objects.all()
    serializer_class = ArticuloSerializer
    filterset_class = ArticuloFilter
    exportacion = "articulos"
    keyset = ("codigo", "empresa_servidor_id")
    ordenes = (("empresa_servidor_id", "codigo"),)


@extend_schema_view(
    list=extend_schema(parameters=[DIFERENCIA], responses=ExistenciaComparadaSerializer(many=True)),
    retrieve=extend_schema(parameters=[DIFERENCIA], responses=ExistenciaComparadaSerializer),
)
class ExistenciaViewSet(CopiadoViewSet):
    """Las existencias por bodega, según la última foto de la fuente."""

    queryset = Existencia.objects.all()
    serializer_class = ExistenciaSerializer
    filterset_class = ExistenciaFilter
    parametros = (*CopiadoViewSet.parametros, PARAMETRO)
    exportacion = "existencias"
    keyset = ("articulo_codigo", "codigo_bodega", "empresa_servidor_id")
    ordenes = (("empresa_servidor_id", "articulo_codigo", "codigo_bodega"),)

    def campos(self) -> Sequence[str]:
        """With the difference, whatever it is made of."""
        campos = super().campos()
        return list(dict.fromkeys((*campos, *balance.CLAVE, "cantidad"))) if pide_diferencia(self) else campos

    def get_object(self) -> Any:
        fila = super().get_object()
        if pide_diferencia(self):
            balance.comparar([fila])
        return fila

    def paginate_queryset(self, queryset: Any) -> Any:
        filas = super().paginate_queryset(queryset)
        if filas and pide_diferencia(self):
            balance.comparar(filas)
        return filas


class VentanaViewSet(CopiadoViewSet):
    """Los meses extraídos de cada empresa, con sus filas, sumas y huella."""

    queryset = VentanaExtraccion.objects.all()
    serializer_class = VentanaSerializer
    filterset_class = VentanaFilter
    internas = (
        "origen", "receta", "redondeadas", "origen_filas", "origen_cantidad", "origen_claves", "ejecucion_id",
    )  # fmt: skip
    exportacion = "ventanas"
    keyset = ("empresa_servidor_id", "desde")
