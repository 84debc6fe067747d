"""The page «Médico de NIT»: what a key for a NIT would see, what it would miss by a hair, and the confirming of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from apikeys.admin_permissions import CONFIRMAR, RETIRAR, VER, exigir, puede
from apikeys.models import APIKeyCliente
from companies import near_nits
from companies.models import EquivalenciaNit
from companies.near_nits import Examen
from lib.errors import Rejected

MEDICO = "admin:apikeys_medico_de_nit"
ULTIMAS = 20


def puede_examinar(request: HttpRequest) -> bool:
    return puede(request, VER)


class MedicoDeNit:
    """A page beside the list of keys."""

    def get_urls(self) -> list[URLPattern]:
        medico = self.admin_site.admin_view(self.medico_view)  # type: ignore[attr-defined]
        return [path("medico-de-nit/", medico, name="apikeys_medico_de_nit"), *super().get_urls()]  # type: ignore[misc]

    def medico_view(self, request: HttpRequest) -> HttpResponse:
        exigir(puede_examinar(request))
        escrito = (request.POST.get("nit") or request.GET.get("nit", "")).strip()
        if request.method == "POST":
            tratar_par(request, escrito)
            return redirect(f"{reverse(MEDICO)}?{urlencode({'nit': escrito})}")
        context = self.admin_site.each_context(request) | {  # type: ignore[attr-defined]
            "title": "Médico de NIT",
            "opts": self.opts,  # type: ignore[attr-defined]
            "escrito": escrito,
            "puede_generar": self.has_add_permission(request),  # type: ignore[attr-defined]
            **_examinado(request, escrito),
        }
        return TemplateResponse(request, "apikeys/medico.html", context)


def _examinado(request: HttpRequest, escrito: str) -> dict[str, Any]:
    if not escrito:
        return {"confirmadas": EquivalenciaNit.objects.order_by("-confirmada", "-pk")[:ULTIMAS]}
    try:
        examen = near_nits.examinar(escrito)
    except Rejected as error:
        return {"error": error}
    claves = APIKeyCliente.objects.filter(nit_base=examen.nit.base)[:ULTIMAS]
    return contexto_de_examen(request, examen) | {"claves": claves}


def contexto_de_examen(request: HttpRequest, examen: Examen | None) -> dict[str, Any]:
    """What `apikeys/examen.html` shows."""
    return {
        "examen": examen,
        "puede_confirmar": puede(request, CONFIRMAR),
        "puede_retirar": puede(request, RETIRAR),
    }


def tratar_par(request: HttpRequest, escrito: str) -> None:
    """Confirm or withdraw the pair that a button of the page named, if one did, and say so."""
    for nombre, permiso, verbo, dicho in PARES:
        otro = request.POST.get(nombre)
        if otro:
            exigir(puede(request, permiso))
            try:
                verbo(escrito, otro, por=request.user)
            except Rejected as error:
                messages.error(request, f"{error.mensaje} {error.remedio}")
            else:
                messages.success(request, dicho.format(otro=otro))


PARES = (
    ("confirmar", CONFIRMAR, near_nits.confirmar, "Confirmado: desde ya se ve también {otro}."),
    ("retirar", RETIRAR, near_nits.retirar, "Retirado: {otro} ya no se ve."),
)
