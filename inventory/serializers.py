"""The columns that the API shows of what was copied."""

from typing import Any

from rest_framework import serializers

from inventory.models import Articulo, Existencia, MovimientoInventario, TipoDocumento, VentanaExtraccion
from inventory.privacy import PERSONALES
from lib.rows import RowSerializer

FUERA = {"ejecucion", "empresa_servidor"}  # shown as their ids


def _columnas(model: type, *personales: str) -> tuple[str, ...]:
    names = [field.name for field in model._meta.concrete_fields if field.name not in FUERA]  # type: ignore[attr-defined]
    return ("id", "empresa_servidor_id", *(name for name in names if name != "id"))


class CopiadoSerializer(RowSerializer):
    empresa_servidor_id = serializers.IntegerField(read_only=True)


class MovimientoSerializer(CopiadoSerializer):
    class Meta:
        model = MovimientoInventario
        fields = (*_columnas(MovimientoInventario), "ejecucion_id")
        extra_kwargs = {name: {"help_text": "Solo con el permiso de datos personales."} for name in PERSONALES}


class ArticuloSerializer(CopiadoSerializer):
    class Meta:
        model = Articulo
        fields = _columnas(Articulo)


class ExistenciaSerializer(CopiadoSerializer):
    class Meta:
        model = Existencia
        fields = _columnas(Existencia)


class ExistenciaComparadaSerializer(ExistenciaSerializer):
    """The same beside its movements; for the description."""

    suma_movimientos = serializers.DecimalField(40, 4, required=False, help_text="Con diferencia=true.")
    diferencia = serializers.DecimalField(40, 4, required=False, help_text="Con diferencia=true: cantidad menos suma.")

    class Meta(ExistenciaSerializer.Meta):
        fields = (*ExistenciaSerializer.Meta.fields, "suma_movimientos", "diferencia")


class VentanaSerializer(CopiadoSerializer):
    suma_cantidad = serializers.DecimalField(max_digits=19, decimal_places=4, read_only=True)
    suma_valor = serializers.DecimalField(max_digits=19, decimal_places=4, read_only=True)

    class Meta:
        model = VentanaExtraccion
        fields = (*_columnas(VentanaExtraccion), "ejecucion_id")


class ResumenMensualSerializer(serializers.Serializer[dict[str, Any]]):
    """One row of the monthly summary, as it comes."""

    empresa_servidor_id = serializers.IntegerField()
    mes = serializers.RegexField(r"^\d{4}-\d{2}$", help_text="AAAA-MM.")
    articulo_codigo = serializers.CharField(required=False, help_text="Con por=articulo.")
    codigo_bodega = serializers.CharField(required=False, help_text="Con por=bodega.")
    tipo_documento = serializers.ChoiceField(TipoDocumento.choices, required=False, help_text="Con por=tipo_documento.")
    moneda = serializers.CharField(help_text="Vacía si la fuente no la dice. Nunca se suman dos.")
    articulo_nombre = serializers.CharField(required=False, help_text="Con por=articulo; uno de los que tuvo.")
    sistema_bodega = serializers.CharField(required=False, help_text="Con por=bodega; uno de los que tuvo.")
    movimientos = serializers.IntegerField()
    cantidad = serializers.DecimalField(40, 4, help_text="Como en la fuente.")
    cantidad_con_signo = serializers.DecimalField(40, 4, help_text="Cantidad por sentido: lo que movió existencias.")
    valor = serializers.DecimalField(40, 4)

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        return instance
