"""The lists that can be taken away whole, opened for whoever asks: the very rows and columns that they would see now.

A list of the API is rebuilt through its own viewset (setting EXPORTABLES: name → class and action), one of the admin
through its ModelAdmin (`admin.inventory.articulo`): same permissions, scoping, filters, order and columns as live.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils.module_loading import import_string
from rest_framework.exceptions import APIException

from jobs.requesters import Solicitante
from lib.branches import Ramas
from lib.errors import Rejected
from lib.keyset_admin import KeysetAdmin
from lib.ordering import PARAMETRO, elegir
from lib.pagination import Cursor, paginar
from lib.spreadsheets import EXCEL, PROGRAMAS, Dialecto

DE_ADMIN = "admin."
POR_LOTE = 2000


@dataclass(frozen=True, slots=True)
class Lista:
    """A list as its requester sees it now: rows are dicts, in the order of `claves`."""

    nombre: str  # of the file, without its ending
    queryset: QuerySet[Any]
    claves: Sequence[str]
    columnas: Sequence[str]
    titulos: Sequence[str]
    dialecto: Dialecto
    alcance: Sequence[int] | None  # the companies that the requester is limited to; None: no limit
    ramas: Ramas | None = None
    propias: Callable[[], Iterator[Mapping[str, Any]]] | None = None  # the rows, where they are not the queryset's

    def pasa_de(self, filas: int) -> bool:
        """Whether there are more rows than these; found by looking for the next one, without a count."""
        if self.propias:
            return next(islice(self.propias(), filas, None), None) is not None
        return self.queryset.order_by().values("pk")[filas : filas + 1].exists()

    def contar(self, hasta: int) -> int | None:
        """How many rows there are, but no further than one beyond `hasta`; None where only reading them tells."""
        if self.propias:
            return None
        return self.queryset.order_by().values("pk")[: hasta + 1].count()

    def filas(self) -> Iterator[list[Any]]:
        """The rows, each as the values of its columns."""
        for fila in self.propias() if self.propias else self._por_paginas():
            yield [fila[columna] for columna in self.columnas]

    def _por_paginas(self) -> Iterator[Mapping[str, Any]]:
        """Read page by page, so that no transaction stays open and memory stays flat."""
        cursor: Cursor | None = Cursor()
        while cursor is not None:
            pagina = paginar(self.queryset, self.claves, cursor, POR_LOTE, self.ramas)
            yield from pagina.filas
            cursor = pagina.siguiente


def abrir(nombre: str, consulta: str, quien: Solicitante) -> Lista:
    """The list as `quien` sees it now; raises what its live page would raise: no permission, a bad parameter."""
    if nombre.startswith(DE_ADMIN):
        return _de_admin(nombre, consulta, quien)
    return _de_api(nombre, consulta, quien)


def nombres() -> list[str]:
    """Every list that can be taken away."""
    return [
        *settings.EXPORTABLES,
        *sorted(nombre_de_admin(page) for page in admin.site._registry.values() if _da(page)),
    ]


def _da(pagina: Any) -> bool:
    """Whether the list of this ModelAdmin names columns, always or by the user."""
    propias = getattr(type(pagina), "get_columnas_csv", None)
    return propias is not None and (bool(pagina.columnas_csv) or propias is not KeysetAdmin.get_columnas_csv)


def reabrir(nombre: str, consulta: str, quien: Solicitante | None) -> Lista:
    """The same later, when rights may have gone: Rejected `sin_derecho`, whatever the reason."""
    try:
        if quien is not None:
            return abrir(nombre, consulta, quien)
    except (PermissionDenied, SuspiciousOperation, ValidationError, APIException, Http404, IncorrectLookupParameters):
        pass
    raise Rejected(
        "sin_derecho", "Quien la pidió ya no puede ver esta lista.", "Pídala de nuevo con una credencial que valga."
    )


def _de_api(nombre: str, consulta: str, quien: Solicitante) -> Lista:
    clase, _, accion = settings.EXPORTABLES[nombre].rpartition(".")
    request = quien.peticion(f"/api/{nombre}/", consulta)
    view = import_string(clase)(detail=False, pagination_class=None)
    view.setup(request._request)
    view.request, view.action, view.format_kwarg = request, accion, None
    view.check_permissions(request)
    abierta = partial(Lista, nombre=nombre, dialecto=PROGRAMAS, alcance=_alcance(request))
    if hasattr(view, "filas_exportables"):
        queryset, columnas = view.filter_queryset(view.get_queryset()), tuple(view.campos())
        propias = partial(view.filas_exportables, queryset)
        return abierta(queryset=queryset, claves=(), columnas=columnas, titulos=columnas, propias=propias)
    view.parametros = (*getattr(view, "parametros", ()), PARAMETRO)
    queryset, columnas = view.filter_queryset(view.get_queryset()), tuple(view.campos())
    _, claves = elegir(request, queryset.model, view)
    queryset = queryset.values(*dict.fromkeys((*columnas, *_sin_signo(claves))))
    ramas = view.ramas() if hasattr(view, "ramas") else None
    return abierta(queryset=queryset, claves=claves, columnas=columnas, titulos=columnas, ramas=ramas)


def _de_admin(nombre: str, consulta: str, quien: Solicitante) -> Lista:
    pagina: Any = next((page for page in admin.site._registry.values() if nombre_de_admin(page) == nombre), None)
    request = quien.peticion(f"/admin/{nombre}/", consulta)._request
    columnas = pagina.get_columnas_csv(request) if pagina and quien.auth is None and quien.usuario.is_staff else ()
    if not (columnas and pagina.has_view_permission(request)):
        raise PermissionDenied
    queryset = pagina.get_changelist_instance(request).queryset.select_related(None)
    pagina.al_exportar(request)
    return Lista(
        nombre=str(pagina.opts.verbose_name_plural).replace(" ", "_"),
        queryset=queryset.values(*dict.fromkeys((*columnas, *_sin_signo(pagina.keyset)))),
        claves=pagina.keyset,
        columnas=columnas,
        titulos=[str(pagina.model._meta.get_field(columna).verbose_name) for columna in columnas],
        dialecto=EXCEL,
        alcance=_alcance(request),
        ramas=pagina.get_ramas(request),
    )


def nombre_de_admin(pagina: Any) -> str:
    """By what name the list of this ModelAdmin is opened; none where it has no export."""
    return f"{DE_ADMIN}{pagina.opts.label_lower}" if hasattr(pagina, "get_columnas_csv") else ""


def _alcance(request: Any) -> Sequence[int] | None:
    limite: Sequence[int] | None = import_string(settings.ALCANCE_DE_LISTAS)(request)
    return limite


def _sin_signo(claves: Sequence[str]) -> list[str]:
    return [clave.lstrip("-") for clave in claves]
