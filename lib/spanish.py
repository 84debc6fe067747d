"""Numbers, dates and months as people in Colombia write them: 49.512,38 · 1 mar 2025 · mar 2025."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

MESES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
PUNTO_Y_COMA = str.maketrans(",.", ".,")


def en_miles(value: Decimal | int, *, decimales: int | None = None) -> str:
    """The number with its thousands apart, rounded half up where `decimales` says so."""
    if isinstance(value, int):
        return f"{value:,d}".translate(PUNTO_Y_COMA)
    if decimales is not None:
        value = value.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    return f"{value:,f}".translate(PUNTO_Y_COMA)


def cantidad(value: Decimal) -> str:
    """The number without the zeros that its column adds: 2, 10,5."""
    return en_miles(value.normalize() if value else Decimal(0))


def mes_corto(day: date) -> str:
    """`mar 2025`"""
    return f"{MESES[day.month - 1]} {day.year}"


def dia(day: date) -> str:
    """`1 mar 2025`"""
    return f"{day.day} {mes_corto(day)}"


def instante(moment: datetime) -> str:
    """`1 mar 2025 08:30`, in the zone of the screens."""
    local = timezone.localtime(moment)
    return f"{dia(local)} {local:%H:%M}"
