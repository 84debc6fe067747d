"""Windows of extraction: whole months, half-open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from companies.models import EmpresaServidor
from lib.errors import Rejected

MESES_MAXIMOS = 360


@dataclass(frozen=True, slots=True, order=True)
class Mes:
    """The month that begins on `desde`; `hasta` is the first day that no longer belongs to it."""

    desde: date

    @property
    def hasta(self) -> date:
        return mas_meses(self.desde, 1)

    def __contains__(self, day: date) -> bool:
        return self.desde <= day < self.hasta

    def __str__(self) -> str:
        return f"{self.desde:%Y-%m}"


def mes_de(day: date) -> Mes:
    return Mes(date(day.year, day.month, 1))


def mas_meses(first: date, number: int) -> date:
    """The first day of the month `number` months later."""
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def meses_entre(inicio: date, fin: date) -> list[Mes]:
    """Every month that the days from `inicio` to `fin`, both included, touch."""
    if fin < inicio:
        raise Rejected("rango_invalido", "La fecha final es anterior a la inicial.", "Corrija las fechas.")
    if (fin - inicio).days > MESES_MAXIMOS * 30 or fin.year == date.max.year:
        raise Rejected("rango_invalido", "El rango de fechas pasa de treinta años.", "Corrija las fechas.")
    return list(_desde_hasta(mes_de(inicio), fin))


def _desde_hasta(month: Mes, fin: date) -> Iterator[Mes]:
    while month.desde <= fin:
        yield month
        month = Mes(month.hasta)


def anio_fiscal(empresa: EmpresaServidor) -> tuple[date, date]:
    """First and last day of the company's fiscal year."""
    return date(empresa.anio_fiscal, 1, 1), date(empresa.anio_fiscal, 12, 31)


def abiertos_desde(empresa: EmpresaServidor, now: datetime, cola: int) -> date:
    """First day of the months that are always read again: the current one in the server's zone and `cola` before."""
    today = now.astimezone(ZoneInfo(empresa.servidor.zona_horaria)).date()
    return mas_meses(mes_de(today).desde, -cola)
