"""What an export was asked for, in words: its list, its format, and its filters as the list itself calls them."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from jobs.exportables import DE_ADMIN
from jobs.results import Celda, celda
from jobs.words import palabras

LISTAS = {
    "movimientos": "Movimientos",
    "articulos": "Artículos",
    "existencias": "Existencias",
    "ventanas": "Ventanas de extracción",
    "resumen_mensual": "Resumen mensual",
}
FORMATOS = {"csv": "CSV", "xlsx": "Excel (XLSX)"}

# Parameters that are no column: of the admin's lists and of the API's.
PARAMETROS = {
    "q": "búsqueda",
    "o": "orden",
    "ordering": "orden",
    "campos": "columnas",
    "por": "agrupado por",
    "empresa_servidor_id": "id de empresa",
    "situacion": "estado",
    "dueno": "de quién es",
}
# Ends of a parameter's name → what they say of the column before them.
EXTREMOS = {
    "__exact": "", "_from": " desde", "_desde": " desde", "__gte": " desde", "_to": " hasta", "_hasta": " hasta",
    "__lte": " hasta", "__isnull": " sin valor",
}  # fmt: skip
LOGICOS = {"true": "Sí", "True": "Sí", "1": "Sí", "false": "No", "False": "No", "0": "No"}


def pedido_legible(parametros: dict[str, Any]) -> list[tuple[str, Celda]]:
    """Labels and values of what a run keeps of its export."""
    lista, formato = parametros.get("lista", ""), parametros.get("formato", "")
    told = [("Lista", Celda(_lista(lista))), ("Formato", Celda(FORMATOS.get(formato, formato)))]
    modelo = _modelo(lista)
    return told + [_filtro(modelo, name, values) for name, values in parametros.get("filtros", {}).items()]


def _lista(nombre: str) -> str:
    modelo = _modelo(nombre) if nombre.startswith(DE_ADMIN) else None
    return capfirst(str(modelo._meta.verbose_name_plural)) if modelo else LISTAS.get(nombre, nombre)


def _modelo(lista: str) -> Any:
    """The model whose rows the list shows; None where it is gone since."""
    if lista.startswith(DE_ADMIN):
        app, _, name = lista.removeprefix(DE_ADMIN).partition(".")
        return apps.all_models[app].get(name) if app in apps.all_models else None
    if lista not in settings.EXPORTABLES:
        return None
    view = import_string(settings.EXPORTABLES[lista].rpartition(".")[0])
    return view.queryset.model


def _filtro(modelo: Any, name: str, values: list[str]) -> tuple[str, Celda]:
    campo, columna, extremo = _columna(modelo, name)
    return f"Filtro: {columna}{extremo}", Celda(", ".join(_valor(campo, extremo, value) for value in values))


def _columna(modelo: Any, name: str) -> tuple[Any, str, str]:
    """The field that the parameter is about, if there is one, its words, and what the end of its name adds."""
    if name in PARAMETROS:
        return None, PARAMETROS[name], ""
    for extremo, dice in ({"": ""} | EXTREMOS).items():
        campo = _campo(modelo, name.removesuffix(extremo)) if name.endswith(extremo) else None
        if campo is not None:
            return campo, str(campo.verbose_name), dice
    return None, palabras(name).lower(), ""


def _campo(modelo: Any, name: str) -> Any:
    try:
        campo = modelo._meta.get_field(name) if modelo else None
    except FieldDoesNotExist:
        return None
    return campo if isinstance(campo, Field) else None


def _valor(campo: Any, extremo: str, value: str) -> str:
    if campo is not None and (extremo == EXTREMOS["__isnull"] or campo.get_internal_type() == "BooleanField"):
        return LOGICOS.get(value, value)
    choices = dict(campo.flatchoices) if campo is not None else {}
    return str(choices.get(value, celda("", value).texto))
