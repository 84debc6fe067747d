"""Accounts of Contífico in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from inventory.contifico import doctor, ruc
from inventory.contifico.forms import CuentaForm
from inventory.contifico.models import Cuenta
from inventory.contifico.permissions import ve_cuentas
from lib.admin_rows import exigir_fila
from lib.dependants import DependientesContados
from lib.saving import AdminDeCambios

SECRETOS = ("api_key_cifrada", "api_token_cifrado", "entorno_cifrado")


@admin.register(Cuenta)
class CuentaAdmin(DependientesContados, AdminDeCambios, ModelAdmin):  # type: ignore[misc]
    form = CuentaForm
    vacio = "Añada su empresa con la API Key que le dio Contífico."
    list_display = ("nombre", "ruc", "url_base", "situacion")
    list_filter = ("activa",)
    search_fields = ("nombre", "ruc")
    readonly_fields = ("fecha_creacion",)
    actions_detail: tuple[str, ...] = ("probar_conexion",)
    fieldsets = (
        (None, {"fields": ("nombre", "activa", "ruc")}),
        ("A dónde se conecta", {"fields": ("url_base", "clave", "token", "enviar_token_en_cabecera")}),
        ("Cuánto se le pide", {"fields": ("registros_por_pagina", "peticiones_por_segundo")}),
        ("Qué se lee", {"fields": ("pares_de_compras", "pares_de_ventas", "recursos_apagados")}),
        ("Cómo se lee", {"fields": ("zona_horaria", "dias_de_relectura", "solape_minutos", "fecha_creacion")}),
    )

    def save_model(self, request: HttpRequest, obj: Cuenta, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if aviso := ruc.aviso(obj.ruc):
            messages.warning(request, aviso)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cuenta]:
        queryset: QuerySet[Cuenta] = super().get_queryset(request)
        return queryset if ve_cuentas(request) else queryset.none()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and ve_cuentas(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and ve_cuentas(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and ve_cuentas(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and ve_cuentas(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by a token's letters: `?api_key_cifrada__startswith=…` would tell them one by one."""
        return not lookup.startswith(SECRETOS) and bool(super().lookup_allowed(lookup, value, request))

    @display(description="Estado", ordering="activa", label={"Activa": "success", "Inactiva": "default"})
    def situacion(self, cuenta: Cuenta) -> str:
        return "Activa" if cuenta.activa else "Inactiva"

    @action(description="Probar conexión", icon="network_check", url_path="probar-conexion", permissions=["change"])
    def probar_conexion(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page, empty at first; only a POST connects."""
        cuenta = exigir_fila(self, request, object_id)
        context = self.admin_site.each_context(request) | {
            "title": "Probar conexión",
            "opts": self.opts,
            "cuenta": cuenta,
            "diagnostico": doctor.probar(cuenta) if request.method == "POST" else None,
        }
        return TemplateResponse(request, "contifico/probar.html", context)
