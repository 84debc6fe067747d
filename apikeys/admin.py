"""Keys in the admin: listed, issued, renewed, revoked and looked through; never read back."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import display

from apikeys import admin_personal  # noqa: F401  it registers its own classes
from apikeys.admin_charts import OPCIONES, grafica_de_rechazos
from apikeys.admin_ending import Terminar
from apikeys.admin_filters import DuenoFilter, SituacionFilter
from apikeys.admin_issuing import Generar
from apikeys.admin_nits import MedicoDeNit
from apikeys.admin_permissions import SoloQuienVeTodas
from apikeys.admin_seeing import VerComo
from apikeys.badges import COLORES, comienzo, dueno, permisos, situacion
from apikeys.editing import poner_origenes
from apikeys.forms import ClaveForm
from apikeys.middleware import en_direccion
from apikeys.models import APIKeyCliente
from companies.nit import analizar
from lib.errors import Rejected
from lib.keyset_admin import KeysetAdmin
from lib.saving import AdminDeCambios
from lib.spanish import dia, en_miles, instante


@admin.register(APIKeyCliente)
class ClaveAdmin(SoloQuienVeTodas, Generar, Terminar, VerComo, MedicoDeNit, AdminDeCambios, KeysetAdmin):
    form = ClaveForm
    keyset = ("-fecha_creacion", "-id")
    list_display = ("cliente", "de_quien", "estado", "permisos", "usada", "veces", "caduca")
    list_display_links = ("cliente",)
    list_filter = (SituacionFilter, DuenoFilter)
    search_fields = ("nombre_cliente", "nit", "nit_original", "identificador")
    search_help_text = "Comienzo del nombre, del NIT o de la clave (sk_…)"
    actions_detail: tuple[Any, ...] = ("ver_como", "renovar", "revocar")
    change_form_outer_before_template = "apikeys/ficha.html"
    vacio = "Genere la primera: antes de emitirla se ve qué empresas abrirá y cuáles no por poco."
    fieldsets = (
        (None, {"fields": ("nombre_cliente", "alcances")}),
        ("Desde dónde y cuánto", {"fields": ("limite_por_minuto", "redes_permitidas", "origenes")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the beginning of a name, a NIT as anyone writes it, or a key's public part; keys are few."""
        term = search_term.strip()
        return (queryset.filter(_empieza(term)) if term else queryset), False

    def get_fieldsets(self, request: HttpRequest, obj: APIKeyCliente | None = None) -> list[Any]:
        sin = {"alcances"} if obj and not obj.nit_base else set()
        fieldsets = [*super().get_fieldsets(request, obj)]
        return [(title, {"fields": [f for f in options["fields"] if f not in sin]}) for title, options in fieldsets]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        fila: APIKeyCliente | None = self.get_object(request, object_id)
        context = {} if fila is None else _de_la_ficha(fila) | {"show_save_and_add_another": False}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | context)  # type: ignore[no-any-return]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A form of its own for each request, which knows who changes the key."""
        return type("ClaveDeForm", (super().get_form(request, *args, **kwargs),), {"por": request.user})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A whole key in the search box is in the address by now: the person is warned, and its row is looked for."""
        identificador = en_direccion(request)
        if not identificador:
            return super().changelist_view(request, extra_context)
        messages.warning(
            request, "Buscó una clave entera, que no debe ir en una dirección: si es de alguien, renuévela."
        )
        return redirect(f"{request.path}?q=sk_{identificador}")

    def save_model(self, request: HttpRequest, obj: APIKeyCliente, form: ClaveForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        poner_origenes(obj, form.cleaned_data["origenes"])

    @display(description="orígenes web")
    def origenes(self, fila: APIKeyCliente) -> str:
        """For those who may look and not change."""
        return ", ".join(fila.origenes.values_list("origen", flat=True)) or "Ninguno"

    @display(description="cliente", header=True)
    def cliente(self, fila: APIKeyCliente) -> tuple[str, str]:
        return fila.nombre_cliente, comienzo(fila)

    @display(description="de quién es")
    def de_quien(self, fila: APIKeyCliente) -> str:
        return " ".join(dueno(fila))

    @display(description="estado", label=COLORES)
    def estado(self, fila: APIKeyCliente) -> tuple[str, str]:
        return situacion(fila)

    @display(description="permisos")
    def permisos(self, fila: APIKeyCliente) -> str:
        return permisos(fila)

    @display(description="último uso")
    def usada(self, fila: APIKeyCliente) -> str:
        return instante(fila.ultimo_uso) if fila.ultimo_uso else "Nunca"

    @display(description="usos")
    def veces(self, fila: APIKeyCliente) -> str:
        return en_miles(fila.usos)

    @display(description="caduca")
    def caduca(self, fila: APIKeyCliente) -> str:
        return dia(fila.fecha_caducidad)


def _empieza(term: str) -> Q:
    found = Q(nombre_cliente__istartswith=term) | Q(identificador__startswith=term.removeprefix("sk_")[:12])
    found |= Q(id_sucursal__istartswith=term) | Q(local__istartswith=term)
    try:
        return found | Q(nit__startswith=analizar(term).nit)
    except Rejected:
        return found


def _de_la_ficha(fila: APIKeyCliente) -> dict[str, Any]:
    """What `apikeys/ficha.html` tells above the form."""
    estado, palabras = situacion(fila)
    return {
        "fila": fila,
        "color": COLORES[estado],
        "palabras": palabras,
        "comienzo": comienzo(fila),
        "usos": en_miles(fila.usos),
        "tipo_dueno": dueno(fila),
        "empresas": list(fila.empresas_asociadas.select_related("servidor")),
        "rechazos": grafica_de_rechazos(fila),
        "opciones": OPCIONES,
        "anterior": APIKeyCliente.objects.filter(sucesora=fila).first(),
    }
