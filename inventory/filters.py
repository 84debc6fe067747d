"""What the lists of the API can be asked for; every filter is an equality or a range that an index answers."""

import django_filters

from inventory.models import Articulo, Existencia, MovimientoInventario, TipoDocumento, VentanaExtraccion
from lib.filters import DateFilter, IdFilter, StrictFilterSet


class MovimientoFilter(StrictFilterSet):
    empresa_servidor_id = IdFilter()
    fecha_desde = DateFilter(field_name="fecha", lookup_expr="gte")
    fecha_hasta = DateFilter(field_name="fecha", lookup_expr="lte", help_text="Incluida.")
    documento = django_filters.CharFilter()
    tipo_documento = django_filters.ChoiceFilter(choices=TipoDocumento.choices)
    articulo_codigo = django_filters.CharFilter()
    codigo_bodega = django_filters.CharFilter()

    class Meta:
        model = MovimientoInventario
        fields: tuple[str, ...] = ()


class ArticuloFilter(StrictFilterSet):
    empresa_servidor_id = IdFilter()

    class Meta:
        model = Articulo
        fields = ("codigo", "grupo_codigo", "es_servicio", "inactivo")


class ExistenciaFilter(StrictFilterSet):
    empresa_servidor_id = IdFilter()

    class Meta:
        model = Existencia
        fields = ("articulo_codigo", "codigo_bodega")


class VentanaFilter(StrictFilterSet):
    empresa_servidor_id = IdFilter()

    class Meta:
        model = VentanaExtraccion
        fields: tuple[str, ...] = ()
