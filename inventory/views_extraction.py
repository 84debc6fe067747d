"""The API that starts an extraction or a reconciliation and tells how far it is."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from companies.models import EmpresaServidor
from companies.visibility import visibles
from inventory import extraction, reconciliation
from jobs.api import EstadoView, leer_pedido, responder
from jobs.models import Ejecucion, Estado
from jobs.serializers import PUEDE_ESPERAR

PROGRESO_EXTRACCION = "/api/sistema/estado-extraccion/"
PROGRESO_CUADRE = "/api/sistema/estado-cuadre/"


class PuedeExtraer(BasePermission):
    """Whoever may change companies may have them read; which ones, visibility says."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.has_perm("companies.change_empresaservidor"))


class EmpresaPedidaSerializer(serializers.Serializer[Any]):
    """The company that a run is asked for; with `esperar` the answer waits for the run's end."""

    empresa_servidor_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    esperar = serializers.BooleanField(default=False)

    def empresa(self, request: Request) -> EmpresaServidor:
        """The company, if the caller may see it; 404 otherwise."""
        rows = visibles(EmpresaServidor.objects.select_related("servidor"), request)
        return get_object_or_404(rows, pk=self.validated_data["empresa_servidor_id"])


class ExtraccionPedidaSerializer(EmpresaPedidaSerializer):
    """Dates are days of the source, both included; without them, the company's fiscal year."""

    fecha_inicio = serializers.DateField(required=False, allow_null=True, default=None)
    fecha_fin = serializers.DateField(required=False, allow_null=True, default=None)
    forzar_reextraccion = serializers.BooleanField(default=False)


class ExtraerDatosView(APIView):
    """Extrae los movimientos de una empresa, mes por mes."""

    errores = (404, 409)
    permission_classes = [PuedeExtraer]

    @extend_schema(request=ExtraccionPedidaSerializer, responses=PUEDE_ESPERAR)
    def post(self, request: Request) -> Response:
        asked = leer_pedido(request, ExtraccionPedidaSerializer)
        empresa, values = asked.empresa(request), asked.validated_data
        run, _ = extraction.solicitar(
            empresa, values["fecha_inicio"], values["fecha_fin"],
            forzar=values["forzar_reextraccion"], por=request.user,
        )  # fmt: skip
        mensaje = f"Se extraen los movimientos de {empresa}."
        return responder(request, run, mensaje=mensaje, progreso=PROGRESO_EXTRACCION, extras=resumen)


class EstadoExtraccionView(EstadoView):
    """Cómo va una extracción."""

    trabajo = extraction.TRABAJO

    def extras(self, run: Ejecucion) -> dict[str, Any]:
        return resumen(run)


class CuadrarView(APIView):
    """Compara una empresa con su fuente y vuelve a leer los meses que difieren."""

    errores = (404, 409)
    permission_classes = [PuedeExtraer]

    @extend_schema(request=EmpresaPedidaSerializer, responses=PUEDE_ESPERAR)
    def post(self, request: Request) -> Response:
        asked = leer_pedido(request, EmpresaPedidaSerializer)
        empresa = asked.empresa(request)
        run, _ = reconciliation.solicitar(empresa, por=request.user)
        return responder(request, run, mensaje=f"Se cuadra {empresa} con su fuente.", progreso=PROGRESO_CUADRE)


class EstadoCuadreView(EstadoView):
    """Cómo va un cuadre."""

    trabajo = reconciliation.TRABAJO


def resumen(run: Ejecucion) -> dict[str, Any]:
    """`result` also where the run failed: `estado` error, with what had been written by then."""
    if run.estado not in {Estado.FALLIDA, Estado.CANCELADA}:
        return {}
    windows = list(run.punto_de_control.get("ventanas", {}).values())
    return {
        "result": {
            "estado": "error",
            "registros_guardados": sum(window["filas"] for window in windows),
            "total_encontrados": sum(window["encontradas"] for window in windows),
            "chunks_procesados": len(windows),
        }
    }
