"""The statements of one window, each asked for in pieces where that pays (inventory/masters.py), else as a whole."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.months import Mes
from inventory.profiles import Perfil
from servers.source import Filas, Instantanea

if TYPE_CHECKING:  # numpy is loaded by those who have arrays
    from inventory.masters import Maestras

LINEAS_MINIMAS = 2000  # of a window; with fewer the statements of their own cost more than they save


@dataclass(frozen=True, slots=True)
class Saber:
    """What a session knows from earlier windows of the tables that might be read apart, by their statements.

    `filas`: at least so many; `descartadas`: those that cannot be, and why, empty where there is nothing to tell.
    """

    filas: dict[str, int] = field(default_factory=dict)
    descartadas: dict[str, str] = field(default_factory=dict)

    def promete(self, tabla: str, tope: int) -> bool:
        """Whether reading it may be worth while, with no more rows than that."""
        return tabla not in self.descartadas and self.filas.get(tabla, 0) <= tope


class Sentencias:
    """`lineas` is how many rows the source has counted, 0 where it cannot."""

    def __init__(self, foto: Instantanea, perfil: Perfil, mes: Mes, lineas: int, saber: Saber) -> None:
        self._foto = foto
        self._perfil = perfil
        self._saber = saber
        self._fechas = [mes.desde, mes.hasta]
        self._lineas = lineas
        self._maestras: Maestras | None = None
        self._aparte = False

    def filas(self, sql: str) -> Filas:
        """The rows of one of the profile's statements."""
        separada = self._perfil.separadas.get(sql)
        if separada and self._lineas >= LINEAS_MINIMAS and sql not in self._saber.descartadas:
            from inventory.masters import Maestras, NoSeparable

            self._maestras = self._maestras or Maestras(self._foto, self._lineas, self._saber)
            try:
                if filas := self._maestras.filas(separada, self._fechas):
                    self._aparte = True
                    return filas
            except NoSeparable as error:
                self._saber.descartadas[sql] = str(error)
        return self._foto.filas(sql, self._fechas)

    @property
    def forma(self) -> str:
        """How they were asked for, for people; empty where in one as usual."""
        motivos = dict.fromkeys(self._saber.descartadas.values()) if self._lineas >= LINEAS_MINIMAS else ()
        return ", ".join(filter(None, ("nombres aparte" if self._aparte else "", *motivos)))
