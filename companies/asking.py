"""What the admin pages that start runs share: ask, start each, say what was started, go to the run."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from jobs.models import Ejecucion
from lib.errors import TrastiendaError

Solicitud = Callable[[Any], tuple[Ejecucion, bool]]


def pagina(model_admin: ModelAdmin, request: HttpRequest, **contexto: Any) -> HttpResponse:
    """The page that asks: `title`, `explicacion`, `filas`, `boton`, `icono`, `volver`, and `form`, `ocultos` if any."""
    filas = list(contexto["filas"])
    one = {"original": filas[0]} if len(filas) == 1 else {}  # the line that says where one is names it
    context = model_admin.admin_site.each_context(request) | {"opts": model_admin.opts} | one | contexto
    return TemplateResponse(request, "companies/pedir.html", context)


def pedir(request: HttpRequest, filas: Iterable[Any], solicitar: Solicitud, volver: str) -> HttpResponseRedirect:
    """Start a run per row and go to it; of several, or of none, to the page `volver` with messages."""
    runs = []
    for fila in filas:
        try:
            runs.append(solicitar(fila)[0])
        except TrastiendaError as error:
            messages.error(request, f"{fila}: {error.mensaje} {error.remedio}")
    if len(runs) == 1 and request.user.has_perm("jobs.view_ejecucion"):
        return redirect(reverse("admin:jobs_ejecucion_change", args=[runs[0].pk]))
    if runs:
        pedidas = f"Se pidieron {len(runs)} ejecuciones" if len(runs) > 1 else "Se pidió la ejecución"
        messages.success(request, f"{pedidas}; en Trabajo › Ejecuciones se ve cómo van.")
    return redirect(volver)
