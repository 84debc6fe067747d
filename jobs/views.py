"""The API of runs."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from jobs import cancelling, launching
from jobs.api import cuerpo_aceptado
from jobs.models import Ejecucion, Estado
from jobs.requesters import de_peticion
from jobs.serializers import AceptadaSerializer, EjecucionDetalleSerializer, EjecucionSerializer
from jobs.visibility import Identificado, puede_mandar, puede_repetir, visibles
from lib.fields import ConCampos


class EjecucionFilter(filters.FilterSet):  # type: ignore[misc]
    estado = filters.MultipleChoiceFilter(choices=Estado.choices)

    class Meta:
        model = Ejecucion
        fields = ["tipo", "estado", "clave"]


class EjecucionViewSet(ConCampos, ReadOnlyModelViewSet[Ejecucion]):
    """Las ejecuciones: listar, ver con su registro, cancelar y repetir."""

    errores: tuple[int, ...] = ()
    queryset = Ejecucion.objects.select_related("solicitada_por")
    permission_classes = [Identificado]
    filterset_class = EjecucionFilter
    keyset = ("-creada", "-id")
    lookup_value_converter = "uuid"
    lookup_value_regex = "[0-9a-fA-F-]{36}"

    def get_queryset(self) -> QuerySet[Ejecucion]:
        return visibles(super().get_queryset(), self.request.user, self.request.auth)

    def get_serializer_class(self) -> type[EjecucionSerializer]:
        return EjecucionSerializer if self.action == "list" else EjecucionDetalleSerializer

    @extend_schema(request=None, responses=EjecucionDetalleSerializer)
    @action(detail=True, methods=["post"], errores=(409,))
    def cancelar(self, request: Request, **kwargs: Any) -> Response:
        """Cancela la ejecución; 409 `ya_termino` si ya acabó."""
        return Response(self.get_serializer(cancelling.cancelar(self._allowed(puede_mandar))).data)

    @extend_schema(request=None, responses={202: AceptadaSerializer})
    @action(detail=True, methods=["post"], errores=(409,))
    def repetir(self, request: Request, **kwargs: Any) -> Response:
        """Pide lo mismo otra vez, como una ejecución nueva."""
        run, _ = launching.repetir(self._allowed(puede_repetir), por=request.user, con=de_peticion(request).con)
        path = f"/api/sistema/ejecuciones/{run.task_id}/"
        body = cuerpo_aceptado(run, mensaje="Se repite la ejecución.", progreso=path)
        return Response(body | {"endpoint_progreso": path}, status=202)

    def _allowed(self, puede: Callable[..., bool]) -> Ejecucion:
        run = self.get_object()
        if not puede(run, self.request.user, self.request.auth):
            raise PermissionDenied
        return run
