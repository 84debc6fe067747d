"""Who may see which companies, in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from companies.models import UsuarioEmpresa
from companies.visibility import ve_todas


class LoCambiaQuienVeTodas:
    """What holds for all companies is changed by those who see every one."""

    def has_add_permission(self, request: HttpRequest, *of: Any) -> bool:
        return ve_todas(request) and super().has_add_permission(request, *of)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ve_todas(request) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ve_todas(request) and super().has_delete_permission(request, obj)  # type: ignore[misc]


class SoloQuienVeTodas(LoCambiaQuienVeTodas):
    """Accesses are for those who see every company: whoever is limited would lift the own limits."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return ve_todas(request) and super().has_module_permission(request)  # type: ignore[misc]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ve_todas(request) and super().has_view_permission(request, obj)  # type: ignore[misc]


class AccesosInline(SoloQuienVeTodas, TabularInline):  # type: ignore[misc]
    model = UsuarioEmpresa
    extra = 0
    verbose_name_plural = "usuarios limitados a sus empresas, que ven esta"


@admin.register(UsuarioEmpresa)
class UsuarioEmpresaAdmin(SoloQuienVeTodas, ModelAdmin):  # type: ignore[misc]
    list_display = ("usuario", "empresa")
    list_select_related = ("usuario", "empresa")
    search_fields = ("usuario__username", "empresa__nombre", "empresa__nit")
    vacio: ClassVar[str] = "Sin accesos, cada usuario del personal ve todas las empresas; con alguno, solo las suyas."
