"""The button «Exportar» of the admin's lists: a download where they are small, a run with its page where not."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from jobs import export_store
from jobs.export_download import descargar
from jobs.exportables import abrir, nombre_de_admin
from jobs.exports import Pedido, comprobar_tamano, pedir
from jobs.models import Ejecucion, Exportacion
from jobs.requesters import de_peticion
from jobs.visibility import es_suya
from lib.errors import TrastiendaError


def exportar(pagina: Any, request: HttpRequest) -> HttpResponseBase:
    """The list of this ModelAdmin as filtered and searched, whole; a GET, which is no form, leads to the list."""
    consulta = request.GET.copy()
    consulta.pop("cursor", None)
    formato = consulta.pop("formato", ["csv"])[-1]
    pedido = Pedido.de_consulta(nombre_de_admin(pagina), str(formato), consulta)
    if request.method != "POST":
        return redirect(f"..?{pedido.consulta}")
    try:
        return _responder(request, pedido)
    except IncorrectLookupParameters:
        return redirect("..")
    except TrastiendaError as error:
        messages.error(request, str(error))
        return redirect(f"..?{pedido.consulta}")


def _responder(request: HttpRequest, pedido: Pedido) -> HttpResponseBase:
    quien, formato = de_peticion(request), pedido.tipo
    lista = abrir(pedido.lista, pedido.consulta, quien)
    if not lista.pasa_de(settings.EXPORTACION_DIRECTA_FILAS):
        return descargar(lista, formato)
    comprobar_tamano(lista, formato)
    run, _ = pedir(pedido, quien, sobre=lista.nombre)
    return redirect("admin:jobs_ejecucion_change", run.pk)


def descarga(request: HttpRequest, run: Ejecucion) -> tuple[Exportacion, str] | None:
    """The file that the run made and the address that opens it, for whoever asked for it."""
    if run.activa or not es_suya(run, request.user):
        return None
    hecha = export_store.de_ejecucion(run)
    return (hecha, export_store.enlace(hecha)) if hecha else None
