"""Companies in the admin, who may see them, and their move to another server.

Rooms that build on companies add their buttons by a subclass, as `companies.admin_servers` does with servers.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from companies import admin_servers, asking, moving  # noqa: F401  it registers its own class
from companies.admin_access import AccesosInline
from companies.forms import EmpresaForm, MoverForm
from companies.models import EmpresaServidor
from companies.nit import analizar
from companies.permissions import MOVER
from companies.serializers import CONFIGURACION, CONFIGURAR
from companies.visibility import ve_todas, visibles
from lib.admin_rows import exigir_fila
from lib.dependants import DependientesContados
from lib.saving import AdminDeCambios


@admin.register(EmpresaServidor)
class EmpresaServidorAdmin(DependientesContados, AdminDeCambios, ModelAdmin):  # type: ignore[misc]
    form = EmpresaForm
    list_display = (
        "nombre",
        "nit_original",
        "verificacion",
        "anio_fiscal",
        "servidor",
        "situacion",
        "ultima_extraccion",
    )
    list_select_related = ("servidor",)
    list_filter = (("servidor", admin.RelatedOnlyFieldListFilter), "anio_fiscal", "estado", "dv_valido")
    search_fields = ("nombre", "nit", "nit_original", "codigo")
    actions: tuple[str, ...] = ("mover_varias",)
    actions_detail: tuple[Any, ...] = ("mover",)
    inlines = (AccesosInline,)
    vacio = "Descubra las empresas de un servidor desde su página."
    siguiente = ("Ir a los servidores", "admin:servers_servidor_changelist")
    readonly_fields = ("partes_del_nit", "descubierta", "ausente_desde", "ultima_extraccion", "fecha_registro")
    fieldsets = (
        (None, {"fields": ("nombre", "estado")}),
        ("De quién es", {"fields": ("nit_escrito", "partes_del_nit", "anio_fiscal")}),
        ("Dónde está", {"fields": ("servidor", "codigo", "ruta_base")}),
        ("Cómo se lee", {"fields": ("perfil_consulta", "consulta_sql", "remision_facturada_no_mueve")}),
        ("Qué se sabe", {"fields": ("ultima_extraccion", "descubierta", "ausente_desde", "fecha_registro")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[EmpresaServidor]:
        return visibles(super().get_queryset(request), request)

    def get_readonly_fields(self, request: HttpRequest, obj: EmpresaServidor | None = None) -> tuple[str, ...]:
        fixed = ("servidor",) if obj else ()
        identity = () if ve_todas(request) else ("nit_escrito", "anio_fiscal", "codigo", "ruta_base")
        return self.readonly_fields + fixed + identity + (() if request.user.has_perm(CONFIGURAR) else CONFIGURACION)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return ve_todas(request) and super().has_add_permission(request)

    def has_mover_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perms(MOVER) and ve_todas(request)

    @display(description="NIT", ordering="nit_base")
    def nit_escrito(self, empresa: EmpresaServidor) -> str:
        return empresa.nit_original

    @display(description="DV", ordering="dv_valido", label={"bien": "success", "mal": "danger", "sin": "info"})
    def verificacion(self, empresa: EmpresaServidor) -> tuple[str, str]:
        if not empresa.dv:
            return "sin", "sin DV"
        return ("bien", f"{empresa.dv} válido") if empresa.dv_valido else ("mal", f"{empresa.dv} errado")

    @display(
        description="Estado",
        ordering="estado",
        label={"ACTIVO": "success", "INACTIVO": "warning", "AUSENTE": "danger"},
    )
    def situacion(self, empresa: EmpresaServidor) -> tuple[str, str]:
        if empresa.ausente_desde:
            return "AUSENTE", "Ya no está en la fuente"
        return empresa.estado, empresa.get_estado_display()

    @display(description="Como se entiende")
    def partes_del_nit(self, empresa: EmpresaServidor) -> str:
        if not empresa.pk:
            return "—"
        candidato = analizar(empresa.nit_original).candidato
        duda = f"; puede ser {candidato} con su DV sin guion" if candidato else ""
        return f"Base {empresa.nit_base}, {self.verificacion(empresa)[1]}{duda}"

    @action(description="Mover a otro servidor", icon="move_up", url_path="mover", permissions=["mover"])
    def mover(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A GET asks for the server; only the POST starts."""
        empresa = exigir_fila(self, request, object_id)
        return self._mover(request, [empresa], reverse("admin:companies_empresaservidor_change", args=[empresa.pk]))

    @admin.action(description="Mover a otro servidor…", permissions=["mover"])
    def mover_varias(self, request: HttpRequest, queryset: QuerySet[EmpresaServidor]) -> HttpResponse:
        empresas = list(queryset)
        ocultos = [("action", "mover_varias"), *(("_selected_action", str(e.pk)) for e in empresas)]
        return self._mover(request, empresas, reverse("admin:companies_empresaservidor_changelist"), ocultos)

    def _mover(
        self,
        request: HttpRequest,
        empresas: list[EmpresaServidor],
        volver: str,
        ocultos: list[tuple[str, str]] | None = None,
    ) -> HttpResponse:
        form = MoverForm(request.POST if "servidor" in request.POST else None)
        if form.is_valid():
            destino = form.cleaned_data["servidor"]
            return asking.pedir(request, empresas, lambda e: moving.solicitar(e, destino, por=request.user), volver)
        return asking.pagina(
            self,
            request,
            title="Mover a otro servidor",
            explicacion="La empresa pasa, con sus movimientos y claves, al servidor que la tenga ahora; después se"
            " vuelve a extraer de allí. Útil cuando un descubrimiento la omite por estar en otro servidor.",
            filas=empresas,
            form=form,
            ocultos=ocultos,
            boton="Mover",
            icono="move_up",
            volver=volver,
        )
