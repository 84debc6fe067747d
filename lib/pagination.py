"""Keyset pagination: `{next, previous, results}` without a count, as fast on the last page as on the first.

A viewset declares its key, a tuple of NOT NULL columns that together are unique and have an index in this order:

    class MovimientoViewSet(...):
        keyset = ("-fecha", "-clave_origen", "-empresa_servidor_id")

A cursor names a row by its key values, so pages neither repeat nor skip a row when others come or go meanwhile.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import F, Field, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLookupMixin
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from lib import fields, ordering
from lib.branches import Ramas, primeras
from lib.statements import CORRIENTE, Modo

DE_ORDEN = "~"  # between the name of an order and the place in it; no base64 has it


class RowLookup(TupleLookupMixin):
    """`(a, b) < (x, y)` on SQLite too, which has row values since 3.15; Django 5.2 would unroll it there and scan."""

    def get_fallback_sql(self, compiler: Any, connection: Any) -> Any:
        return super(TupleLookupMixin, self).as_sql(compiler, connection)  # type: ignore[misc]


class RowGreaterThan(RowLookup, GreaterThan): ...


class RowGreaterThanOrEqual(RowLookup, GreaterThanOrEqual): ...


class RowLessThan(RowLookup, LessThan): ...


class RowLessThanOrEqual(RowLookup, LessThanOrEqual): ...


COMPARACIONES = {
    (True, False): RowGreaterThan,
    (True, True): RowGreaterThanOrEqual,
    (False, False): RowLessThan,
    (False, True): RowLessThanOrEqual,
}


class InvalidCursor(ValueError):
    """The text is no cursor of this key."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place beside a row (`valores` are its key) or, without values, at an end of the list."""

    atras: bool = False
    valores: tuple[str, ...] = ()
    incluida: bool = False  # the row itself belongs to the page

    def __str__(self) -> str:
        text = json.dumps([int(self.atras), int(self.incluida), *self.valores], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def leer(cls, texto: str) -> "Cursor":
        """The cursor behind `texto`; InvalidCursor where it is none."""
        try:
            atras, incluida, *valores = json.loads(urlsafe_b64decode(texto.encode("ascii") + b"=" * (-len(texto) % 4)))
        except (ValueError, TypeError, RecursionError) as error:
            raise InvalidCursor(texto) from error
        if atras not in (0, 1) or incluida not in (0, 1) or not all(isinstance(valor, str) for valor in valores):
            raise InvalidCursor(texto)
        return cls(bool(atras), tuple(valores), bool(incluida))


@dataclass(frozen=True, slots=True)
class Pagina:
    """One page of rows in the order of the key, with the cursors around it."""

    filas: list[Any]
    siguiente: Cursor | None
    anterior: Cursor | None


def paginar(
    queryset: QuerySet[Any],
    claves: Sequence[str],
    cursor: Cursor,
    tamano: int,
    ramas: Ramas | None = None,
    modo: Modo = CORRIENTE,
) -> Pagina:
    """The page at `cursor`; the queryset may yield instances or dicts, and its own order is replaced by the key's.

    `ramas` name the few owners (such as companies) that the queryset's rows belong to; see `lib.branches`.
    """
    columnas = [clave.lstrip("-") for clave in claves]
    descendente = _descendente(claves)
    orden = [f"-{columna}" if descendente != cursor.atras else columna for columna in columnas]
    if cursor.valores:
        queryset = queryset.filter(_mas_alla(queryset.model, columnas, cursor, descendente))
    filas = primeras(queryset.order_by(*orden), ramas, tamano + 1, modo)
    hay_mas = len(filas) > tamano
    filas = filas[:tamano]
    if cursor.atras:
        filas.reverse()
    return con_cursores(filas, columnas, cursor, hay_mas)


def _descendente(claves: Sequence[str]) -> bool:
    directions = {clave.startswith("-") for clave in claves}
    if len(directions) != 1:
        raise ValueError(f"a keyset runs in one direction: {claves}")
    return directions.pop()


def _mas_alla(modelo: type[Model], columnas: Sequence[str], cursor: Cursor, descendente: bool) -> Any:
    """A row comparison, which both databases answer from the index that has the key's columns."""
    if len(columnas) != len(cursor.valores):
        raise InvalidCursor(str(cursor))
    valores = [valor_de_clave(modelo, columna, texto) for columna, texto in zip(columnas, cursor.valores, strict=True)]
    comparacion = COMPARACIONES[descendente == cursor.atras, cursor.incluida]
    return comparacion(Tuple(*map(F, columnas)), valores)


def valor_de_clave(modelo: type[Model], columna: str, texto: str) -> Any:
    """What the text of a cursor stands for in this column; InvalidCursor where it could be none of its values."""
    field: Field[Any, Any] = modelo._meta.get_field(columna)  # type: ignore[assignment]
    while field.remote_field:
        field = field.target_field  # type: ignore[attr-defined]
    try:
        texto.encode()
        valor = field.to_python(texto)
        field.run_validators(valor)
        if "\0" in texto or valor is None:
            raise InvalidCursor(texto)
        return valor.astimezone(UTC) if isinstance(valor, datetime) else valor
    except (DjangoValidationError, ValueError, OverflowError) as error:
        raise InvalidCursor(texto) from error


def con_cursores(filas: list[Any], columnas: Sequence[str], cursor: Cursor, hay_mas: bool) -> Pagina:
    """The page of these rows, which are in the order of the list; `hay_mas` beyond them, in the cursor's direction."""
    if not filas:
        vuelta = Cursor(not cursor.atras, cursor.valores, not cursor.incluida) if cursor.valores else None
        return Pagina([], vuelta if cursor.atras else None, None if cursor.atras else vuelta)
    siguiente = Cursor(valores=_clave(filas[-1], columnas)) if hay_mas or cursor.atras else None
    anterior = (
        Cursor(atras=True, valores=_clave(filas[0], columnas))
        if (hay_mas if cursor.atras else cursor.valores)
        else None
    )
    if cursor.atras and not cursor.valores:  # the end of the list: nothing follows
        siguiente = None
    return Pagina(filas, siguiente, anterior)


def _clave(fila: Any, columnas: Sequence[str]) -> tuple[str, ...]:
    values = (fila[columna] if isinstance(fila, Mapping) else getattr(fila, columna) for columna in columnas)
    return tuple(value.isoformat() if hasattr(value, "isoformat") else str(value) for value in values)


class KeysetPagination(BasePagination):
    """DRF's face of `paginar`: `?cursor=`, `?page_size=` and `?ordering=`; a bad one of them answers 400.

    A cursor of another order than the list's own begins with that order's name, and is worth nothing in any other.
    """

    page_size = 100
    max_page_size = 1000
    parametros: tuple[str, ...] = ("cursor", "page_size", ordering.PARAMETRO)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.base_url = request, request.build_absolute_uri()
        self.orden, claves = self.elegir_orden(request, queryset, view)
        cursor, tamano = self._cursor(request), self.get_page_size(request)
        try:
            self.pagina = self.leer(queryset, claves, cursor, tamano, view)
        except InvalidCursor as error:
            raise _cursor_malo() from error
        return self.pagina.filas

    def elegir_orden(self, request: Request, queryset: Any, view: Any) -> tuple[str, Sequence[str]]:
        """The name of the order that was asked for, empty for the list's own, and its keys."""
        return ordering.elegir(request, queryset.model, view)

    def leer(self, queryset: Any, claves: Sequence[str], cursor: Cursor, tamano: int, view: Any) -> Pagina:
        ramas = view.ramas() if hasattr(view, "ramas") else None
        return paginar(queryset, claves, cursor, tamano, ramas, self._modo(view))

    def _modo(self, view: Any) -> Modo:
        """Decimals become texts where the view only writes them; what it knows beside these parameters are filters."""
        pedidos = set(self.request.query_params)
        return Modo(getattr(view, "decimales_en_texto", False), pedidos <= {*self.parametros, fields.PARAMETRO})

    def _cursor(self, request: Request) -> Cursor:
        texto = request.query_params.get("cursor")
        if texto is None:
            return Cursor()
        orden, _, lugar = texto.rpartition(DE_ORDEN)
        try:
            if orden != self.orden:
                raise InvalidCursor(texto)
            return Cursor.leer(lugar)
        except InvalidCursor as error:
            raise _cursor_malo() from error

    def get_page_size(self, request: Request) -> int:
        texto = request.query_params.get("page_size")
        if texto is None:
            return self.page_size
        if texto.isascii() and texto.isdigit() and len(texto) <= 9 and 1 <= int(texto) <= self.max_page_size:
            return int(texto)
        raise ValidationError({"page_size": [f"Escriba un entero entre 1 y {self.max_page_size}."]})

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._enlace(self.pagina.siguiente),
                "previous": self._enlace(self.pagina.anterior),
                "results": data,
            }
        )

    def _enlace(self, cursor: Cursor | None) -> str | None:
        if cursor is None:
            return None
        texto = f"{self.orden}{DE_ORDEN}{cursor}" if self.orden else str(cursor)
        return str(replace_query_param(remove_query_param(self.base_url, "cursor"), "cursor", texto))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            *ordering.describir(view),
            {
                "name": "cursor",
                "required": False,
                "in": "query",
                "description": "Lugar de la lista; tómelo de `next` o `previous`.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "required": False,
                "in": "query",
                "description": "Filas por página.",
                "schema": {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size},
            },
        ]


def _cursor_malo() -> ValidationError:
    return ValidationError({"cursor": ["No es un cursor de esta lista; tómelo de next o previous."]})
