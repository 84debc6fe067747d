"""The admin's pages of what was copied: read-only, but for the rules of warehouses."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from companies.visibility import visibles
from inventory import admin_companies  # noqa: F401  it registers its own class
from inventory.admin_balance import COLUMNA, ConDiferencia
from inventory.admin_filters import BodegaFilter, EmpresaFilter, FechaFilter, MotivoFilter
from inventory.models import (
    Articulo,
    Existencia,
    MovimientoInventario,
    MovimientoRechazado,
    ReglaBodega,
    TipoDocumento,
    VentanaExtraccion,
)
from inventory.privacy import PERSONALES, anotar_lectura, puede_ver_personales
from inventory.reasons import REMEDIOS, Motivo
from inventory.scoping import ramas
from lib.admin_columns import numero, numeros
from lib.branches import Ramas
from lib.keyset_admin import ReadOnlyAdmin
from lib.spanish import cantidad, en_miles, mes_corto

COLORES = {
    TipoDocumento.FACTURA_VENTA: "success",
    TipoDocumento.FACTURA_COMPRA: "info",
    TipoDocumento.DEVOLUCION_VENTA: "warning",
    TipoDocumento.DEVOLUCION_COMPRA: "warning",
    TipoDocumento.REMISION_ENTRADA: "primary",
    TipoDocumento.REMISION_SALIDA: "primary",
    TipoDocumento.TRASLADO_ENTRADA: "",
    TipoDocumento.TRASLADO_SALIDA: "",
}
EXTRAIGA = "Extraiga los movimientos de una empresa desde su página."
EFECTOS = {1: "Entra a la bodega (+1)", -1: "Sale de la bodega (−1)", 0: "No mueve existencias (0)"}


class CopiadoAdmin(ReadOnlyAdmin):
    """Rows of the companies that the user may see."""

    list_select_related = ("empresa_servidor",)
    vacio = EXTRAIGA
    siguiente: tuple[str, str] | None = ("Ir a las empresas", "admin:companies_empresaservidor_changelist")
    personales: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visibles(super().get_queryset(request), request)

    def get_ramas(self, request: HttpRequest) -> Ramas | None:
        return ramas(request)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        parts = super().get_fieldsets(request, obj)
        shown = [
            (title, options | {"fields": numeros(self.model, self._permitidas(request, options["fields"]))})
            for title, options in parts
        ]
        return [(title, options) for title, options in shown if options["fields"]]

    def get_columnas_csv(self, request: HttpRequest) -> tuple[str, ...]:
        return tuple(self._permitidas(request, [field.attname for field in self.model._meta.concrete_fields]))

    def _permitidas(self, request: HttpRequest, names: Any) -> list[str]:
        return [name for name in names if name not in self.personales or puede_ver_personales(request)]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """A parameter typed into the address is an answer too: `?cedula_paciente=…` finds whose document it is."""
        allowed: bool = super().lookup_allowed(lookup, value, request)
        return allowed and bool(self._permitidas(request, [lookup.partition("__")[0]]))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        self._anotar(request, f"{self.opts.model_name} {object_id}")
        return super().change_view(request, object_id, *args, **kwargs)  # type: ignore[no-any-return]

    def al_exportar(self, request: HttpRequest) -> None:
        self._anotar(request, f"export of {self.opts.model_name}")

    def _anotar(self, request: HttpRequest, que: str) -> None:
        if self.personales and self.has_view_permission(request) and puede_ver_personales(request):
            anotar_lectura(request, que)


@admin.register(MovimientoInventario)
class MovimientoAdmin(CopiadoAdmin):
    keyset = ("-fecha", "-clave_origen", "-empresa_servidor_id")
    personales = PERSONALES
    list_display = (
        "fecha",
        "documento",
        "tipo",
        "articulo",
        "sale_o_entra",
        "valor",
        "bodega",
        "empresa_servidor",
    )
    list_display_links = ("fecha", "documento")
    list_filter = (
        EmpresaFilter, ("fecha", FechaFilter), ("tipo_documento", ChoicesDropdownFilter), BodegaFilter,
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (
            "empresa_servidor", "documento", "linea", "tipo_documento", "fecha", "hora", "fecha_orden_pedido",
            "sucursal",
        )}),
        ("Artículo", {"fields": (
            "articulo_codigo", "articulo_nombre", "articulo_grupo", "lote", "unidad", "cantidad", "efecto",
            "precio_unitario", "valor_total", "moneda", "stock_previo", "stock_nuevo", "lead_time_dias",
        )}),
        ("Bodega", {"fields": (
            "codigo_bodega", "sistema_bodega", "bodega_contenedor", "tipo_bodega", "es_implante", "es_instrumental",
            "es_equipo_poder",
        )}),
        ("Pagador y clínica", {"fields": (
            "pagador", "nit_pagador", "clinica", "nit_clinica", "codigo_ciudad", "ciudad",
        )}),
        ("Datos personales", {"fields": PERSONALES}),
        ("Origen", {"fields": ("clave_origen", "ejecucion", "fecha_extraccion")}),
    )  # fmt: skip
    search_fields = ("documento", "articulo_codigo")
    search_help_text = "Documento o código de artículo, desde el comienzo"

    @display(description="tipo", label=COLORES)
    def tipo(self, movimiento: MovimientoInventario) -> tuple[str, str]:
        return movimiento.tipo_documento, movimiento.get_tipo_documento_display()

    @display(description="artículo", header=True)
    def articulo(self, movimiento: MovimientoInventario) -> tuple[str, str]:
        return movimiento.articulo_codigo, movimiento.articulo_nombre

    @display(description="cantidad")
    def sale_o_entra(self, movimiento: MovimientoInventario) -> str:
        signo = {1: "+", -1: "−"}.get(movimiento.sentido, "")
        return signo + cantidad(movimiento.cantidad)

    @display(description="sentido")
    def efecto(self, movimiento: MovimientoInventario) -> str:
        return EFECTOS[movimiento.sentido]

    @display(description="valor total")
    def valor(self, movimiento: MovimientoInventario) -> str:
        return en_miles(movimiento.valor_total, decimales=2)

    @display(description="bodega")
    def bodega(self, movimiento: MovimientoInventario) -> str:
        return f"{movimiento.codigo_bodega} {movimiento.sistema_bodega}".strip() or "—"


@admin.register(VentanaExtraccion)
class VentanaAdmin(CopiadoAdmin):
    keyset = ("-desde", "-empresa_servidor_id")
    list_display = (
        "mes", "empresa_servidor", numero(VentanaExtraccion, "filas"), "estado",
        numero(VentanaExtraccion, "suma_cantidad", 2), numero(VentanaExtraccion, "suma_valor", 2), "leida",
    )  # fmt: skip
    list_filter = (EmpresaFilter, ("desde", FechaFilter))
    fieldsets = (
        (None, {"fields": ("empresa_servidor", "desde", "hasta", "leida", "ejecucion")}),
        ("Lo que se guardó", {"fields": (
            "filas", "rechazadas", "redondeadas", "suma_cantidad", "suma_valor", "huella",
        )}),
        ("Lo que dijo la fuente en el mismo instante", {"fields": (
            "origen", "receta", "origen_filas", "origen_cantidad", "origen_claves",
        )}),
    )  # fmt: skip

    @display(description="mes", ordering="desde")
    def mes(self, ventana: VentanaExtraccion) -> str:
        return mes_corto(ventana.desde)

    @display(description="estado", label={"completa": "success", "con_rechazos": "warning", "vacia": "info"})
    def estado(self, ventana: VentanaExtraccion) -> tuple[str, str]:
        if ventana.rechazadas:
            return "con_rechazos", f"{en_miles(ventana.rechazadas)} rechazadas"
        return ("completa", "Completa") if ventana.filas else ("vacia", "Sin movimientos")


@admin.register(MovimientoRechazado)
class RechazadoAdmin(CopiadoAdmin):
    keyset = ("-id",)
    personales = ("datos", "fila")
    list_display = ("mes", "empresa_servidor", "por_que", "detalle", "clave_origen")
    list_display_links = ("mes", "por_que")
    list_filter = (EmpresaFilter, MotivoFilter)
    fieldsets = (
        (None, {"fields": ("por_que", "detalle", "que_hacer")}),
        ("De dónde viene", {"fields": ("empresa_servidor", "mes", "clave_origen", "ejecucion")}),
        ("La fila como se leyó", {"fields": ("fila",)}),
    )
    vacio = "Aquí queda toda fila leída que no se pudo convertir, con su motivo. Que no haya ninguna es buena señal."
    siguiente = None

    @display(description="mes", ordering="ventana")
    def mes(self, rechazado: MovimientoRechazado) -> str:
        return mes_corto(rechazado.ventana)

    @display(description="motivo", label="warning")
    def por_que(self, rechazado: MovimientoRechazado) -> str:
        return rechazado.get_motivo_display()

    @display(description="qué hacer")
    def que_hacer(self, rechazado: MovimientoRechazado) -> str:
        return REMEDIOS[Motivo(rechazado.motivo)] if rechazado.motivo in Motivo else "—"

    @display(description="datos")
    def fila(self, rechazado: MovimientoRechazado) -> str:
        pairs = ((name, "vacío" if value is None else value) for name, value in rechazado.datos.items())
        cells = format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs)
        return format_html('<dl class="fila-leida">{}</dl>', cells)


@admin.register(Articulo)
class ArticuloAdmin(CopiadoAdmin):
    keyset = ("codigo", "empresa_servidor_id")
    list_display = ("codigo", "nombre", "grupo", "unidad", numero(Articulo, "precio", 2), "estado", "empresa_servidor")
    list_filter = (EmpresaFilter,)
    search_fields = ("codigo",)
    search_help_text = "Código (desde el comienzo) o parte del nombre"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, _ = super().get_search_results(request, queryset, search_term)
        return (queryset.filter(nombre__icontains=search_term.strip()) if found.query.is_empty() else found), False

    @display(description="estado", label={"activo": "success", "inactivo": "danger", "servicio": "info"})
    def estado(self, articulo: Articulo) -> tuple[str, str]:
        if articulo.inactivo:
            return "inactivo", "Inactivo"
        return ("servicio", "Servicio") if articulo.es_servicio else ("activo", "Activo")


@admin.register(Existencia)
class ExistenciaAdmin(ConDiferencia, CopiadoAdmin):
    keyset = ("articulo_codigo", "codigo_bodega", "empresa_servidor_id")
    list_display = (
        "articulo_codigo", "codigo_bodega", "bodega", numero(Existencia, "cantidad"), "estado", COLUMNA,
        "empresa_servidor", "leida",
    )  # fmt: skip
    list_filter = (EmpresaFilter, BodegaFilter)
    search_fields = ("articulo_codigo",)
    search_help_text = "Código de artículo, desde el comienzo"

    @display(description="estado", label={"hay": "success", "agotado": "warning", "negativa": "danger"})
    def estado(self, existencia: Existencia) -> tuple[str, str]:
        if existencia.cantidad < 0:
            return "negativa", "Negativa"
        return ("hay", "Hay") if existencia.cantidad else ("agotado", "Agotado")


@admin.register(ReglaBodega)
class ReglaBodegaAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("orden", "palabras", "tipo_bodega")
    list_display_links = ("palabras",)
    list_filter = ("tipo_bodega",)
    search_fields = ("palabras",)
    vacio: ClassVar[str] = "Sin reglas, toda bodega con nombre es INSTRUMENTAL."
