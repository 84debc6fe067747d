"""What the views that start a run, and the documented `estado-…` endpoints, are made of.

A view that starts a run is four lines, and waits where the caller says `esperar` (query or body):

    class DescubrirView(APIView):
        def post(self, request):
            servidor = leer_pedido(request, ServidorPedidoSerializer).validated_data["servidor_id"]
            run, _ = discovery.solicitar(servidor, por=request.user)
            return responder(request, run, mensaje="Se buscan las empresas.", progreso=PROGRESO, extras=extras)

where PROGRESO is the path of its `estado-…` endpoint, which is two:

    class EstadoDescubrimientoView(EstadoView):
        trabajo = discovery.TRABAJO

        def extras(self, run):
            return {"total_empresas": ..., "empresas": [...]}

Both answer `{task_id, status, estado, result, meta, error}` and the extras; `status` is PENDING, PROCESSING, SUCCESS or
ERROR. A run that the caller may not see, or of another kind, does not exist for them (404).
"""

import time
import uuid
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, Serializer
from rest_framework.views import APIView

from jobs.launching import Trabajo
from jobs.models import Ejecucion, Estado
from jobs.serializers import EstadoTareaSerializer
from jobs.visibility import Identificado, visibles
from lib.errors import Rejected

P = TypeVar("P", bound=Serializer[Any])
Extras = Callable[[Ejecucion], dict[str, Any]]

STATUS = {
    Estado.PENDIENTE: "PENDING",
    Estado.EN_CURSO: "PROCESSING",
    Estado.INTERRUMPIDA: "PROCESSING",  # it goes on by itself
    Estado.COMPLETADA: "SUCCESS",
    Estado.COMPLETADA_CON_ERRORES: "SUCCESS",
    Estado.FALLIDA: "ERROR",
    Estado.CANCELADA: "ERROR",
}
CANCELADA = {"codigo": "cancelada", "mensaje": "La ejecución fue cancelada.", "remedio": "Repítala si la necesita."}
SEGUNDOS_ENTRE_MIRADAS = 0.25
TASK_ID = OpenApiParameter("task_id", uuid.UUID, required=True, description="El que devolvió la solicitud.")


def responder(
    request: Request, run: Ejecucion, *, mensaje: str, progreso: str, extras: Extras | None = None
) -> Response:
    """The answer to the request that started `run`: 202, or 200 with its final state where the caller waits for it."""
    if pide_esperar(request) and esperar(run):
        return Response(estado_tarea(run, extras))
    return Response(cuerpo_aceptado(run, mensaje=mensaje, progreso=progreso), status=202)


def leer_pedido(request: Request, pedido: type[P]) -> P:
    """The valid body of a request; 400 before anything is started, also where `esperar` is no yes or no."""
    pide_esperar(request)
    asked = pedido(data=request.data)
    asked.is_valid(raise_exception=True)
    return asked


def cuerpo_aceptado(run: Ejecucion, *, mensaje: str, progreso: str) -> dict[str, Any]:
    """The documented 202 body; `progreso` is the path of the endpoint that tells how far the run is."""
    return {
        "estado": "procesando",
        "task_id": run.task_id,
        "mensaje": mensaje,
        "endpoint_progreso": f"{progreso}?task_id={run.task_id}",
    }


def pide_esperar(request: Request) -> bool:
    """Whether query or body say `esperar`; 400 where it is no yes or no."""
    body = request.data if isinstance(request.data, dict) else {}
    asked = request.query_params.get("esperar", body.get("esperar", False))
    try:
        return bool(BooleanField().run_validation(asked))
    except ValidationError as error:
        raise ValidationError({"esperar": error.detail}) from None


def esperar(run: Ejecucion, segundos: float | None = None) -> bool:
    """Wait, at most ESPERA_MAXIMA_SEGUNDOS, until the run has ended; `run` is fresh afterwards."""
    deadline = time.monotonic() + (settings.ESPERA_MAXIMA_SEGUNDOS if segundos is None else segundos)
    run.refresh_from_db()
    while run.activa and time.monotonic() < deadline:
        time.sleep(SEGUNDOS_ENTRE_MIRADAS)
        run.refresh_from_db()
    return not run.activa


def estado_tarea(run: Ejecucion, extras: Extras | None = None) -> dict[str, Any]:
    """The documented state of a run, with the extras of its kind."""
    body = {
        "task_id": run.task_id,
        "status": STATUS[Estado(run.estado)],
        "estado": run.estado,
        "result": run.resultado,
        "meta": _meta(run),
        "error": CANCELADA if run.estado == Estado.CANCELADA else run.error,
    }
    return body | (extras(run) if extras else {})


def _meta(run: Ejecucion) -> dict[str, Any]:
    return {
        "titulo": run.titulo,
        "tipo": run.tipo,
        "clave": run.clave,
        "progreso": run.progreso,
        "total": run.total,
        "porcentaje": run.porcentaje,
        "mensaje": run.mensaje,
        "conteos": run.conteos,
    }


def buscar(request: Request, trabajo: Trabajo) -> Ejecucion:
    """The run that `?task_id=` names, of this kind and visible to the caller: 400 without one, 404 for any other."""
    try:
        task_id = uuid.UUID(request.query_params.get("task_id", ""))
    except ValueError:
        raise Rejected(
            "task_id_invalido", "Falta task_id o no es válido.", "Use el task_id que devolvió la solicitud."
        ) from None
    run = visibles(Ejecucion.objects.all(), request.user, request.auth).filter(pk=task_id, tipo=trabajo.tipo).first()
    if run is None:
        raise Http404
    return run


class EstadoView(APIView):
    """`GET …/estado-…/?task_id=`: how far a run is. A subclass names its `trabajo` and gives its `extras`."""

    trabajo: ClassVar[Trabajo]
    errores = (404,)
    permission_classes = [Identificado]

    @extend_schema(parameters=[TASK_ID], responses=EstadoTareaSerializer)
    def get(self, request: Request) -> Response:
        return Response(estado_tarea(buscar(request, self.trabajo), self.extras))

    def extras(self, run: Ejecucion) -> dict[str, Any]:
        return {}
