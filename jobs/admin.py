"""Runs and processes in the admin: looked at, cancelled and repeated, never typed."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from jobs import cancelling, exports, launching
from jobs.admin_exports import descarga
from jobs.badges import CLASES, COLORES, conteos_legibles, duracion_legible
from jobs.export_words import pedido_legible
from jobs.models import Ejecucion, Proceso
from jobs.results import Celda, medidas_legibles, resultado_legible, valores_legibles
from jobs.serializers import LINEAS_VISIBLES
from jobs.visibility import puede_mandar, puede_repetir, visibles
from jobs.words import solicitante
from lib.errors import TrastiendaError
from lib.keyset_admin import ReadOnlyAdmin
from lib.spanish import en_miles


class TipoFilter(DropdownFilter):  # type: ignore[misc]
    """The kinds of run that there are."""

    title = "trabajo"
    parameter_name = "tipo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = Ejecucion.objects.order_by("nombre").values_list("tipo", "nombre").distinct()
        return [(kind, name or kind) for kind, name in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ejecucion]) -> QuerySet[Ejecucion]:
        return queryset.filter(tipo=self.value()) if self.value() else queryset


@admin.register(Ejecucion)
class EjecucionAdmin(ReadOnlyAdmin):
    keyset = ("-creada", "-id")
    list_display = ("nombre", "sobre", "situacion", "hecho", "leidas", "tardo", "quien", "creada")
    list_display_links = ("nombre", "sobre")
    list_filter = (("estado", ChoicesDropdownFilter), TipoFilter)
    list_select_related = ("solicitada_por",)
    search_fields = ("sobre", "clave")
    search_help_text = "Empresa o servidor"
    columnas_csv = ("creada", "nombre", "sobre", "tipo", "clave", "estado", "inicio", "fin", "intentos", "mensaje")
    vacio = "Pida la primera: descubra las empresas de un servidor, desde su página."
    siguiente = ("Ir a los servidores", "admin:servers_servidor_changelist")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ejecucion]:
        return visibles(super().get_queryset(request), request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Any part of the name: runs are few beside what they copy."""
        term = search_term.strip()
        return (queryset.filter(Q(sobre__icontains=term) | Q(clave=term)) if term else queryset), False

    @display(description="estado", ordering="estado", label=COLORES)
    def situacion(self, run: Ejecucion) -> tuple[str, str]:
        return run.estado, run.get_estado_display()

    @display(description="hecho")
    def hecho(self, run: Ejecucion) -> str:
        return "—" if run.porcentaje is None else f"{run.porcentaje} %"

    @display(description="leídas")
    def leidas(self, run: Ejecucion) -> str:
        return en_miles(run.conteos.get("leidas", 0))

    @display(description="solicitada por")
    def quien(self, run: Ejecucion) -> str:
        return solicitante(run)

    @display(description="duración")
    def tardo(self, run: Ejecucion) -> str:
        return duracion_legible(run.duracion)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(require_POST(view)), name=f"jobs_ejecucion_{name}")
            for name, view in (("cancelar", self.cancelar_view), ("repetir", self.repetir_view))
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one run, which moves while the run does."""
        run = self._run(request, object_id)
        valores, tablas = resultado_legible(run.resultado)
        context = self.admin_site.each_context(request) | {
            "title": run.titulo,
            "opts": self.opts,
            "original": run,
            "ejecucion": run,
            "conteos": conteos_legibles(run.conteos, run.tipo),
            "pedido": _pedido(run),
            "valores": valores,
            "medidas": medidas_legibles(run.medidas),
            "tablas": tablas,
            "quien": solicitante(run),
            "lineas": list(run.lineas.order_by("-pk")[:LINEAS_VISIBLES])[::-1],
            "puede_mandar": puede_mandar(run, request.user),
            "descarga": descarga(request, run),
            "puede_repetir": puede_repetir(run, request.user),
        }
        return TemplateResponse(request, "jobs/ejecucion.html", context)

    def cancelar_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        run = self._commanded(request, pk)
        try:
            run = cancelling.cancelar(run)
        except TrastiendaError as error:
            messages.error(request, error.mensaje)
        else:
            messages.success(request, "Cancelada." if not run.activa else "Se cancelará en cuanto dé su próximo paso.")
        return redirect("admin:jobs_ejecucion_change", run.pk)

    def repetir_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        run = self._commanded(request, pk)
        if not puede_repetir(run, request.user):
            raise PermissionDenied
        try:
            run, new = launching.repetir(run, por=request.user)
        except TrastiendaError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Se repite." if new else "Ya hay una igual en curso: es esta.")
        return redirect("admin:jobs_ejecucion_change", run.pk)

    def _commanded(self, request: HttpRequest, pk: Any) -> Ejecucion:
        run = self._run(request, pk)
        if not puede_mandar(run, request.user):
            raise PermissionDenied
        return run

    def _run(self, request: HttpRequest, pk: Any) -> Ejecucion:
        """The run, among those that `visibles` leaves: without the permission to view runs, one's own."""
        run: Ejecucion | None = self.get_object(request, str(pk))
        if run is not None:
            return run
        raise Http404 if self.has_view_permission(request) else PermissionDenied


def _pedido(run: Ejecucion) -> list[tuple[str, Celda]]:
    return pedido_legible(run.parametros) if run.tipo == exports.TRABAJO.tipo else valores_legibles(run.parametros)


@admin.register(Proceso)
class ProcesoAdmin(ReadOnlyAdmin):
    keyset = ("clase", "nombre")
    list_display = ("que_hace", "nombre", "situacion", "inicio", "ultima_senal", "pid")
    list_display_links = None
    vacio = "Ningún proceso se ha anunciado: arranque el worker, beat y manage.py vigilar."

    @display(description="qué hace")
    def que_hace(self, proceso: Proceso) -> str:
        return f"{CLASES.get(proceso.clase, 'Proceso')} ({proceso.clase})"

    @display(description="última señal", ordering="latido")
    def ultima_senal(self, proceso: Proceso) -> datetime:
        return proceso.latido

    @display(description="estado", label={"vivo": "success", "callado": "danger"})
    def situacion(self, proceso: Proceso) -> tuple[str, str]:
        return ("vivo", "Vivo") if proceso.vivo else ("callado", "No responde")
