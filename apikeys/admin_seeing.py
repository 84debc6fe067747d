"""«Ver como esta clave»: what the API answers to the key, tab by tab."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.admin.models import CHANGE
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from unfold.decorators import action

from apikeys import seeing
from apikeys.admin_permissions import LO_QUE_MUESTRA, VER, puede
from apikeys.badges import comienzo, situacion
from apikeys.models import APIKeyCliente
from lib.admin_rows import exigir_fila
from lib.audit import anotar

POR_PAGINA = "25"
PROPIOS = {"pestana"}
TITULOS = {
    "empresa_servidor_id": "Empresa",
    "fecha_desde": "Desde",
    "fecha_hasta": "Hasta",
    "documento": "Documento",
    "tipo_documento": "Tipo de documento",
    "articulo_codigo": "Artículo",
    "codigo_bodega": "Bodega",
    "codigo": "Código",
    "grupo_codigo": "Grupo",
    "es_servicio": "Servicio",
    "inactivo": "Inactivo",
    "nit": "NIT",
    "anio_fiscal": "Año",
    "estado": "Estado",
    "por": "Sumado por",
}
TIPOS = {"fecha_desde": "date", "fecha_hasta": "date"}
DECIMAL = re.compile(r"-?\d+\.\d+")
FUERA = {"servidor"}  # a key does not know servers


class VerComo:
    """The button on the page of a key, and the page behind it."""

    @action(description="Ver como esta clave", icon="visibility", url_path="ver-como", permissions=["ver_como"])
    def ver_como(self, request: HttpRequest, object_id: str) -> HttpResponse:
        fila = exigir_fila(self, request, object_id)
        titulos = seeing.pestanas()
        pestana = request.GET.get("pestana", "empresas")
        if pestana not in titulos:
            raise Http404
        parametros = _parametros(request)
        vista = seeing.mirar(fila, pestana, _con_tamano(parametros, pestana), request)
        if "cursor" not in parametros:
            anotar(fila, CHANGE, f"Miró como la clave: {titulos[pestana]}.", por=request.user)
        sitio: AdminSite = self.admin_site  # type: ignore[attr-defined]
        context = {
            "title": "Ver como esta clave",
            "opts": APIKeyCliente._meta,
            "pestanas": [(name, titulo, name == pestana) for name, titulo in titulos.items()],
            "filtros": _filtros(fila, pestana, parametros),
            "enlaces": _enlaces(pestana, parametros, vista),
            "sin_personales": seeing.ComoCliente(fila, request.user).sin_personales,
        }
        context |= sitio.each_context(request) | _de_la_clave(fila) | _de_la_vista(pestana, vista)
        return TemplateResponse(request, "apikeys/ver_como.html", context)

    def has_ver_como_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return puede(request, VER) and request.user.has_perms(LO_QUE_MUESTRA)


def _de_la_clave(fila: APIKeyCliente) -> dict[str, Any]:
    return {
        "original": fila,
        "fila": fila,
        "comienzo": comienzo(fila),
        "palabras": situacion(fila)[1],
        "abre": fila.vigente(),
    }


def _de_la_vista(pestana: str, vista: seeing.Vista) -> dict[str, Any]:
    celdas = [[_celda(value) for value in dato.values()] for dato in vista.filas]
    return {
        "pestana": pestana,
        "ruta": seeing.PESTANAS[pestana][1],
        "vista": vista,
        "celdas": celdas,
        "titulos": [
            (name, numero) for name, (_, numero) in zip(vista.columnas, celdas[0] if celdas else [], strict=False)
        ],
        "datos": [(name, _celda(value)[0]) for dato in vista.filas[:1] for name, value in dato.items()],
    }


def _parametros(request: HttpRequest) -> QueryDict:
    """What is asked of the API: the page's own parameters and empty filters left out."""
    pedidos = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if name not in PROPIOS and any(values):
            pedidos.setlist(name, [value for value in values if value])
    return pedidos


def _con_tamano(parametros: QueryDict, pestana: str) -> QueryDict:
    pedidos = parametros.copy()
    if pestana != "mi_clave":
        pedidos.setdefault("page_size", POR_PAGINA)
    return pedidos


def _filtros(fila: APIKeyCliente, pestana: str, parametros: QueryDict) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "titulo": TITULOS.get(name, name),
            "tipo": TIPOS.get(name, "text"),
            "valor": parametros.get(name, ""),
            "opciones": _empresas(fila) if name == "empresa_servidor_id" else opciones,
        }
        for name, opciones in seeing.filtros(pestana).items()
        if name not in FUERA
    ]


def _empresas(fila: APIKeyCliente) -> list[tuple[str, str]]:
    return [(str(empresa.pk), str(empresa)) for empresa in fila.empresas_asociadas]


def _enlaces(pestana: str, parametros: QueryDict, vista: seeing.Vista) -> list[tuple[str, str]]:
    base = [(name, value) for name, values in parametros.lists() if name != "cursor" for value in values]
    cursores = (("Anterior", vista.anterior), ("Siguiente", vista.siguiente))
    return [
        (titulo, "?" + urlencode([("pestana", pestana), *base, ("cursor", cursor)]))
        for titulo, cursor in cursores
        if cursor
    ]


def _celda(value: Any) -> tuple[str, bool]:
    """The value as text, and whether it is a number, to be set to the right."""
    if value is None or value == "":
        return "—", False
    if isinstance(value, bool):
        return ("Sí" if value else "No"), False
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—", False
    return str(value), bool(DECIMAL.fullmatch(str(value)))
