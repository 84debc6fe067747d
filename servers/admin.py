"""Servers in the admin, and the page of «Probar conexión»."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from jobs.badges import COLORES
from jobs.models import Ejecucion, Estado
from lib.admin_rows import exigir_fila
from lib.dependants import DependientesContados
from lib.doctor import Diagnostico
from lib.saving import AdminDeCambios
from lib.spanish import en_miles
from servers import doctor
from servers.forms import ServidorForm
from servers.models import Servidor
from servers.permissions import es_escribible, escribibles, puede_anadir
from servers.turn import cambiado

TRATO = (
    "Para que quien trabaja en ese servidor no note que se lee de él. Vale para extraer y cuadrar; probar la conexión y"
    " descubrir empresas son breves y no esperan. Fuera de sus horas una ejecución se detiene al terminar el mes que"
    " lee y sigue sola cuando vuelven."
)
A_LA_VEZ = 5
COMO_MUCHO = 10


@admin.register(Servidor)
class ServidorAdmin(DependientesContados, AdminDeCambios, ModelAdmin):  # type: ignore[misc]
    form = ServidorForm
    vacio = "Añada el servidor de su ERP con su base maestra; después pruebe la conexión y descubra sus empresas."
    list_display = (
        "nombre", "tipo_servidor", "destino", "situacion", "trato", "numero_de_empresas", "descubrimiento", "hace",
    )  # fmt: skip
    list_filter = ("activo", "tipo_servidor")
    search_fields = ("nombre", "host")
    readonly_fields = ("fecha_creacion",)
    actions: tuple[str, ...] = ("probar_conexiones",)
    actions_detail: tuple[str, ...] = ("probar_conexion",)
    fieldsets = (
        (None, {"fields": ("nombre", "activo")}),
        ("A dónde se conecta", {"fields": ("tipo_servidor", "host", "puerto", "ruta_maestra")}),
        ("Con qué cuenta", {"fields": ("usuario", "contrasena")}),
        (
            "Cuánto se le pide",
            {
                "description": TRATO,
                "fields": (
                    "conexiones_a_la_vez",
                    "filas_por_segundo",
                    "lectura_desde",
                    "lectura_hasta",
                    "instantanea_minutos",
                ),
            },
        ),
        ("Cómo se lee", {"fields": ("zona_horaria", "controlador", "juego_caracteres", "fecha_creacion")}),
    )

    def save_model(self, request: HttpRequest, obj: Servidor, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        cambiado(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and puede_anadir(request)

    def has_change_permission(self, request: HttpRequest, obj: Servidor | str | None = None) -> bool:
        return super().has_change_permission(request, obj) and _escribible(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Servidor | str | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _escribible(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Servidor]:
        clave = Concat(Value("servidor:"), Cast(OuterRef("pk"), CharField()))
        last = Ejecucion.objects.filter(tipo="descubrir_empresas", clave=clave).order_by("-creada")
        queryset: QuerySet[Servidor] = super().get_queryset(request)
        return queryset.annotate(
            empresas_total=Count("empresas"),
            descubrimiento_estado=Subquery(last.values("estado")[:1]),
            descubrimiento_creado=Subquery(last.values("creada")[:1]),
            descubrimiento_id=Subquery(last.values("pk")[:1]),
        )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by the password's token: `?password_cifrada__startswith=…` would tell it letter by letter."""
        return not lookup.startswith("password_cifrada") and bool(super().lookup_allowed(lookup, value, request))

    @display(description="Host y puerto", ordering="host")
    def destino(self, servidor: Servidor) -> str:
        return f"{servidor.host}:{servidor.puerto_efectivo}"

    @display(description="Estado", ordering="activo", label={"Activo": "success", "Inactivo": "default"})
    def situacion(self, servidor: Servidor) -> str:
        return "Activo" if servidor.activo else "Inactivo"

    @display(description="Cuánto se le pide")
    def trato(self, servidor: Servidor) -> str:
        """`2 conexiones · 50.000 filas/s · de 22:00 a 06:00`"""
        conexiones, filas = servidor.conexiones_a_la_vez, servidor.filas_por_segundo
        told = [
            "1 conexión" if conexiones == 1 else f"{conexiones} conexiones",
            f"{en_miles(filas)} filas/s" if filas else "sin límite de filas",
            str(servidor.horario),
        ]
        return " · ".join(part for part in told if part)

    @display(description="Empresas", ordering="empresas_total")
    def numero_de_empresas(self, servidor: Any) -> int:
        return int(servidor.empresas_total)

    @display(description="Último descubrimiento", ordering="descubrimiento_creado", label=COLORES)
    def descubrimiento(self, servidor: Any) -> tuple[str, str] | None:
        estado = servidor.descubrimiento_estado
        return (estado, str(Estado(estado).label)) if estado else None

    @display(description="Hace", ordering="descubrimiento_creado")
    def hace(self, servidor: Any) -> str | None:
        """How long ago, leading to the run."""
        created = servidor.descubrimiento_creado
        if created is None:
            return None
        young = timezone.now() - created < timedelta(minutes=1)
        run = reverse("admin:jobs_ejecucion_change", args=[servidor.descubrimiento_id])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            run,
            "menos de un minuto" if young else timesince(created, depth=1),
        )

    @action(description="Probar conexión", icon="network_check", url_path="probar-conexion", permissions=["change"])
    def probar_conexion(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page, empty at first; only a POST connects."""
        servidor = exigir_fila(self, request, object_id)
        found = doctor.probar(servidor) if request.method == "POST" else None
        return self._pagina(request, [(servidor, found)])

    @admin.action(description="Probar conexión", permissions=["change"])
    def probar_conexiones(self, request: HttpRequest, queryset: QuerySet[Servidor]) -> HttpResponse:
        elegidos = queryset.count()
        queryset = queryset.filter(pk__in=escribibles(request))
        if ajenos := elegidos - queryset.count():
            self.message_user(
                request, f"No se probaron, por ser también de otras empresas: {ajenos}.", messages.WARNING
            )
        servidores = list(queryset[:COMO_MUCHO])
        if elegidos - ajenos > COMO_MUCHO:
            self.message_user(request, f"Se probaron los primeros {COMO_MUCHO}.", messages.WARNING)
        with ThreadPoolExecutor(A_LA_VEZ) as pool:
            found = list(pool.map(doctor.probar, servidores))
        return self._pagina(request, list(zip(servidores, found, strict=True)))

    def _pagina(self, request: HttpRequest, probados: list[tuple[Servidor, Diagnostico | None]]) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": "Probar conexión",
            "opts": self.opts,
            "probados": probados,
        }
        return TemplateResponse(request, "servers/probar.html", context)


def _escribible(request: HttpRequest, obj: Servidor | str | None) -> bool:
    """Of one server (unfold gives its id instead); without one the question is about servers as such."""
    return obj is None or es_escribible(request, obj.pk if isinstance(obj, Servidor) else obj)
