"""Movements summed up by company, month and currency, and by article, warehouse or kind of document where asked.

A page goes from month to month of one company after another. Each month is one statement over the index by company and
date, and a page sums up at most MESES_POR_PAGINA of them, however much there is; it may so be shorter than asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import Tuple

from companies.models import EmpresaServidor
from inventory.balance import CON_SIGNO
from inventory.models import MovimientoInventario
from inventory.months import Mes, mas_meses, mes_de
from lib.money import SumaExacta
from lib.pagination import COMPARACIONES, Cursor, InvalidCursor, Pagina, con_cursores, valor_de_clave

MESES_POR_PAGINA = 12
DIMENSIONES = {"articulo": "articulo_codigo", "bodega": "codigo_bodega", "tipo_documento": "tipo_documento"}
NOMBRES = {"articulo": "articulo_nombre", "bodega": "sistema_bodega"}  # one of those that the group's movements have
SUMAS = ("movimientos", "cantidad", "cantidad_con_signo", "valor")
ANOTACIONES = {
    "s_movimientos": Count("pk"),
    "s_cantidad": SumaExacta("cantidad"),
    "s_cantidad_con_signo": SumaExacta(CON_SIGNO),
    "s_valor": SumaExacta("valor_total"),
}  # prefixed, for a sum may not be called like a column

Fila = dict[str, Any]


class Lugar(NamedTuple):
    """A place between two groups: company, month, and the group's values."""

    empresa: int
    mes: Mes
    grupo: list[str]


def columnas(por: Sequence[str]) -> tuple[str, ...]:
    """The columns of a summary by these dimensions."""
    nombres = (NOMBRES[dimension] for dimension in por if dimension in NOMBRES)
    return (*clave(por), *nombres, *SUMAS)


def clave(por: Sequence[str]) -> tuple[str, ...]:
    """The columns that tell one row of the summary from another, in its order."""
    return ("empresa_servidor_id", "mes", *(DIMENSIONES[dimension] for dimension in por), "moneda")


@dataclass(frozen=True, slots=True)
class ResumenMensual:
    """The summary of these movements, which lie in these companies, by these dimensions."""

    movimientos: QuerySet[MovimientoInventario]
    empresas: QuerySet[EmpresaServidor]
    por: Sequence[str] = ()

    def filas(self) -> Iterator[Fila]:
        """Every row, month by month."""
        for empresa, mes in self._meses():
            yield from self._sumar(empresa, mes)

    def pagina(self, cursor: Cursor, tamano: int) -> Pagina:
        """The page at `cursor`; InvalidCursor where it is none of this summary."""
        lugar = self._lugar(cursor) if cursor.valores else None
        filas: list[Fila] = []
        hay_mas = False
        for leidos, (empresa, mes) in enumerate(self._meses(lugar, atras=cursor.atras)):
            if leidos == MESES_POR_PAGINA or len(filas) >= tamano:
                hay_mas = True
                break
            filtro = self._mas_alla(cursor, lugar) if lugar and lugar[:2] == (empresa, mes) else ()
            filas += self._sumar(empresa, mes, *filtro, atras=cursor.atras, limite=tamano + 1 - len(filas))
        hay_mas = hay_mas or len(filas) > tamano
        filas = filas[:tamano][:: -1 if cursor.atras else 1]
        return con_cursores(filas, clave(self.por), cursor, hay_mas)

    def _lugar(self, cursor: Cursor) -> Lugar:
        columnas = clave(self.por)
        if len(columnas) != len(cursor.valores):
            raise InvalidCursor(str(cursor))
        empresa, mes, *grupo = cursor.valores
        try:
            desde = date.fromisoformat(f"{mes}-01")
            mas_meses(desde, 1)
        except ValueError as error:
            raise InvalidCursor(mes) from error
        valores = [
            valor_de_clave(MovimientoInventario, columna, texto)
            for columna, texto in zip((columnas[0], *columnas[2:]), (empresa, *grupo), strict=True)
        ]
        return Lugar(valores[0], Mes(desde), valores[1:])

    def _mas_alla(self, cursor: Cursor, lugar: Lugar) -> tuple[Any]:
        """The groups of the place's own month that lie beyond it."""
        columnas = clave(self.por)[2:]
        return (COMPARACIONES[not cursor.atras, cursor.incluida](Tuple(*map(F, columnas)), lugar.grupo),)

    def _meses(self, lugar: Lugar | None = None, *, atras: bool = False) -> Iterator[tuple[int, Mes]]:
        """The months with movements: that of the place first, then on in the direction."""
        empresa, borde = None, None
        if lugar:
            empresa, borde = lugar.empresa, lugar.mes.hasta if atras else lugar.mes.desde
        while encontrado := self._siguiente(empresa, borde, atras=atras):
            empresa, mes = encontrado[0], mes_de(encontrado[1])
            yield empresa, mes
            borde = mes.desde if atras else mes.hasta

    def _siguiente(self, empresa: int | None, borde: date | None, *, atras: bool) -> tuple[int, date] | None:
        """The nearest day with movements: from `borde` on in the company, else in the company that follows it."""
        dias = self.movimientos.order_by("-fecha" if atras else "fecha").values_list("fecha", flat=True)
        empresas = self.empresas.order_by("-pk" if atras else "pk")
        if empresa is not None:
            dia = dias.filter(**{"empresa_servidor": empresa, "fecha__lt" if atras else "fecha__gte": borde}).first()
            if dia is not None:
                return empresa, dia
            empresas = empresas.filter(**{"pk__lt" if atras else "pk__gt": empresa})
        primero = Subquery(dias.filter(empresa_servidor=OuterRef("pk"))[:1])
        return empresas.annotate(dia=primero).filter(dia__isnull=False).values_list("pk", "dia").first()

    def _sumar(
        self, empresa: int, mes: Mes, *filtro: Any, atras: bool = False, limite: int | None = None
    ) -> Iterator[Fila]:
        """The groups of one month, in the order of the key."""
        grupo = clave(self.por)[2:]
        nombres = {f"s_{NOMBRES[una]}": Max(NOMBRES[una]) for una in self.por if una in NOMBRES}
        del_mes = self.movimientos.filter(
            *filtro, empresa_servidor=empresa, fecha__gte=mes.desde, fecha__lt=mes.hasta
        ).order_by()
        grupos = del_mes.values(*grupo).annotate(**ANOTACIONES, **nombres)
        ordenados = grupos.order_by(*(f"-{columna}" if atras else columna for columna in grupo))
        for leido in ordenados[:limite]:
            fila = {name.removeprefix("s_"): value for name, value in leido.items()}
            fila |= {"empresa_servidor_id": empresa, "mes": str(mes)}
            yield {columna: fila[columna] for columna in columnas(self.por)}
