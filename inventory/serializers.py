"""The columns that the API shows of what was copied."""

from rest_framework import serializers

from inventory.models import Articulo, Existencia, MovimientoInventario, VentanaExtraccion
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


class VentanaSerializer(CopiadoSerializer):
    suma_cantidad = serializers.DecimalField(max_digits=19, decimal_places=4, read_only=True)
    suma_valor = serializers.DecimalField(max_digits=19, decimal_places=4, read_only=True)

    class Meta:
        model = VentanaExtraccion
        fields = (*_columnas(VentanaExtraccion), "ejecucion_id")
