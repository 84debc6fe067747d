"""Tokens of persons and refused credentials in the admin: looked at, and tokens revoked."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apikeys.admin_filters import SituacionFilter
from apikeys.admin_permissions import SoloQuienVeTodas
from apikeys.badges import COLORES, comienzo, situacion
from apikeys.models import FichaPersonal, IntentoRechazado
from lib.admin_columns import numero
from lib.audit import anotar
from lib.keyset_admin import ReadOnlyAdmin
from lib.spanish import dia, en_miles, instante

GRAVES = {
    "formato": "default",
    "desconocida": "default",
    "doble": "default",
    "secreto": "danger",
    "revocada": "warning",
    "caducada": "warning",
    "red": "warning",
    "en_url": "danger",
}


@admin.register(FichaPersonal)
class FichaAdmin(SoloQuienVeTodas, ReadOnlyAdmin):
    keyset = ("-fecha_creacion", "-id")
    list_display = ("persona", "nombre", "estado", "usada", "veces", "caduca")
    list_display_links = None
    list_filter = (SituacionFilter,)
    list_select_related = ("usuario",)
    search_fields = ("usuario__username", "nombre", "identificador")
    search_help_text = "Usuario, nombre de la ficha o su comienzo (pt_…)"
    actions = ("revocar",)  # type: ignore[assignment]
    vacio = "Cada persona pide la suya al entrar por la API: POST /api/auth/login/. Aquí se ven todas y se revocan."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term.strip().removeprefix("pt_")[:60])

    @display(description="persona", header=True)
    def persona(self, fila: FichaPersonal) -> tuple[str, str]:
        return str(fila.usuario), comienzo(fila)

    @display(description="estado", label=COLORES)
    def estado(self, fila: FichaPersonal) -> tuple[str, str]:
        return situacion(fila)

    @display(description="último uso")
    def usada(self, fila: FichaPersonal) -> str:
        return instante(fila.ultimo_uso) if fila.ultimo_uso else "Nunca"

    @display(description="usos")
    def veces(self, fila: FichaPersonal) -> str:
        return en_miles(fila.usos)

    @display(description="caduca")
    def caduca(self, fila: FichaPersonal) -> str:
        return dia(fila.fecha_caducidad)

    @admin.action(description="Revocar", permissions=["revocar"])
    def revocar(self, request: HttpRequest, queryset: QuerySet[FichaPersonal]) -> None:
        filas = list(queryset.filter(activa=True))
        FichaPersonal.objects.filter(pk__in=[fila.pk for fila in filas]).update(activa=False, revocada=timezone.now())
        for fila in filas:
            anotar(fila, CHANGE, "Revocó la ficha.", por=request.user)
        self.message_user(request, f"Fichas revocadas: {len(filas)}.", messages.SUCCESS)

    def has_revocar_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm("apikeys.change_fichapersonal")


@admin.register(IntentoRechazado)
class IntentoAdmin(SoloQuienVeTodas, ReadOnlyAdmin):
    keyset = ("-minuto", "-id")
    list_display = ("minuto", "direccion", "por_que", "identificador", "ruta", numero(IntentoRechazado, "veces"))
    list_display_links = None
    list_filter = (("motivo", ChoicesDropdownFilter),)
    search_fields = ("direccion", "identificador")
    search_help_text = "Dirección o comienzo de la clave, sin sk_"
    columnas_csv = ("minuto", "direccion", "motivo", "identificador", "ruta", "veces")
    vacio = "Nadie ha probado una clave que no vale. Cada intento rechazado queda aquí con su dirección y su motivo."

    @display(description="motivo", label=GRAVES)
    def por_que(self, fila: IntentoRechazado) -> tuple[str, str]:
        return fila.motivo, fila.get_motivo_display()
