"""The merge on PostgreSQL: one join of the scope with the rows that wait finds what differs, and only that is touched.

Where nothing changed nothing is written: neither a row nor WAL, for no row is locked to find that out. A full join is
never a nested loop, so that stale statistics of the target cannot make it compare each row with each.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from lib.merging import Conteos, Mezcla

MEMORIA = "32MB"  # to join a window of some 100,000 rows without temporary files; a hash takes twice as much
AGRANDAR = (  # until the transaction ends
    "SELECT set_config('work_mem', %s, true) WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(%s)"
)
VIEJO = '"_viejo"'  # the primary key of the stored row


class MezclaDePostgres(Mezcla):
    """Delete, update and insert by a small table of differences, which a look for moved rows has perhaps made."""

    distinto = "IS DISTINCT FROM"
    _hecha: "_Diferencias | None" = None
    _veces = 0

    def fusionar(self, claves: list[str], ambito: Q | None, ignoradas: set[str], filas: int) -> Conteos:
        found = self._diferencias(claves, ambito, ignoradas)
        borradas = self._borrar(self._idas(found, claves)) if found.idas else 0
        waiting = f"(SELECT * FROM {found.tabla} WHERE {self._q(claves[0])} IS NOT NULL)"  # noqa: S608
        actualizadas = self._actualizar(waiting, claves, ignoradas) if found.distintas or found.nuevas else 0
        creadas = self._insertar(waiting, claves) if found.nuevas else 0
        self._hecha = None
        return Conteos(creadas, actualizadas, filas - creadas - actualizadas, borradas)

    def fuera_de(self, claves: list[str], ambito: Q, ignoradas: set[str]) -> "QuerySet[Any]":
        found = self._diferencias(claves, ambito, ignoradas)
        if not found.nuevas:
            return self.base().none()
        return self.base().exclude(ambito).filter(self._existe(f"{found.tabla} s", claves, f"s.{VIEJO} IS NULL"))

    def _diferencias(self, keys: list[str], ambito: Q | None, ignored: set[str]) -> "_Diferencias":
        """What differs within the scope; the same as the last time where that is still there."""
        rows = self._almacenadas(ambito)
        asked = (self.espera.tabla, *keys, *sorted(ignored), str(rows))
        if self._hecha and self._hecha.pedido == asked and self._esta(self._hecha.tabla):
            return self._hecha
        self._veces += 1
        name = f"{self.espera.tabla}_{self._veces}"
        self._comparar(name, keys, rows, ignored)
        self._hecha = _Diferencias(name, asked, *self._contar(name, keys))
        return self._hecha

    def _comparar(self, name: str, keys: list[str], rows: "_Almacenadas", ignored: set[str]) -> None:
        waiting = ", ".join(f"s.{self._q(column)}" for column in self.nombres)
        same = " AND ".join(f"t.{self._q(key)} = s.{self._q(key)}" for key in keys)
        compared = map(self._q, self._comparadas(keys, ignored))
        odd = [
            f"t.{VIEJO} IS NULL",
            f"s.{self._q(keys[0])} IS NULL",
            *(f"t.{c} IS DISTINCT FROM s.{c}" for c in compared),
        ]
        with self.connection.cursor() as cursor:
            cursor.execute(AGRANDAR, [MEMORIA, MEMORIA])
            cursor.execute(
                f"CREATE TEMP TABLE {name} ON COMMIT DROP AS SELECT t.{VIEJO}, {waiting}"  # noqa: S608
                f" FROM {self.espera.tabla} s {rows.join} JOIN {rows.sql} ON {same} WHERE {' OR '.join(odd)}",
                rows.params,
            )

    def _contar(self, name: str, keys: list[str]) -> tuple[int, int, int]:
        """Vanished, stored in the scope and not stored there."""
        gone, moved = f"{self._q(keys[0])} IS NULL", f"{VIEJO} IS NULL"
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT COUNT(*) FILTER (WHERE {gone}), COUNT(*) FILTER (WHERE NOT ({gone} OR {moved})),"  # noqa: S608
                f" COUNT(*) FILTER (WHERE {moved}) FROM {name}"
            )
            counts: tuple[int, int, int] = cursor.fetchone()
        return counts

    def _esta(self, name: str) -> bool:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"pg_temp.{name}"])
            return bool(cursor.fetchone()[0])

    def _idas(self, found: "_Diferencias", keys: list[str]) -> "QuerySet[Any]":
        sql = f"SELECT {VIEJO} FROM {found.tabla} WHERE {self._q(keys[0])} IS NULL"  # noqa: S608
        return self.base().filter(pk__in=RawSQL(sql, ()))  # noqa: S611

    def _almacenadas(self, ambito: Q | None) -> "_Almacenadas":
        names = ", ".join([VIEJO, *map(self._q, self.nombres)])
        fields = ["pk", *(campo.attname for campo in self.campos)]
        try:
            sql, params = self.base().order_by().filter(ambito or Q()).values_list(*fields).query.sql_with_params()
        except EmptyResultSet:
            return self._almacenadas(None)
        return _Almacenadas("LEFT" if ambito is None else "FULL", f"({sql}) AS t ({names})", params)


@dataclass(frozen=True, slots=True)
class _Almacenadas:
    """The stored rows to compare, as `t`, and how to join them: those of the scope, or all whose key waits."""

    join: str
    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Diferencias:
    """A temporary table of what differs, what was asked for it, and how many rows of each kind it holds."""

    tabla: str
    pedido: tuple[str, ...]
    idas: int
    distintas: int
    nuevas: int
