"""What companies add to the admin of servers: «Descubrir empresas»."""

from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import action

from companies import asking, discovery
from companies.permissions import DESCUBRIR
from companies.visibility import ve_todas
from lib.admin_rows import exigir_fila
from servers.admin import ServidorAdmin
from servers.models import Servidor

admin.site.unregister(Servidor)


@admin.register(Servidor)
class ServidorConEmpresasAdmin(ServidorAdmin):
    actions = (*ServidorAdmin.actions, "descubrir_varios")
    actions_detail = (*ServidorAdmin.actions_detail, "descubrir_empresas")

    def has_descubrir_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perms(DESCUBRIR) and ve_todas(request)

    @action(  # type: ignore[untyped-decorator]
        description="Descubrir empresas",
        icon="travel_explore",
        url_path="descubrir-empresas",
        permissions=["descubrir"],
    )
    def descubrir_empresas(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A GET asks; only the POST starts."""
        servidor = exigir_fila(self, request, object_id)
        volver = reverse("admin:servers_servidor_change", args=[servidor.pk])
        if request.method == "POST":
            return asking.pedir(request, [servidor], partial(discovery.solicitar, por=request.user), volver)
        return asking.pagina(
            self,
            request,
            title="Descubrir empresas",
            explicacion="Se lee la tabla EMPRESAS del servidor y se guardan sus empresas; las que ya no estén quedan"
            " inactivas, con sus datos. Nada cambia en el servidor.",
            filas=[servidor],
            boton="Descubrir ahora",
            icono="travel_explore",
            volver=volver,
        )

    @admin.action(description="Descubrir empresas", permissions=["descubrir"])
    def descubrir_varios(self, request: HttpRequest, queryset: QuerySet[Servidor]) -> HttpResponse:
        volver = reverse("admin:servers_servidor_changelist")
        return asking.pedir(request, queryset, partial(discovery.solicitar, por=request.user), volver)
