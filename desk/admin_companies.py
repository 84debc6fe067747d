"""What keys add to the page of a company: «Claves que la ven» and «Generar clave»."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display

from apikeys.admin_permissions import VER, puede
from apikeys.badges import situacion
from apikeys.models import APIKeyCliente
from companies.models import EmpresaServidor, EquivalenciaNit
from inventory.admin_companies import EmpresaConMovimientosAdmin
from lib.admin_rows import exigir_fila

COMO_MUCHO = 20
ENLACE = '<a class="font-medium text-primary-600 dark:text-primary-500" href="{}">{}</a>'

admin.site.unregister(EmpresaServidor)


@admin.register(EmpresaServidor)
class EmpresaConClavesAdmin(EmpresaConMovimientosAdmin):
    actions_detail = (
        EmpresaConMovimientosAdmin.actions_detail[0],
        {
            "title": "Más",
            "items": [*EmpresaConMovimientosAdmin.actions_detail[1]["items"], "generar_clave"],
        },
    )

    def get_readonly_fields(self, request: HttpRequest, obj: EmpresaServidor | None = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), "claves_que_la_ven")

    def get_fieldsets(self, request: HttpRequest, obj: EmpresaServidor | None = None) -> list[Any]:
        fieldsets: list[Any] = [*super().get_fieldsets(request, obj)]
        if obj and puede(request, VER):
            fieldsets.append(("Quién la lee por la API", {"fields": ("claves_que_la_ven",)}))
        return fieldsets

    @display(description="Claves que la ven")
    def claves_que_la_ven(self, empresa: EmpresaServidor) -> str:
        medico = f"{reverse('admin:apikeys_medico_de_nit')}?{urlencode({'nit': empresa.nit_original})}"
        filas = [
            (reverse("admin:apikeys_apikeycliente_change", args=[clave.pk]), clave, situacion(clave)[1])
            for clave in que_ven(empresa)[:COMO_MUCHO]
        ]
        lista = format_html_join("", f"<li>{ENLACE} · {{}}</li>", filas) or "Ninguna todavía."
        return format_html(f"<ul>{{}}</ul>{ENLACE}", lista, medico, "Examinar su NIT")

    @action(description="Generar clave", icon="key", url_path="generar-clave", permissions=["generar_clave"])
    def generar_clave(self, request: HttpRequest, object_id: str) -> HttpResponse:
        empresa = exigir_fila(self, request, object_id)
        form = reverse("admin:apikeys_apikeycliente_add")
        return redirect(f"{form}?{urlencode({'nit': empresa.nit_original})}")

    def has_generar_clave_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return puede(request, "apikeys.add_apikeycliente")


def que_ven(empresa: EmpresaServidor) -> QuerySet[APIKeyCliente]:
    """The keys of its NIT, and of those confirmed to see it too."""
    otros = EquivalenciaNit.objects.filter(equivale_a=empresa.nit_base).values("nit_base")
    return APIKeyCliente.objects.filter(Q(nit_base=empresa.nit_base) | Q(nit_base__in=otros))
