"""The API of the monthly summary."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from companies.models import EmpresaServidor
from companies.visibility import visibles
from inventory.filters import MovimientoFilter
from inventory.models import MovimientoInventario
from inventory.monthly import DIMENSIONES, ResumenMensual, columnas
from inventory.serializers import ResumenMensualSerializer
from jobs.views_exports import ExportableMixin
from lib import fields
from lib.filters import IdField
from lib.pagination import Cursor, KeysetPagination, Pagina
from lib.permissions import LECTURA

PARAMETRO = "por"


def elegir_por(request: Request) -> tuple[str, ...]:
    """The dimensions that `?por=` names, in an order of our own; 400 for any other."""
    textos = request.query_params.getlist(PARAMETRO)
    pedidas = {name.strip() for name in ",".join(textos).split(",")} if textos else set()
    if pedidas - DIMENSIONES.keys():
        raise ValidationError({PARAMETRO: [f"Use {', '.join(DIMENSIONES)}, separados por comas."]})
    return tuple(dimension for dimension in DIMENSIONES if dimension in pedidas)


class PaginacionMensual(KeysetPagination):
    """Pages of the summary; a cursor belongs to the dimensions that it was made for."""

    parametros = ("cursor", "page_size")

    def elegir_orden(self, request: Request, queryset: Any, view: Any) -> tuple[str, Sequence[str]]:
        por = elegir_por(request)
        return ".".join(por), por

    def leer(self, queryset: Any, claves: Sequence[str], cursor: Cursor, tamano: int, view: Any) -> Pagina:
        return ResumenMensual(queryset, view.empresas(), claves).pagina(cursor, tamano)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [one for one in super().get_schema_operation_parameters(view) if one["name"] in self.parametros]


POR = OpenApiParameter(
    PARAMETRO,
    {"type": "array", "items": {"type": "string", "enum": list(DIMENSIONES)}},
    description="Además del mes y la moneda, por qué se suma, separado por comas.",
    explode=False,
)


@extend_schema_view(list=extend_schema(parameters=[POR]))
class ResumenMensualViewSet(ExportableMixin, ListModelMixin, GenericViewSet[Any]):
    """Los movimientos sumados por empresa, mes y moneda y, si se pide, por artículo, bodega o tipo de documento."""

    queryset = MovimientoInventario.objects.all()
    serializer_class = ResumenMensualSerializer
    filterset_class = MovimientoFilter
    pagination_class = PaginacionMensual
    parametros = (PARAMETRO, fields.PARAMETRO)
    exportacion = "resumen_mensual"
    alcances: ClassVar[dict[str, str]] = {"GET": LECTURA}

    def get_queryset(self) -> QuerySet[MovimientoInventario]:
        return visibles(super().get_queryset(), self.request)

    def empresas(self) -> QuerySet[EmpresaServidor]:
        """The companies to look through: those that the request sees, or the one that it asks for."""
        empresas = visibles(EmpresaServidor.objects.order_by(), self.request)
        pedida = IdField(required=False).clean(self.request.query_params.get("empresa_servidor_id"))
        return empresas.filter(pk=pedida) if pedida else empresas

    def campos(self) -> Sequence[str]:
        return fields.elegir(self.request.query_params.getlist(fields.PARAMETRO), columnas(elegir_por(self.request)))

    def filas_exportables(self, queryset: QuerySet[MovimientoInventario]) -> Iterator[dict[str, Any]]:
        """The whole summary, for its export."""
        return ResumenMensual(queryset, self.empresas(), elegir_por(self.request)).filas()

    def paginate_queryset(self, queryset: Any) -> Any:
        """The page, of each row what `?campos=` asks for."""
        campos = self.campos()
        return [{campo: fila[campo] for campo in campos} for fila in super().paginate_queryset(queryset) or ()]
