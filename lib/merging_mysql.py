"""The merge on MariaDB: the same three statements in its own words, with the order of their joins given.

The target is looked up by its key for each row that waits, whatever the statistics of a temporary table say.
"""

from django.db.models import Q

from lib.mariadb.locks import reintentable
from lib.merging import Conteos, Mezcla


class MezclaDeMariaDB(Mezcla):
    """Retriable where another transaction holds the rows for longer than MariaDB waits."""

    def fusionar(self, claves: list[str], ambito: Q | None, ignoradas: set[str], filas: int) -> Conteos:
        with reintentable(self.connection):
            return super().fusionar(claves, ambito, ignoradas, filas)

    def _actualizar(self, desde: str, claves: list[str], ignoradas: set[str]) -> int:
        if not (compared := self._comparadas(claves, ignoradas)):
            return 0
        written = [column for column in self.nombres if column not in claves]
        changes = ", ".join(f"{self.tabla}.{self._q(column)} = s.{self._q(column)}" for column in written)
        differ = " OR ".join(self._distinta(column) for column in compared)
        joined = f"{desde} s STRAIGHT_JOIN {self.tabla} ON {self._misma(claves)}"
        return self._ejecutar(f"UPDATE {joined} SET {changes} WHERE {differ}")  # noqa: S608

    def _insertar(self, desde: str, claves: list[str]) -> int:
        columns, values, defaults = self._por_insertar()
        return self._ejecutar(
            f"INSERT INTO {self.tabla} ({columns}) SELECT {values} FROM {desde} s"  # noqa: S608
            f" LEFT JOIN {self.tabla} ON {self._misma(claves)} WHERE {self.tabla}.{self._q(claves[0])} IS NULL",
            defaults,
        )

    def _distinta(self, column: str) -> str:
        return f"NOT ({self.tabla}.{self._q(column)} <=> s.{self._q(column)})"
