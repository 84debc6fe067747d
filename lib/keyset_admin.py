"""Admin lists that stay fast at millions of rows: paged by key, never counted, searched by prefix, exported as seen."""

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from lib.branches import Ramas
from lib.pagination import Cursor, InvalidCursor, paginar
from lib.prefix import buscar_por_prefijo

FORMATOS = (("Exportar a Excel", "xlsx"), ("Exportar CSV", "csv"))


class KeysetChangeList(ChangeList):  # type: ignore[misc]
    """One page by key; what Django's list derives from a count is left out."""

    def get_results(self, request: HttpRequest) -> None:
        texto = getattr(request, "keyset_cursor", "")
        try:
            cursor = Cursor.leer(texto) if texto else Cursor()
            ramas = self.model_admin.get_ramas(request)
            pagina = paginar(self.queryset, self.model_admin.keyset, cursor, self.list_per_page, ramas)
        except InvalidCursor as error:
            raise IncorrectLookupParameters from error
        self.result_list = pagina.filas
        self.result_count = len(pagina.filas)
        self.full_result_count = self.result_count
        self.show_admin_actions = bool(pagina.filas)
        self.can_show_all = self.multi_page = False
        self.paginator = SimpleNamespace(template_name="keyset/pagination.html", per_page=self.list_per_page)
        self.paginas = (
            ("Primera", self.get_query_string() if pagina.anterior else ""),
            ("Anterior", self._enlace(pagina.anterior)),
            ("Siguiente", self._enlace(pagina.siguiente)),
            ("Última", self._enlace(Cursor(atras=True)) if pagina.siguiente else ""),
        )
        exportable = pagina.filas and self.model_admin.get_columnas_csv(request)
        self.exportar = (
            [(rotulo, f"exportar/{self.get_query_string({'formato': formato})}") for rotulo, formato in FORMATOS]
            if exportable
            else []
        )

    def _enlace(self, cursor: Cursor | None) -> str:
        return self.get_query_string({"cursor": str(cursor)}) if cursor else ""


class KeysetAdmin(ModelAdmin):  # type: ignore[misc]
    """Base of a large list: `keyset` is its order, `columnas_csv` what its export holds.

    `vacio` says what to do first where the list is empty, `siguiente` (label, url name) leads there.
    """

    keyset: tuple[str, ...] = ("-id",)
    columnas_csv: tuple[str, ...] = ()
    vacio = ""
    siguiente: tuple[str, str] | None = None
    actions = None
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_filter_submit = True
    list_fullwidth = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:
        return KeysetChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        _apartar_cursor(request)
        return super().changelist_view(request, extra_context)  # type: ignore[no-any-return]

    def get_ramas(self, request: HttpRequest) -> Ramas | None:
        """The few owners that the list belongs to; see `lib.branches`."""
        return None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        term = search_term.strip()
        return (buscar_por_prefijo(queryset, tuple(self.search_fields), term) if term else queryset), False

    def get_urls(self) -> list[URLPattern]:
        opts = self.model._meta
        exportar = self.admin_site.admin_view(self.exportar_view)
        name = f"{opts.app_label}_{opts.model_name}_exportar"
        return [path("exportar/", exportar, name=name), *super().get_urls()]

    def exportar_view(self, request: HttpRequest) -> HttpResponseBase:
        """The list as filtered and searched, whole; who does it, the settings say."""
        answer: HttpResponseBase = import_string(settings.EXPORTAR_DESDE_ADMIN)(self, request)
        return answer

    def al_exportar(self, request: HttpRequest) -> None:
        """What is to be done, such as noting it, when the list is taken away."""

    def get_columnas_csv(self, request: HttpRequest) -> tuple[str, ...]:
        """The columns that this user may take away; none: the list has no export."""
        return self.columnas_csv


def _apartar_cursor(request: HttpRequest) -> None:
    """Take the cursor out of the parameters, so that a new filter or search begins at the first page."""
    query = request.GET.copy()
    request.keyset_cursor = query.pop("cursor", [""])[-1]  # type: ignore[attr-defined]
    request.GET = query  # type: ignore[assignment]


class ReadOnlyAdmin(KeysetAdmin):
    """Rows that are copied, not typed: nobody adds, changes or deletes them by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
