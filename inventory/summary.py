"""What the source itself counts: lines, quantity and keys by month and kind, in the snapshot of the rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from inventory.months import Mes
from inventory.profiles import Perfil
from lib.money import CUANTO, decimal_de
from servers.source import Instantanea

# The source may add binary doubles, whose error grows with the lines: sums that agree to this part of themselves, or to
# less than the smallest quantity that is kept, are the same sum.
TOLERANCIA = Decimal("1e-12")
SIEMPRE = (date(1900, 1, 1), date(9999, 12, 31))


@dataclass(frozen=True, slots=True)
class Cuenta:
    """Lines, Σ quantity and Σ keys; the keys tell a line from another of the same quantity."""

    filas: int = 0
    cantidad: Decimal = field(default=Decimal(0))
    claves: int = 0

    def __add__(self, other: "Cuenta") -> "Cuenta":
        return Cuenta(self.filas + other.filas, self.cantidad + other.cantidad, self.claves + other.claves)

    def igual(self, other: "Cuenta") -> bool:
        return (self.filas, self.claves) == (other.filas, other.claves) and misma_suma(self.cantidad, other.cantidad)


def misma_suma(a: Decimal, b: Decimal) -> bool:
    """Equal, but for what adding in binary doubles loses."""
    return abs(a - b) < max(CUANTO, max(abs(a), abs(b)) * TOLERANCIA)


def contar_mes(foto: Instantanea, perfil: Perfil, mes: Mes) -> Cuenta | None:
    """The source's count of one window; None where it cannot count."""
    if not perfil.resumen:
        return None
    return sum(_contar(foto, perfil.resumen, [mes.desde, mes.hasta]).values(), Cuenta())


def contar_meses(foto: Instantanea, perfil: Perfil) -> dict[Mes | None, Cuenta] | None:
    """The source's count of all its months, None standing for lines without a date; None where it cannot count."""
    if not perfil.resumen:
        return None
    months: dict[Mes | None, Cuenta] = {}
    counts = _contar(foto, perfil.meses, []) if perfil.meses else _contar(foto, perfil.resumen, SIEMPRE)
    for (mes, _), cuenta in counts.items():
        months[mes] = months.get(mes, Cuenta()) + cuenta
    return months


def _contar(
    foto: Instantanea, sentencias: Iterable[str], parametros: Sequence[Any]
) -> dict[tuple[Mes | None, str], Cuenta]:
    counts: dict[tuple[Mes | None, str], Cuenta] = {}
    for sql in sentencias:
        for anio, mes, tipo, filas, cantidad, claves in foto.filas(sql, parametros):
            key = (Mes(date(int(anio), int(mes), 1)) if anio else None, str(tipo or "").strip())
            cuenta = Cuenta(int(filas), decimal_de(cantidad or 0), int(claves or 0))
            counts[key] = counts.get(key, Cuenta()) + cuenta
    return counts
