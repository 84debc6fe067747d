"""The one bulk writer: rows wait in a staging place, then one merge makes the target equal to them.

    with bulk.preparar(MovimientoInventario, campos) as lote:
        lote.agregar(filas)                     # tuples in the order of `campos`; nothing of it locks the target
        with transaction.atomic():
            conteos = lote.fusionar(clave=("empresa_servidor_id", "clave_origen"), ambito=Q(...))

Rows that are as they should be are not written again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.transaction import TransactionManagementError

from lib import staging
from lib.columns import Campo, Columna
from lib.errors import Rejected

if TYPE_CHECKING:  # numpy is loaded by those who have arrays
    from lib.arrays import Columna as Arreglo

FILAS_POR_LOTE = 2000

Ambito = Q | QuerySet[Any] | None


@dataclass(frozen=True, slots=True)
class Conteos:
    """What a merge did: every staged row is created, updated or unchanged; deleted rows were not staged."""

    creadas: int = 0
    actualizadas: int = 0
    sin_cambios: int = 0
    borradas: int = 0

    def __add__(self, other: "Conteos") -> "Conteos":
        return Conteos(
            self.creadas + other.creadas,
            self.actualizadas + other.actualizadas,
            self.sin_cambios + other.sin_cambios,
            self.borradas + other.borradas,
        )


@contextmanager
def preparar(modelo: type[models.Model], campos: Sequence[str], *, using: str | None = None) -> Iterator["Lote"]:
    """An empty load for `campos` (names or attnames) of `modelo`; open it outside the write transaction."""
    lote = Lote(modelo, campos, connections[using or router.db_for_write(modelo)])
    try:
        yield lote
    finally:
        lote._espera.cerrar()


class Lote:
    """The rows of one load, and the merge that makes the target equal to them."""

    def __init__(self, modelo: type[models.Model], campos: Sequence[str], connection: BaseDatabaseWrapper) -> None:
        self.modelo = modelo
        self.filas = 0
        self._connection = connection
        self._pedidos = tuple(campos)
        self._campos = [_concreto(modelo, campo) for campo in campos]
        self._columnas = [Columna(campo, connection) for campo in self._campos]
        self._nombres = [_columna(campo) for campo in self._campos]
        self._espera = staging.abrir(connection, modelo, self._nombres)
        self._tabla = connection.ops.quote_name(modelo._meta.db_table)

    def agregar(self, filas: Iterable[Sequence[Any]]) -> int:
        """Stage rows, drawn from any iterable in batches; Rejected names the column of a value that cannot be kept."""
        pending, before = iter(filas), self.filas
        while batch := list(islice(pending, FILAS_POR_LOTE)):
            columns = list(zip(*batch, strict=True))
            if len(columns) != len(self._columnas):
                raise ValueError(f"rows of {len(columns)} values for {len(self._columnas)} columns")
            prepared = [column.preparar(values) for column, values in zip(self._columnas, columns, strict=True)]
            self._espera.agregar(prepared)
            self.filas += len(batch)
        return self.filas - before

    def agregar_bloque(self, columnas: "Mapping[str, Arreglo]", filas: int) -> int:
        """Stage rows that come as arrays, keyed by the names that the load was prepared with; the same promise."""
        if len(columnas) != len(self._columnas):
            raise ValueError(f"{len(columnas)} columns for {len(self._columnas)}")
        values = [self._valores(columnas[name]) for name in self._pedidos]
        return self.agregar(zip(*values, strict=True))

    def _valores(self, columna: "Arreglo") -> list[Any]:
        from lib import array_values

        try:
            return array_values.valores(columna)
        except UnicodeDecodeError as error:
            raise Rejected("texto_invalido", f"Llega un texto que no es {error.encoding} válido.") from None

    def fusionar(self, *, clave: Sequence[str], ambito: Ambito = None, ignorar: Sequence[str] = ()) -> Conteos:
        """Make the target equal to the staged rows, within the caller's transaction.

        Rows of `ambito` whose key is not staged go (None: nothing goes); rows whose compared columns differ are
        updated, wherever they lie; missing ones are inserted. Columns of `ignorar` are written with a changed row but
        do not make a row changed. Rejected `clave_repetida` where the load holds a key twice.
        """
        keys = self._cargar(clave)
        self._exigir_claves_unicas(keys)
        borradas = 0 if ambito is None else self._borrar(keys, ambito)
        actualizadas = self._actualizar(keys, {_columna(_concreto(self.modelo, campo)) for campo in ignorar})
        creadas = self._insertar(keys)
        return Conteos(creadas, actualizadas, self.filas - creadas - actualizadas, borradas)

    def fuera_de(self, ambito: Q | QuerySet[Any], *, clave: Sequence[str], campo: str) -> list[Any]:
        """The different values of `campo` in stored rows outside `ambito` whose key is staged, within a transaction.

        With the window as `ambito` and `fecha` as `campo`: the dates from which rows of this load have moved.
        """
        keys = self._cargar(clave)
        outside = self._base().exclude(_como_q(ambito)).filter(self._en_espera(keys, "EXISTS"))
        return list(outside.order_by(campo).values_list(campo, flat=True).distinct())

    def _cargar(self, clave: Sequence[str]) -> list[str]:
        if not self._connection.in_atomic_block:
            raise TransactionManagementError("a merge belongs inside transaction.atomic()")
        fields = [_concreto(self.modelo, campo) for campo in clave]
        if any(field.null for field in fields):
            raise ValueError("a natural key is made of NOT NULL columns")
        keys = [_columna(field) for field in fields]
        self._espera.cargar(keys)
        return keys

    def _exigir_claves_unicas(self, keys: list[str]) -> None:
        listed = ", ".join(map(self._q, keys))
        sql = f"SELECT {listed} FROM {self._espera.tabla} GROUP BY {listed} HAVING COUNT(*) > 1 LIMIT 1"  # noqa: S608
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            repeated = cursor.fetchone()
        if repeated:
            shown = ", ".join(map(str, repeated))
            raise Rejected(
                "clave_repetida",
                f"La clave ({shown}) llega dos veces en la misma carga.",
                "Una clave nombra una sola fila: corrija la consulta o la vista de donde viene.",
                clave=shown,
            )

    def _borrar(self, keys: list[str], ambito: Q | QuerySet[Any]) -> int:
        gone = self._base().filter(_como_q(ambito)).filter(self._en_espera(keys, "NOT EXISTS"))
        return gone.delete()[1].get(self.modelo._meta.label, 0)

    def _actualizar(self, keys: list[str], ignored: set[str]) -> int:
        written = [column for column in self._nombres if column not in keys]
        compared = [column for column in written if column not in ignored]
        if not compared:
            return 0
        changes = ", ".join(f"{self._q(column)} = s.{self._q(column)}" for column in written)
        differ = " OR ".join(self._distinta(column) for column in compared)
        return self._ejecutar(
            f"UPDATE {self._tabla} SET {changes} FROM {self._espera.tabla} s"  # noqa: S608
            f" WHERE {self._misma(keys)} AND ({differ})"
        )

    def _insertar(self, keys: list[str]) -> int:
        defaults = self._por_defecto()
        columns = ", ".join(map(self._q, [*self._nombres, *defaults]))
        values = ", ".join([f"s.{self._q(column)}" for column in self._nombres] + ["%s"] * len(defaults))
        return self._ejecutar(
            f"INSERT INTO {self._tabla} ({columns}) SELECT {values} FROM {self._espera.tabla} s"  # noqa: S608
            f" WHERE NOT EXISTS (SELECT 1 FROM {self._tabla} WHERE {self._misma(keys)})",
            list(defaults.values()),
        )

    def _por_defecto(self) -> dict[str, Any]:
        """Columns that the load does not bring, with the model's default for a new row."""
        missing = [f for f in self.modelo._meta.concrete_fields if f not in self._campos and not f.generated]
        return {
            _columna(field): field.get_db_prep_save(field.get_default(), self._connection)
            for field in missing
            if not isinstance(field, models.AutoField)
        }

    def _base(self) -> QuerySet[Any]:
        return self.modelo._base_manager.using(self._connection.alias)

    def _en_espera(self, keys: list[str], exists: str) -> RawSQL:
        sql = f"{exists} (SELECT 1 FROM {self._espera.tabla} s WHERE {self._misma(keys)})"  # noqa: S608
        return RawSQL(sql, (), output_field=models.BooleanField())  # noqa: S611

    def _misma(self, keys: list[str]) -> str:
        return " AND ".join(f"{self._tabla}.{self._q(key)} = s.{self._q(key)}" for key in keys)

    def _distinta(self, column: str) -> str:
        operator = "IS NOT" if self._connection.vendor == "sqlite" else "IS DISTINCT FROM"
        return f"{self._tabla}.{self._q(column)} {operator} s.{self._q(column)}"

    def _q(self, column: str) -> str:
        return self._connection.ops.quote_name(column)

    def _ejecutar(self, sql: str, params: Sequence[Any] = ()) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)


def _concreto(modelo: type[models.Model], nombre: str) -> Campo:
    field = modelo._meta.get_field(nombre)
    if not isinstance(field, models.Field) or not field.concrete:
        raise ValueError(f"{nombre} is no column of {modelo.__name__}")
    return field


def _como_q(ambito: Q | QuerySet[Any]) -> Q:
    return ambito if isinstance(ambito, Q) else Q(pk__in=ambito.values("pk"))


def _columna(field: Campo) -> str:
    return str(field.column)
