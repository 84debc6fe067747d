"""The merge on PostgreSQL: one join of the scope with the rows that wait finds what differs, and only that is touched.

Where nothing changed nothing is written: neither a row nor WAL, for no row is locked to find that out. A full join is
never a nested loop, so that stale statistics of the target cannot make it compare each row with each.
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from lib.merging import Conteos, Mezcla

MEMORIA = "32MB"  # a hash takes twice as much (hash_mem_multiplier)
VIEJO = '"_viejo"'  # the primary key of the stored row


class MezclaDePostgres(Mezcla):
    """Delete, update and insert by a small table of differences."""

    distinto = "IS DISTINCT FROM"
    veces = 0

    def fusionar(self, claves: list[str], ambito: Q | None, ignoradas: set[str], filas: int) -> Conteos:
        self._agrandar()
        self.veces += 1
        diferencias = f"{self.espera.tabla}_{self.veces}"
        gone, changed, new = self._comparar(diferencias, claves, ambito, ignoradas)
        borradas = self._borrar(self._idas(diferencias, claves)) if gone else 0
        waiting = f"(SELECT * FROM {diferencias} WHERE {self._q(claves[0])} IS NOT NULL)"  # noqa: S608
        actualizadas = self._actualizar(waiting, claves, ignoradas) if changed or new else 0
        creadas = self._insertar(waiting, claves) if new else 0
        return Conteos(creadas, actualizadas, filas - creadas - actualizadas, borradas)

    def _comparar(self, name: str, keys: list[str], ambito: Q | None, ignored: set[str]) -> tuple[int, int, int]:
        """Make the table of differences, and count in it: vanished, changed and not stored in the scope."""
        join, old, params = self._viejas(ambito)
        waiting = ", ".join(f"s.{self._q(column)}" for column in self.nombres)
        same = " AND ".join(f"t.{self._q(key)} = s.{self._q(key)}" for key in keys)
        differ = [
            f"t.{self._q(column)} IS DISTINCT FROM s.{self._q(column)}" for column in self._comparadas(keys, ignored)
        ]
        odd = " OR ".join([f"t.{VIEJO} IS NULL", f"s.{self._q(keys[0])} IS NULL", *differ])
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE {name} ON COMMIT DROP AS SELECT t.{VIEJO}, {waiting}"  # noqa: S608
                f" FROM {self.espera.tabla} s {join} JOIN {old} ON {same} WHERE {odd}",
                params,
            )
            gone, moved = f"{self._q(keys[0])} IS NULL", f"{VIEJO} IS NULL"
            cursor.execute(
                f"SELECT COUNT(*) FILTER (WHERE {gone}), COUNT(*) FILTER (WHERE NOT ({gone} OR {moved})),"  # noqa: S608
                f" COUNT(*) FILTER (WHERE {moved}) FROM {name}"
            )
            counts: tuple[int, int, int] = cursor.fetchone()
        return counts

    def _agrandar(self) -> None:
        """Memory to join a window of some 80,000 rows without temporary files, until the transaction ends."""
        less = "pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(%s)"
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT set_config('work_mem', %s, true) WHERE {less}", [MEMORIA, MEMORIA])

    def _idas(self, name: str, keys: list[str]) -> "QuerySet[Any]":
        sql = f"SELECT {VIEJO} FROM {name} WHERE {self._q(keys[0])} IS NULL"  # noqa: S608
        return self.base().filter(pk__in=RawSQL(sql, ()))  # noqa: S611

    def _viejas(self, ambito: Q | None) -> tuple[str, str, tuple[Any, ...]]:
        """How to join the stored rows, those rows as `t`, and the parameters of that."""
        names = ", ".join([VIEJO, *map(self._q, self.nombres)])
        fields = ["pk", *(campo.attname for campo in self.campos)]
        rows = self.base().order_by()
        try:
            sql, params = rows.filter(ambito or Q()).values_list(*fields).query.sql_with_params()
        except EmptyResultSet:
            return self._viejas(None)
        return "LEFT" if ambito is None else "FULL", f"({sql}) AS t ({names})", params
