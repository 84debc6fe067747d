"""«Renovar» and «Revocar» of a key: a GET asks, the POST does."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.decorators import action

from apikeys import issuing
from apikeys.forms import RenovarForm
from apikeys.models import APIKeyCliente
from companies import asking
from lib.admin_rows import exigir_fila
from lib.errors import TrastiendaError

FICHA = "admin:apikeys_apikeycliente_change"


class Terminar:
    """The two buttons on the page of a key that can still do something."""

    @action(description="Renovar", icon="autorenew", url_path="renovar", permissions=["renovar"])
    def renovar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        fila = exigir_fila(self, request, object_id)
        form = RenovarForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._preguntar(
                request,
                fila,
                title="Renovar clave",
                explicacion="Se genera una clave nueva con el mismo dueño, permisos y límites, y se muestra una vez. La"
                " actual sigue abriendo las horas que diga aquí, sin pasar de su propia caducidad.",
                form=form,
                boton="Renovar y mostrar la nueva",
                icono="autorenew",
            )
        try:
            emitida = issuing.renovar(fila, **form.para_renovar(), por=request.user)
        except TrastiendaError as error:  # a reload of this POST ends here: the key was shown once
            messages.error(request, f"{error.mensaje} {error.remedio}")
            return redirect(FICHA, fila.pk)
        return self.mostrar(request, emitida, "Renovar clave")  # type: ignore[attr-defined,no-any-return]

    @action(description="Revocar", icon="block", url_path="revocar", permissions=["change"])
    def revocar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        fila = exigir_fila(self, request, object_id)
        if request.method != "POST":
            return self._preguntar(
                request,
                fila,
                title="Revocar clave",
                explicacion="Deja de abrir al instante y para siempre; quien la use recibe 401. Para cambiarla sin"
                " corte, renuévela con un solape.",
                boton="Revocar ahora",
                icono="block",
            )
        try:
            issuing.revocar(fila, por=request.user)
        except TrastiendaError as error:
            messages.error(request, f"{error.mensaje} {error.remedio}")
        else:
            messages.success(request, "La clave quedó revocada: ya no abre nada.")
        return redirect(FICHA, fila.pk)

    def has_renovar_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        allowed = self.has_add_permission(request) and self.has_change_permission(request)  # type: ignore[attr-defined]
        return bool(allowed)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what is still to be done: a key that ended has neither button, one that was renewed is not again."""
        actions: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        fila: APIKeyCliente | None = self.get_object(request, object_id)  # type: ignore[attr-defined]
        hechas = set()
        if fila is None or not fila.activa:
            hechas = {"renovar", "revocar"}
        elif fila.sucesora_id:
            hechas = {"renovar"}
        return [action for action in actions if action.method.__name__ not in hechas]

    def _preguntar(self, request: HttpRequest, fila: APIKeyCliente, **contexto: object) -> HttpResponse:
        volver = reverse(FICHA, args=[fila.pk])
        return asking.pagina(self, request, filas=[fila], volver=volver, **contexto)
