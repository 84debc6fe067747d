"""The admin's menu: one group per room; a line appears where its model is registered and the user may see it."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from apikeys.admin_nits import MEDICO, puede_examinar

# Room → its models with their icon (Material Symbols).
SALAS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Fuentes", (("servers.Servidor", "dns"), ("companies.EmpresaServidor", "apartment"))),
    (
        "Inventario",
        (
            ("inventory.MovimientoInventario", "swap_vert"),
            ("inventory.Articulo", "inventory_2"),
            ("inventory.Existencia", "warehouse"),
            ("inventory.VentanaExtraccion", "calendar_month"),
            ("inventory.MovimientoRechazado", "report"),
            ("inventory.ReglaBodega", "rule"),
        ),
    ),
    ("Contífico", (("contifico.Cuenta", "cloud_sync"),)),
    (
        "Trabajo",
        (
            ("jobs.Ejecucion", "play_circle"),
            ("jobs.Proceso", "monitor_heart"),
            ("django_celery_beat.PeriodicTask", "schedule"),
        ),
    ),
    (
        "Acceso",
        (
            ("apikeys.APIKeyCliente", "key"),
            ("apikeys.FichaPersonal", "badge"),
            ("apikeys.IntentoRechazado", "gpp_bad"),
        ),
    ),
    (
        "Personas",
        (("auth.User", "person"), ("auth.Group", "group"), ("companies.UsuarioEmpresa", "rule_folder")),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the side menu, by room."""
    home = {"title": "Inicio", "icon": "home", "link": reverse("admin:index")}
    docs = {"title": "API", "icon": "api", "link": reverse("docs")}
    groups = [
        (titulo, [item for name, icon in modelos if (item := _item(request, name, icon))]) for titulo, modelos in SALAS
    ]
    if puede_examinar(request):
        medico = {"title": "Médico de NIT", "icon": "stethoscope", "link": reverse(MEDICO)}
        groups = [(titulo, [*items, medico] if titulo == "Acceso" else items) for titulo, items in groups]
    return [
        {"title": "", "items": [home]},
        *({"title": titulo, "separator": True, "items": items} for titulo, items in groups if items),
        {"title": "Programas", "separator": True, "items": [docs]},
    ]


def _item(request: HttpRequest, name: str, icon: str) -> dict[str, Any] | None:
    model = apps.get_model(name)
    model_admin = admin.site._registry.get(model)
    if model_admin is None or not model_admin.has_view_permission(request):
        return None
    link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    here = request.path.startswith(link) and request.path != reverse(MEDICO)  # which has a line of its own
    return {"title": capfirst(str(model._meta.verbose_name_plural)), "icon": icon, "link": link, "active": here}
