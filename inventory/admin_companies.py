"""What inventory adds to the admin of companies: «Extraer movimientos» and «Cuadrar»."""

from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import action

from companies import asking
from companies.admin import EmpresaServidorAdmin
from companies.models import EmpresaServidor
from inventory import extraction, reconciliation
from inventory.forms import ExtraerForm
from lib.admin_rows import exigir_fila

LISTA = "admin:companies_empresaservidor_changelist"
FICHA = "admin:companies_empresaservidor_change"

admin.site.unregister(EmpresaServidor)


@admin.register(EmpresaServidor)
class EmpresaConMovimientosAdmin(EmpresaServidorAdmin):
    actions = ("extraer_varias", "cuadrar_varias", *EmpresaServidorAdmin.actions)
    actions_detail = (
        "extraer_movimientos",
        {"title": "Más", "items": ["cuadrar", *EmpresaServidorAdmin.actions_detail]},
    )

    @action(  # type: ignore[untyped-decorator]
        description="Extraer movimientos",
        icon="download",
        url_path="extraer-movimientos",
        permissions=["change"],
    )
    def extraer_movimientos(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A GET asks; only the POST starts."""
        empresa = exigir_fila(self, request, object_id)
        volver = reverse(FICHA, args=[empresa.pk])
        form = ExtraerForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            solicitar = partial(extraction.solicitar, **form.cleaned_data, por=request.user)
            return asking.pedir(request, [empresa], solicitar, volver)
        return asking.pagina(
            self,
            request,
            title="Extraer movimientos",
            explicacion=f"Se copian los movimientos de {empresa.anio_fiscal}, mes por mes, con sus artículos y"
            " existencias. Los meses ya extraídos se dejan; el actual y el anterior se leen siempre de nuevo. Nada"
            " cambia en el servidor.",
            filas=[empresa],
            form=form,
            boton="Extraer ahora",
            icono="download",
            volver=volver,
        )

    @action(  # type: ignore[untyped-decorator]
        description="Cuadrar", icon="fact_check", url_path="cuadrar", permissions=["change"]
    )
    def cuadrar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A GET asks; only the POST starts."""
        empresa = exigir_fila(self, request, object_id)
        volver = reverse(FICHA, args=[empresa.pk])
        if request.method == "POST":
            return asking.pedir(request, [empresa], partial(reconciliation.solicitar, por=request.user), volver)
        return asking.pagina(
            self,
            request,
            title="Cuadrar con la fuente",
            explicacion="La base de la empresa cuenta sus líneas y cantidades mes por mes; los meses que difieren de lo"
            " guardado (documentos tardíos, anulados o pasados a otro mes) se leen de nuevo. Se hace solo cada noche.",
            filas=[empresa],
            boton="Cuadrar ahora",
            icono="fact_check",
            volver=volver,
        )

    @admin.action(description="Extraer movimientos", permissions=["change"])
    def extraer_varias(self, request: HttpRequest, queryset: QuerySet[EmpresaServidor]) -> HttpResponse:
        rows = queryset.select_related("servidor")
        return asking.pedir(request, rows, partial(extraction.solicitar, por=request.user), reverse(LISTA))

    @admin.action(description="Cuadrar con la fuente", permissions=["change"])
    def cuadrar_varias(self, request: HttpRequest, queryset: QuerySet[EmpresaServidor]) -> HttpResponse:
        rows = queryset.select_related("servidor")
        return asking.pedir(request, rows, partial(reconciliation.solicitar, por=request.user), reverse(LISTA))
