"""Columns of one table read as dicts, with what is always the same in their statement made once.

Django compiles a query each time that it runs, which for a page of forty columns is more work than running it. Here
the columns are compiled once for all requests and only the conditions anew. Whatever is not as plain as that (rows that
are instances, annotations, joins, columns that Python must convert, another database than PostgreSQL) is Django's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import ValuesIterable
from django.db.models.sql import Query

# Types with a value below all others, which PostgreSQL writes so.
CON_MINIMO = ("date", "timestamp with time zone")


@dataclass(frozen=True, slots=True)
class Modo:
    """How a list is read.

    `decimales_en_texto`: as the text that JSON has for them anyway, which is cheaper than to make them numbers.
    `sin_filtros`: nobody asked for anything but the next page, so the server may plan the statement once for good; what
    is filtered is planned each time, for the values that it is filtered by.
    """

    decimales_en_texto: bool = False
    sin_filtros: bool = False


CORRIENTE = Modo()
PARA_SIEMPRE = Modo(sin_filtros=True)


@dataclass(frozen=True, slots=True)
class Lectura:
    """A plain queryset, ready to be read."""

    base: str  # SELECT … FROM …
    donde: str
    orden: str
    params: Sequence[Any]
    nombres: tuple[str, ...]
    alias: str
    modo: Modo
    piso: str  # the first column of the order, where that runs downwards from dates or instants; else empty

    def primeras(self, cuantas: int) -> list[dict[str, Any]]:
        return self._filas(self._sql(self.donde, cuantas), self.params)

    def primeras_por(self, columna: str, tipo: str, valores: Sequence[Any], cuantas: int) -> list[dict[str, Any]]:
        """The same where `columna` has one of the values, each of them looked up by itself, in one statement.

        The last value, which had better be the one with the newest rows, is looked up first; of the others only what
        comes before the end of its page.
        """
        if not self.piso:
            sql = f"{self._por(columna, tipo, cuantas)} ORDER BY {self.orden} LIMIT {cuantas}"
            return self._filas(sql, (list(valores), *self.params))
        *otros, primero = valores
        primera = self._sql(f"{self.donde} AND {columna} = %s", cuantas)
        cota = f"SELECT CASE WHEN count(*) = {cuantas} THEN min({self.piso}) ELSE '-infinity' END FROM primera"  # noqa: S608
        resto = self._por(columna, tipo, cuantas, f" AND {self.piso} >= (TABLE cota)")
        sql = (
            f"WITH primera AS MATERIALIZED ({primera}), cota AS MATERIALIZED ({cota})"  # noqa: S608 - names and a number
            f" SELECT * FROM primera UNION ALL {resto} ORDER BY {self.orden} LIMIT {cuantas}"
        )
        return self._filas(sql, (*self.params, primero, otros, *self.params))

    def _por(self, columna: str, tipo: str, cuantas: int, condicion: str = "") -> str:
        una = self._sql(f"{self.donde} AND {columna} = rama.valor{condicion}", cuantas)
        ramas = f"unnest(%s::{tipo}[]) AS rama (valor)"
        return f"SELECT parte.* FROM {ramas} CROSS JOIN LATERAL ({una}) AS parte"  # noqa: S608 - names and a number

    def _sql(self, donde: str, cuantas: int) -> str:
        return f"{self.base} WHERE {donde} ORDER BY {self.orden} LIMIT {cuantas}"

    def _filas(self, sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
        with _cursor(self.alias, self.modo) as cursor:
            cursor.execute(sql, params)
            return [dict(zip(self.nombres, fila, strict=False)) for fila in cursor.fetchall()]


class Fija:
    """A query that differs in one text only from one time to the next, compiled once: `Fija(lambda nit: queryset)`."""

    MARCA = "\x01"  # stands for the text while it is compiled

    def __init__(self, hacer: Callable[[str], QuerySet[Any]]) -> None:
        self.hacer = hacer
        self.compiladas: dict[str, tuple[str, int, Callable[[Any], Any] | None]] = {}

    def sql(self, texto: str, alias: str = DEFAULT_DB_ALIAS) -> tuple[str, list[str]]:
        """The statement and its parameters."""
        if alias not in self.compiladas:
            compiler = self.hacer(self.MARCA).query.get_compiler(alias)
            sql, params = compiler.as_sql()
            if set(params) != {self.MARCA}:
                raise ValueError(f"the query has other parameters than its text: {sql}")
            self.compiladas[alias] = sql, len(params), _convertidor(compiler)
        sql, veces, _ = self.compiladas[alias]
        return sql, [texto] * veces

    def filas(self, texto: str, alias: str = DEFAULT_DB_ALIAS) -> list[tuple[Any, ...]]:
        with _cursor(alias, PARA_SIEMPRE) as cursor:
            cursor.execute(*self.sql(texto, alias))
            filas: list[tuple[Any, ...]] = cursor.fetchall()
        return self._convertidas(filas, alias)

    def _convertidas(self, filas: list[tuple[Any, ...]], alias: str) -> list[tuple[Any, ...]]:
        """As Django gives them: JSON read, and on SQLite dates and decimals."""
        convertir = self.compiladas[alias][2]
        return [tuple(fila) for fila in convertir(filas)] if convertir else filas


def _convertidor(compiler: Any) -> Callable[[Any], Any] | None:
    """What Django does to the values of these columns; None where it is nothing."""
    converters = compiler.get_converters([columna for columna, _, _ in compiler.select])
    return (lambda filas: compiler.apply_converters(filas, converters)) if converters else None


def _cursor(alias: str, modo: Modo) -> Any:
    """One whose statements stay prepared, where the server does that and the statement deserves it."""
    connection: Any = connections[alias]
    if hasattr(connection, "lector"):
        return connection.lector(preparado=modo.sin_filtros, decimales_en_texto=modo.decimales_en_texto)
    return connection.cursor()


def preparar(queryset: QuerySet[Any], modo: Modo = CORRIENTE) -> Lectura | None:
    """The ordered queryset as a reading; None where only Django can read it."""
    query = queryset.query
    if connections[queryset.db].vendor != "postgresql" or not _es_llana(queryset, query):
        return None
    modelo: Any = queryset.model
    base = _base(modelo, query.values_select, queryset.db)
    if base is None:
        return None
    try:
        donde, params = query.get_compiler(queryset.db).compile(query.where)
    except FullResultSet:
        donde, params = "true", ()
    except EmptyResultSet:
        donde, params = "false", ()
    orden = ", ".join(_lugar(str(nombre)) for nombre in query.order_by)
    piso = _piso(modelo, str(query.order_by[0]), queryset.db)
    return Lectura(base, donde, orden, params, query.values_select, queryset.db, modo, piso)


def _es_llana(queryset: QuerySet[Any], query: Query) -> bool:
    """Whether it is columns of one table, ordered by some of them, under conditions on that table only."""
    especial = (query.annotations, query.extra, query.distinct, query.combinator, query.is_sliced, query.group_by)
    tabla = queryset.model._meta.db_table
    return (
        queryset._iterable_class is ValuesIterable
        and not any(especial)
        and query.standard_ordering
        and bool(query.order_by)
        and {str(nombre).lstrip("-") for nombre in query.order_by} <= set(query.values_select)
        and all(alias == tabla for alias, veces in query.alias_refcount.items() if veces)
    )


@lru_cache(maxsize=256)
def _base(modelo: Any, nombres: tuple[str, ...], alias: str) -> str | None:
    """SELECT and FROM as Django writes them; None where a column is of another table, or Python must convert it."""
    compiler = modelo._base_manager.using(alias).order_by().values(*nombres).query.get_compiler(alias)
    sql, _ = compiler.as_sql()
    columnas = [columna for columna, _, _ in compiler.select]
    ajena = any(columna.alias != modelo._meta.db_table for columna in columnas)
    return None if ajena or compiler.get_converters(columnas) else sql


def _piso(modelo: Any, nombre: str, alias: str) -> str:
    """The column that rows are ordered by downwards, if its type has a value below all others."""
    campo = modelo._meta.get_field(nombre.lstrip("-"))
    baja = nombre.startswith("-") and campo.db_type(connections[alias]) in CON_MINIMO
    return f'"{campo.column}"' if baja else ""


def _lugar(nombre: str) -> str:
    return f'"{nombre.lstrip("-")}" {"DESC" if nombre.startswith("-") else "ASC"}'
