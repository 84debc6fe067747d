"""The merge: what makes a target equal to the rows that wait for it, in as few statements as the database allows.

PostgreSQL: `lib.merging_postgresql`. MariaDB: `lib.merging_mysql`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from lib.columns import Campo
from lib.staging import Espera


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


def abrir(
    connection: BaseDatabaseWrapper, modelo: type[models.Model], campos: Sequence[Campo], espera: Espera
) -> "Mezcla":
    """The merge that the database calls for; `campos` are those of the load."""
    if connection.vendor == "postgresql":
        from lib.merging_postgresql import MezclaDePostgres

        return MezclaDePostgres(connection, modelo, campos, espera)
    if connection.vendor == "mysql":
        from lib.merging_mysql import MezclaDeMariaDB

        return MezclaDeMariaDB(connection, modelo, campos, espera)
    return Mezcla(connection, modelo, campos, espera)


class Mezcla:
    """Three statements by key: delete what vanished, update what differs, insert what is missing."""

    distinto = "IS NOT"

    def __init__(
        self, connection: BaseDatabaseWrapper, modelo: type[models.Model], campos: Sequence[Campo], espera: Espera
    ) -> None:
        self.modelo = modelo
        self.campos = campos
        self.nombres = [str(campo.column) for campo in campos]
        self.connection = connection
        self.espera = espera
        self.tabla = connection.ops.quote_name(modelo._meta.db_table)

    def fusionar(self, claves: list[str], ambito: Q | None, ignoradas: set[str], filas: int) -> Conteos:
        """`claves` and `ignoradas` are columns; `filas` is how many rows wait."""
        gone = self._existe(f"{self.espera.tabla} s", claves, exists="NOT EXISTS")
        borradas = 0 if ambito is None else self._borrar(self.base().filter(ambito).filter(gone))
        actualizadas = self._actualizar(self.espera.tabla, claves, ignoradas)
        creadas = self._insertar(self.espera.tabla, claves)
        return Conteos(creadas, actualizadas, filas - creadas - actualizadas, borradas)

    def repetida(self, claves: list[str]) -> tuple[Any, ...] | None:
        """A key that waits twice."""
        listed = ", ".join(map(self._q, claves))
        sql = f"SELECT {listed} FROM {self.espera.tabla} GROUP BY {listed} HAVING COUNT(*) > 1 LIMIT 1"  # noqa: S608
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            repeated: tuple[Any, ...] | None = cursor.fetchone()
        return repeated

    def base(self) -> "QuerySet[Any]":
        """All stored rows."""
        return self.modelo._base_manager.using(self.connection.alias)

    def fuera_de(self, claves: list[str], ambito: Q, ignoradas: set[str]) -> "QuerySet[Any]":
        """Stored rows outside the scope whose key waits."""
        return self.base().exclude(ambito).filter(self._existe(f"{self.espera.tabla} s", claves))

    def _existe(self, desde: str, claves: list[str], ademas: str = "TRUE", exists: str = "EXISTS") -> RawSQL:
        """Whether the key of a stored row is in `desde`, whose rows are `s`."""
        sql = f"{exists} (SELECT 1 FROM {desde} WHERE {self._misma(claves)} AND {ademas})"  # noqa: S608
        return RawSQL(sql, (), output_field=models.BooleanField())  # noqa: S611

    def por_defecto(self) -> dict[str, Any]:
        """Columns that the load does not bring, with the model's default for a new row."""
        missing = [f for f in self.modelo._meta.concrete_fields if f not in self.campos and not f.generated]
        return {
            str(field.column): field.get_db_prep_save(field.get_default(), self.connection)
            for field in missing
            if not isinstance(field, models.AutoField)
        }

    def _borrar(self, gone: "QuerySet[Any]") -> int:
        return int(gone.delete()[1].get(self.modelo._meta.label, 0))

    def _comparadas(self, claves: list[str], ignoradas: set[str]) -> list[str]:
        return [column for column in self.nombres if column not in claves and column not in ignoradas]

    def _actualizar(self, desde: str, claves: list[str], ignoradas: set[str]) -> int:
        if not (compared := self._comparadas(claves, ignoradas)):
            return 0
        written = [column for column in self.nombres if column not in claves]
        changes = ", ".join(f"{self._q(column)} = s.{self._q(column)}" for column in written)
        differ = " OR ".join(self._distinta(column) for column in compared)
        return self._ejecutar(
            f"UPDATE {self.tabla} SET {changes} FROM {desde} s WHERE {self._misma(claves)} AND ({differ})"  # noqa: S608
        )

    def _insertar(self, desde: str, claves: list[str]) -> int:
        columns, values, defaults = self._por_insertar()
        return self._ejecutar(
            f"INSERT INTO {self.tabla} ({columns}) SELECT {values} FROM {desde} s"  # noqa: S608
            f" WHERE NOT EXISTS (SELECT 1 FROM {self.tabla} WHERE {self._misma(claves)})",
            defaults,
        )

    def _por_insertar(self) -> tuple[str, str, list[Any]]:
        """The columns of a new row, what is put there from the staged row `s`, and the parameters that this takes."""
        defaults = self.por_defecto()
        columns = ", ".join(map(self._q, [*self.nombres, *defaults]))
        values = ", ".join([f"s.{self._q(column)}" for column in self.nombres] + ["%s"] * len(defaults))
        return columns, values, list(defaults.values())

    def _misma(self, claves: list[str]) -> str:
        return " AND ".join(f"{self.tabla}.{self._q(key)} = s.{self._q(key)}" for key in claves)

    def _distinta(self, column: str) -> str:
        return f"{self.tabla}.{self._q(column)} {self.distinto} s.{self._q(column)}"

    def _q(self, column: str) -> str:
        return self.connection.ops.quote_name(column)

    def _ejecutar(self, sql: str, params: Sequence[Any] = ()) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)
