"""The statements of one window, each asked for in pieces where that pays (inventory/masters.py), else as a whole."""

from typing import TYPE_CHECKING

from inventory.months import Mes
from inventory.profiles import Perfil
from servers.source import Filas, Instantanea

if TYPE_CHECKING:  # numpy is loaded by those who have arrays
    from inventory.masters import Maestras

LINEAS_MINIMAS = 2000  # of a window; with fewer the statements of their own cost more than they save


class Sentencias:
    """`lineas` is how many rows the source has counted, 0 where it cannot; `tamanos` outlives the window."""

    def __init__(self, foto: Instantanea, perfil: Perfil, mes: Mes, lineas: int, tamanos: dict[str, int]) -> None:
        self._foto = foto
        self._perfil = perfil
        self._tamanos = tamanos
        self._fechas = [mes.desde, mes.hasta]
        self._lineas = lineas
        self._maestras: Maestras | None = None
        self._enteras = lineas < LINEAS_MINIMAS
        self.forma = ""  # what people are told of it

    def filas(self, sql: str) -> Filas:
        """The rows of one of the profile's statements."""
        if not self._enteras and sql in self._perfil.separadas:
            from inventory.masters import NoSeparable

            try:
                return self._en_piezas(sql)
            except NoSeparable as error:
                self._enteras, self.forma = True, str(error)
        return self._foto.filas(sql, self._fechas)

    def _en_piezas(self, sql: str) -> Filas:
        from inventory.masters import Maestras

        self._maestras = self._maestras or Maestras(self._foto, self._lineas, self._tamanos)
        filas = self._maestras.filas(self._perfil.separadas[sql], self._fechas)
        self.forma = "nombres aparte"
        return filas
