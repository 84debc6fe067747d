"""Runs as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.models import Ejecucion, Espera, LineaEjecucion

LINEAS_VISIBLES = 200  # the newest lines of a run's log that its detail carries

FIELDS = [
    "id", "task_id", "titulo", "tipo", "clave", "estado", "estado_texto", "progreso", "total", "porcentaje", "mensaje",
    "espera", "espera_desde", "no_antes", "medidas", "conteos", "parametros", "resultado", "error", "intentos",
    "cancelacion_solicitada", "solicitada_por", "creada", "inicio", "fin", "duracion",
]  # fmt: skip


class LineaSerializer(serializers.ModelSerializer[LineaEjecucion]):
    class Meta:
        model = LineaEjecucion
        fields = ["id", "momento", "nivel", "texto"]


class EjecucionSerializer(serializers.ModelSerializer[Ejecucion]):
    """A run without its log."""

    titulo = serializers.CharField(read_only=True, help_text="Qué hace y sobre qué, para personas.")
    porcentaje = serializers.IntegerField(read_only=True, allow_null=True)
    estado_texto = serializers.CharField(source="get_estado_display", read_only=True)
    duracion = serializers.SerializerMethodField(help_text="Segundos desde el inicio.")
    espera = serializers.ChoiceField(Espera.choices, allow_blank=True, read_only=True, help_text="Qué le falta.")
    solicitada_por = serializers.CharField(
        source="solicitada_por.username", default=None, read_only=True, allow_null=True
    )

    class Meta:
        model = Ejecucion
        fields = FIELDS
        read_only_fields = FIELDS

    def get_duracion(self, run: Ejecucion) -> float | None:
        return None if run.duracion is None else round(run.duracion.total_seconds(), 1)


class EjecucionDetalleSerializer(EjecucionSerializer):
    """A run with the newest lines of its log, oldest first."""

    lineas = serializers.SerializerMethodField()

    class Meta(EjecucionSerializer.Meta):
        fields = [*FIELDS, "lineas"]

    @extend_schema_field(LineaSerializer(many=True))
    def get_lineas(self, run: Ejecucion) -> Any:
        newest = list(run.lineas.order_by("-pk")[:LINEAS_VISIBLES])
        return LineaSerializer(newest[::-1], many=True).data


class EstadoTareaSerializer(serializers.Serializer[Any]):
    """What every `estado-…` endpoint answers; each adds its own documented fields."""

    task_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=["PENDING", "PROCESSING", "SUCCESS", "ERROR"])
    estado = serializers.CharField()
    result = serializers.JSONField(allow_null=True)
    meta = serializers.DictField()
    error = serializers.DictField(allow_null=True)


class EstadoExportacionSerializer(EstadoTareaSerializer):
    """The state of an export, and its file once it is there."""

    enlace = serializers.URLField(allow_null=True, help_text="Descarga el archivo; solo para quien lo pidió.")
    caduca = serializers.DateTimeField(allow_null=True)
    filas = serializers.IntegerField(allow_null=True)
    tamano = serializers.IntegerField(allow_null=True, help_text="En bytes.")
    sha256 = serializers.CharField(allow_null=True)


class AceptadaSerializer(serializers.Serializer[Any]):
    """The 202 of every endpoint that starts a run."""

    estado = serializers.CharField(help_text="procesando")
    task_id = serializers.UUIDField()
    mensaje = serializers.CharField()
    endpoint_progreso = serializers.CharField()


PUEDE_ESPERAR = {202: AceptadaSerializer, 200: EstadoTareaSerializer}  # what starts a run; 200 where one waits for it
