"""The API of companies: their rows, their discovery and their move."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from companies import deleting, discovery, moving
from companies.filters import EmpresaFilter
from companies.models import EmpresaServidor
from companies.permissions import PuedeDescubrir, PuedeMover
from companies.serializers import CONFIGURAR, PARA_CLAVES, EmpresaServidorSerializer
from companies.visibility import ve_todas, visibles
from jobs.api import EstadoView, leer_pedido, responder
from jobs.models import Ejecucion
from jobs.serializers import PUEDE_ESPERAR
from lib.fields import ConCampos
from lib.permissions import LECTURA, es_clave
from servers.models import Servidor


class ServidorPedidoSerializer(serializers.Serializer[Any]):
    """The server that a run is asked for; with `esperar` the answer waits for the run's end."""

    servidor_id = serializers.PrimaryKeyRelatedField(queryset=Servidor.objects.all())
    esperar = serializers.BooleanField(default=False)


class EmpresaServidorViewSet(ConCampos, ModelViewSet[EmpresaServidor]):
    """Las empresas por año fiscal: listar, ver, crear a mano, actualizar, eliminar y mover de servidor."""

    errores: tuple[int, ...] = ()
    queryset = EmpresaServidor.objects.all()
    serializer_class = EmpresaServidorSerializer
    filterset_class = EmpresaFilter
    ordenes = (("nit_base", "anio_fiscal"),)
    alcances: ClassVar[dict[str, str]] = {"GET": LECTURA}

    def columnas(self) -> Sequence[str]:
        """A client's key sees nothing of where and how its companies are read."""
        if es_clave(self.request):
            return PARA_CLAVES
        ocultas = () if self.request.user.has_perm(CONFIGURAR) else ("consulta_sql",)
        return [columna for columna in super().columnas() if columna not in ocultas]

    def get_queryset(self) -> QuerySet[EmpresaServidor]:
        return visibles(super().get_queryset(), self.request)

    def perform_create(self, serializer: serializers.BaseSerializer[EmpresaServidor]) -> None:
        if not ve_todas(self.request):
            raise PermissionDenied
        serializer.save()

    def perform_destroy(self, instance: EmpresaServidor) -> None:
        deleting.eliminar(instance)

    @extend_schema(request=ServidorPedidoSerializer, responses=PUEDE_ESPERAR)
    @action(detail=True, methods=["post"], permission_classes=[PuedeMover], errores=(409,))
    def mover(self, request: Request, pk: str) -> Response:
        """Mueve la empresa, con todo lo suyo, al servidor dado, que debe tener el mismo NIT y año."""
        empresa, destino = self.get_object(), _servidor(request)
        run, _ = moving.solicitar(empresa, destino, por=request.user)
        return responder(
            request, run, mensaje=f"Se mueve {empresa} a {destino}.", progreso="/api/sistema/estado-mover-empresa/"
        )


class DescubrirEmpresasView(APIView):
    """Busca las empresas de un servidor en su tabla EMPRESAS y las guarda."""

    errores = (409,)
    permission_classes = [PuedeDescubrir]

    @extend_schema(request=ServidorPedidoSerializer, responses=PUEDE_ESPERAR)
    def post(self, request: Request) -> Response:
        servidor = _servidor(request)
        run, _ = discovery.solicitar(servidor, por=request.user)
        return responder(
            request,
            run,
            mensaje=f"Se descubren las empresas de {servidor}.",
            progreso="/api/sistema/estado-descubrimiento/",
            extras=_empresas,
        )


class EstadoDescubrimientoView(EstadoView):
    """Cómo va el descubrimiento, y al final qué fue de cada empresa."""

    trabajo = discovery.TRABAJO
    permission_classes = [PuedeDescubrir]

    def extras(self, run: Ejecucion) -> dict[str, Any]:
        return _empresas(run)


class EstadoMoverEmpresaView(EstadoView):
    """Cómo va la mudanza de una empresa."""

    trabajo = moving.TRABAJO
    permission_classes = [PuedeMover]


def _servidor(request: Request) -> Servidor:
    servidor: Servidor = leer_pedido(request, ServidorPedidoSerializer).validated_data["servidor_id"]
    return servidor


def _empresas(run: Ejecucion) -> dict[str, Any]:
    resultado = run.resultado or {}
    return {
        "total_empresas": resultado.get("total_empresas", run.total or 0),
        "empresas": resultado.get("empresas", []),
    }
