"""The API of keys: issuing, listing, renewing and revoking for staff; validating for anybody; a key about itself."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from apikeys import issuing, statistics
from apikeys.association import contar_empresas
from apikeys.filters import ClaveFilter
from apikeys.models import APIKeyCliente
from apikeys.permissions import EsClave, PuedeGenerar, PuedeRenovar, PuedeRevocar, PuedeVer
from apikeys.serializers import (
    ClaveEmitidaSerializer,
    ClaveSerializer,
    ClaveValidaSerializer,
    EstadisticasSerializer,
    IdDeClaveSerializer,
    ListaDeClavesSerializer,
    MiClaveSerializer,
    PedidoDeClaveSerializer,
    RenovacionSerializer,
    RevocadaSerializer,
    ValidacionSerializer,
)
from apikeys.throttling import PorDireccion
from apikeys.validating import validar
from lib.api import DE_DRF, error_body
from lib.errors import Missing
from lib.schema import ErrorSerializer


class ApiKeyViewSet(GenericViewSet[APIKeyCliente]):
    """Las claves de API."""

    queryset = APIKeyCliente.objects.select_related("creada_por").prefetch_related("origenes")
    serializer_class = ClaveSerializer
    filterset_class = ClaveFilter
    keyset = ("-id",)

    @property
    def errores(self) -> tuple[int, ...]:
        """The statuses of errors that the description tells of each action."""
        return ERRORES.get(self.action, ())

    @extend_schema(request=PedidoDeClaveSerializer, responses={201: ClaveEmitidaSerializer}, filters=False)
    @action(detail=False, methods=["post"], permission_classes=[PuedeGenerar], pagination_class=None)
    def generar_api_key(self, request: Request) -> Response:
        """Emite una clave; es la única vez que se muestra."""
        emitida = issuing.emitir(**_leido(PedidoDeClaveSerializer(data=request.data)), por=request.user)
        return _mostrar(emitida)

    @extend_schema(responses=ListaDeClavesSerializer)
    @action(detail=False, permission_classes=[PuedeVer])
    def listar_api_keys(self, request: Request) -> Response:
        """Lista las claves, la más reciente primero, cada una por su prefijo."""
        queryset = self.filter_queryset(self.get_queryset())
        paginator: Any = self.paginator
        page = paginator.paginate_queryset(queryset, request, view=self)
        data = self.get_serializer(page, many=True, context={"empresas": contar_empresas(page)}).data
        answer: dict[str, Any] = paginator.get_paginated_response(data).data
        rows = answer.pop("results")
        return Response({"total_api_keys": queryset.count(), **answer, "api_keys": rows})

    @extend_schema(request=IdDeClaveSerializer, responses=RevocadaSerializer, filters=False)
    @action(detail=False, methods=["post"], permission_classes=[PuedeRevocar], pagination_class=None)
    def revocar_api_key(self, request: Request) -> Response:
        """Termina una clave en el acto."""
        fila = _buscada(self.get_queryset(), _leido(IdDeClaveSerializer(data=request.data)))
        issuing.revocar(fila, por=request.user)
        return Response({"mensaje": f"Clave revocada: {fila}.", "clave": ClaveSerializer(fila).data})

    @extend_schema(request=RenovacionSerializer, responses={201: ClaveEmitidaSerializer}, filters=False)
    @action(detail=False, methods=["post"], permission_classes=[PuedeRenovar], pagination_class=None)
    def renovar_api_key(self, request: Request) -> Response:
        """Emite la sucesora de una clave; la anterior sigue abriendo durante el solape."""
        pedido = _leido(RenovacionSerializer(data=request.data))
        fila = _buscada(self.get_queryset(), pedido)
        emitida = issuing.renovar(fila, dias_validez=pedido["dias"], solape=pedido["solape_horas"], por=request.user)
        return _mostrar(emitida)

    @extend_schema(
        request=ValidacionSerializer, responses={200: ClaveValidaSerializer, 403: ErrorSerializer}, filters=False
    )
    @action(
        detail=False, methods=["post"], authentication_classes=[], permission_classes=[AllowAny],
        throttle_classes=[PorDireccion], pagination_class=None,
    )  # fmt: skip
    def validar_api_key(self, request: Request) -> Response:
        """Dice qué abre una clave; de una que no vale, nunca por qué."""
        fila = validar(request, _leido(ValidacionSerializer(data=request.data))["api_key"])
        if fila is None:
            return Response({"valid": False, **error_body(*DE_DRF[AuthenticationFailed])}, 403)
        empresas = fila.empresas_asociadas.select_related("servidor")
        valida = {"valid": True, "empresas": empresas, "total_empresas": len(empresas)}
        datos = {name: getattr(fila, name) for name in ("nit", "nombre_cliente", "fecha_caducidad", "alcances")}
        return Response(ClaveValidaSerializer(valida | datos).data)

    @extend_schema(responses=MiClaveSerializer, filters=False)
    @action(detail=False, permission_classes=[EsClave], pagination_class=None)
    def mi_clave(self, request: Request) -> Response:
        """Lo que una clave puede saber de sí misma, con cualquier alcance."""
        cliente: Any = request.auth
        return Response(MiClaveSerializer(cliente.clave).data)

    @extend_schema(responses=EstadisticasSerializer, filters=False)
    @action(detail=False, permission_classes=[PuedeVer], pagination_class=None)
    def estadisticas(self, request: Request) -> Response:
        """Las claves y los rechazos en cifras."""
        return Response(EstadisticasSerializer(statistics.contar()).data)


ERRORES = {"generar_api_key": (404, 409), "revocar_api_key": (404, 409), "renovar_api_key": (404, 409)}


def _leido(pedido: BaseSerializer[Any]) -> dict[str, Any]:
    pedido.is_valid(raise_exception=True)
    leido: dict[str, Any] = pedido.validated_data
    return leido


def _mostrar(emitida: issuing.Emitida) -> Response:
    """The answer with the key itself, which no cache may keep."""
    datos = ClaveEmitidaSerializer(emitida.fila, context={"emitida": emitida}).data
    return Response(datos, 201, headers={"Cache-Control": "no-store"})


def _buscada(filas: QuerySet[APIKeyCliente], pedido: dict[str, Any]) -> APIKeyCliente:
    fila = filas.filter(pk=pedido["api_key_id"]).first()
    if fila is None:
        raise Missing("clave_inexistente", "No hay una clave con ese id.", "Vea los ids en listar_api_keys.")
    return fila
