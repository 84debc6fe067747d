"""The API that takes lists away: at once where they are small, by a run and an expiring address where they are not.

A viewset becomes exportable by the mixin and a line in the setting EXPORTABLES:

    class ArticuloViewSet(ExportableMixin, CopiadoViewSet):
        exportacion = "articulos"
"""

import re
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponseBase, QueryDict, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from jobs import export_store
from jobs.api import TASK_ID, EstadoView, pide_esperar, responder
from jobs.export_download import adjunto, descargar
from jobs.export_formats import FORMATOS
from jobs.exportables import abrir
from jobs.exports import TRABAJO, Pedido, comprobar_tamano, entregable, pedir
from jobs.models import Ejecucion
from jobs.requesters import de_peticion
from jobs.serializers import AceptadaSerializer, EstadoExportacionSerializer
from jobs.visibility import Identificado, es_suya
from lib.client_address import direccion
from lib.errors import Denied

PROGRESO = "/api/sistema/estado-exportacion/"
APARTE = ("formato", "esperar")  # parameters that are not the list's
ARCHIVOS = tuple(FORMATOS.values())
CON_POST = (
    "pida_con_post", "Con una sesión, una lista larga se pide con POST.", "Envíe POST con X-CSRFToken.",
)  # fmt: skip
RANGO = re.compile(r"^bytes=(\d{1,18})-(\d{0,18})$", re.ASCII)


class AnyAccept(DefaultContentNegotiation):
    """The file is what was asked for and its errors are JSON, whatever the caller accepts."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ExportableMixin:
    """A viewset whose list can be taken away; `exportacion` is its name among EXPORTABLES."""

    exportacion: str
    errores: tuple[int, ...] = ()

    @extend_schema(
        filters=True,
        parameters=[
            OpenApiParameter("formato", str, enum=[*FORMATOS], default="csv"),
            OpenApiParameter("esperar", bool, default=False),
        ],
        request=OpenApiTypes.OBJECT,
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            (200, FORMATOS["xlsx"].tipo_contenido): OpenApiTypes.BINARY,
            (200, "application/json"): EstadoExportacionSerializer,
            202: AceptadaSerializer,
        },
        description="La lista filtrada, entera, como archivo: al instante si es corta; si no, o con POST, por una "
        "ejecución que al final da un enlace.",
    )
    @action(
        detail=False, methods=["get", "post"], permission_classes=[Identificado], content_negotiation_class=AnyAccept,
        pagination_class=None, errores=(409,),
    )  # fmt: skip
    def exportar(self, request: Request) -> HttpResponseBase:
        return exportar(request, self.exportacion)


def exportar(request: Request, nombre: str) -> HttpResponseBase:
    """The file of this list, or the run that makes it."""
    if request.method == "HEAD":
        raise MethodNotAllowed("HEAD")  # it would start a run
    pedido = _pedido(request, nombre)
    quien, formato = de_peticion(request), pedido.tipo
    lista = abrir(nombre, pedido.consulta, quien)
    if request.method == "GET" and not lista.pasa_de(settings.EXPORTACION_DIRECTA_FILAS):
        return descargar(lista, formato)
    if request.method == "GET" and not quien.con:
        raise Denied(*CON_POST)  # the page of a stranger can make a browser GET
    comprobar_tamano(lista, formato)
    run, _ = pedir(pedido, quien, sobre=lista.nombre)
    mensaje = f"Se exporta la lista «{lista.nombre.replace('_', ' ')}»."
    return responder(
        request, run, mensaje=mensaje, progreso=PROGRESO, extras=lambda run: estado_exportacion(request, run)
    )


def _pedido(request: Request, nombre: str) -> Pedido:
    """What is asked for: the parameters of the address, and those of the body, which win."""
    pide_esperar(request)
    consulta = request.query_params.copy()
    if request.method == "POST":
        _sumar_cuerpo(consulta, request.data)
    formato = consulta.get("formato", "csv")
    for name in APARTE:
        consulta.pop(name, None)
    return Pedido.de_consulta(nombre, formato, consulta)


def _sumar_cuerpo(consulta: QueryDict, cuerpo: Any) -> None:
    if not isinstance(cuerpo, dict):
        raise ValidationError({"general": ["Envíe un objeto con los filtros."]})
    for name, value in cuerpo.items():
        if not isinstance(value, str | int | bool):
            raise ValidationError({name: ["Escriba un solo valor."]})
        consulta[name] = str(value).lower() if isinstance(value, bool) else str(value)


class EstadoExportacionView(EstadoView):
    """Cómo va una exportación y, al final, el enlace que la descarga."""

    trabajo = TRABAJO

    @extend_schema(parameters=[TASK_ID], responses=EstadoExportacionSerializer)
    def get(self, request: Request) -> Any:
        return super().get(request)

    def extras(self, run: Ejecucion) -> dict[str, Any]:
        return estado_exportacion(self.request, run)


def estado_exportacion(request: Request, run: Ejecucion) -> dict[str, Any]:
    """The file that the run made, with its address for whoever asked for it; all empty before, and once it expired."""
    hecha = None if run.activa else export_store.de_ejecucion(run)
    suya = hecha is not None and es_suya(run, request.user, request.auth)
    return {
        "enlace": request.build_absolute_uri(export_store.enlace(hecha)) if hecha and suya else None,
        "caduca": hecha and hecha.caduca,
        "filas": hecha and hecha.filas,
        "tamano": hecha and hecha.tamano,
        "sha256": hecha and hecha.sha256,
    }


class ExportacionView(APIView):
    """El archivo de una exportación. La dirección basta, mientras quien la pidió conserve su derecho."""

    permission_classes = [AllowAny]
    content_negotiation_class = AnyAccept

    @extend_schema(
        responses={
            **{(status, formato.tipo_contenido): OpenApiTypes.BINARY for status in (200, 206) for formato in ARCHIVOS},
            404: OpenApiResponse(description="No existe, caducó o ya no hay derecho."),
        }
    )
    def get(self, request: Request, pk: str) -> HttpResponseBase:
        hecha = export_store.con_firma(pk)
        if hecha is None or _es_de_otro(request, hecha.ejecucion) or not entregable(hecha, direccion(request)):
            raise Http404
        desde, hasta, status = _rango(request.headers.get("Range", ""), hecha.tamano)
        headers = adjunto(hecha.nombre) | {"Accept-Ranges": "bytes", "Content-Length": str(hasta - desde)}
        if status != 200:
            headers["Content-Range"] = f"bytes {desde}-{hasta - 1}/{hecha.tamano}"
        return StreamingHttpResponse(
            export_store.leer(hecha, desde, hasta), status=status, content_type=hecha.tipo_contenido, headers=headers
        )


def _es_de_otro(request: Request, run: Ejecucion) -> bool:
    """Whether whoever opens the address says who they are, and is not who asked for it."""
    known = request.auth is not None or bool(request.user and request.user.is_authenticated)
    return known and not es_suya(run, request.user, request.auth)


def _rango(pedido: str, tamano: int) -> tuple[int, int, int]:
    """From, to (not included) and status: a download that was interrupted goes on from where it was."""
    found = RANGO.match(pedido)
    if found is None or int(found[1]) >= tamano:
        return 0, tamano, 200
    hasta = min(int(found[2]) + 1, tamano) if found[2] else tamano
    return (int(found[1]), hasta, 206) if hasta > int(found[1]) else (0, tamano, 200)
