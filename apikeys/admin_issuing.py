"""«Generar clave» in three steps: what is wanted, what it will see, and the key itself, shown once.

The key is only ever in the answer to the POST that made it: no message, session, address or log has it. That POST
names its form (`pedido`), so sending it again, as a reload does, makes no second key and shows none.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from apikeys import accepting, issuing
from apikeys.admin_nits import contexto_de_examen, tratar_par
from apikeys.admin_permissions import exigir
from apikeys.badges import dueno
from apikeys.forms import GenerarForm
from apikeys.issuing import Emitida
from apikeys.models import Alcance, APIKeyCliente
from companies import near_nits
from lib.errors import TrastiendaError


class Generar:
    """The page that makes keys, instead of Django's form of the row."""

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        exigir(self.has_add_permission(request))  # type: ignore[attr-defined]
        paso = request.POST.get("paso", "")
        form = GenerarForm(request.POST if paso else None, initial={"dueno": request.GET.get("nit", "")})
        form.por = request.user
        if paso in ("", "corregir") or not form.is_valid():
            return self._pagina(request, "generar", form=form)
        if paso == "emitir" and form.cleaned_data["pedido"]:
            return self._emitir(request, form)
        return self._revisar(request, form)

    def _revisar(self, request: HttpRequest, form: GenerarForm) -> HttpResponse:
        examen = None
        if form.cleaned_data["tipo"] == "nit":
            tratar_par(request, form.cleaned_data["dueno"])
            examen = near_nits.examinar(form.cleaned_data["dueno"])
        return self._pagina(
            request,
            "revisar",
            form=form,
            ocultos=_ocultos(form),
            pedido=form.cleaned_data["pedido"] or uuid.uuid4(),
            vigentes=_otras_vigentes(form).count(),
            se_puede=examen is None or bool(examen.veria),
            **contexto_de_examen(request, examen),
        )

    def _emitir(self, request: HttpRequest, form: GenerarForm) -> HttpResponse:
        pedido = form.cleaned_data["pedido"]
        if hecha := APIKeyCliente.objects.filter(pedido=pedido).first():
            return self._ya_mostrada(request, hecha)
        try:
            with transaction.atomic():
                emitida = issuing.emitir(**form.para_emitir(), por=request.user)
                APIKeyCliente.objects.filter(pk=emitida.fila.pk).update(pedido=pedido)
        except IntegrityError:  # sent twice at once: the other was first
            return self._ya_mostrada(request, APIKeyCliente.objects.get(pedido=pedido))
        except TrastiendaError as error:
            form.add_error(None, f"{error.mensaje} {error.remedio}")
            return self._pagina(request, "generar", form=form)
        return self.mostrar(request, emitida)

    def mostrar(self, request: HttpRequest, emitida: Emitida, title: str = "Generar clave") -> HttpResponse:
        """The dialog with the key, which no browser or proxy may keep."""
        answer = self._pagina(
            request,
            "clave",
            title=title,
            fila=emitida.fila,
            clave=emitida.clave.texto,
            tipo_dueno=dueno(emitida.fila),
            empresas=list(emitida.fila.empresas_asociadas),
            accion=emitida.accion,
            permisos="; ".join(Alcance(alcance).label for alcance in emitida.fila.alcances),
            direccion=request.build_absolute_uri(_primera_lectura(emitida.fila)),
        )
        add_never_cache_headers(answer)
        return answer

    def _ya_mostrada(self, request: HttpRequest, fila: APIKeyCliente) -> HttpResponse:
        messages.warning(
            request,
            "Esa clave ya se generó y se mostró una sola vez. Si no la guardó, renuévela con 0 horas de solape: se"
            " muestra la nueva y esta termina.",
        )
        return redirect("admin:apikeys_apikeycliente_change", fila.pk)

    def _pagina(self, request: HttpRequest, plantilla: str, **contexto: Any) -> HttpResponse:
        context = self.admin_site.each_context(request) | {  # type: ignore[attr-defined]
            "title": "Generar clave",
            "opts": self.opts,  # type: ignore[attr-defined]
            **contexto,
        }
        return TemplateResponse(request, f"apikeys/{plantilla}.html", context)


def _primera_lectura(fila: APIKeyCliente) -> str:
    """An address that the key opens at once, to try it with."""
    return "/api/empresas-servidor/" if fila.nit_base else "/api/api-keys/mi_clave/"


def _otras_vigentes(form: GenerarForm) -> QuerySet[APIKeyCliente]:
    """The keys that `reemplazar` would end."""
    _, columnas = accepting.exigir_dueno(**form.de_quien())
    columnas = {name: value for name, value in columnas.items() if name in ("nit_base", "id_sucursal", "local")}
    return APIKeyCliente.objects.filter(activa=True, fecha_caducidad__gt=timezone.now(), **columnas)


def _ocultos(form: GenerarForm) -> list[tuple[str, str]]:
    """What was typed, to be sent again with the next step."""
    datos: Any = form.data
    return [(name, value) for name in form.fields if name != "pedido" for value in datos.getlist(name)]
