"""Exact decimals: parsing, rounding and sums, the same on every database."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

ESCALA = 4
CUANTO = Decimal(1).scaleb(-ESCALA)


def redondear(value: Decimal) -> Decimal:
    """The value with four decimals, rounded half up."""
    return value.quantize(CUANTO, rounding=ROUND_HALF_UP)


def a_entero(value: Decimal) -> int:
    """The value, which has at most four decimals, in ten-thousandths."""
    scaled = value.scaleb(ESCALA)
    if scaled != int(scaled):
        raise ValueError(f"{value} has more than {ESCALA} decimals")
    return int(scaled)


def desde_entero(scaled: int) -> Decimal:
    """The decimal behind a number of ten-thousandths."""
    return Decimal(scaled).scaleb(-ESCALA)


class ScaledDecimalField(models.BigIntegerField):  # type: ignore[type-arg]
    """A Decimal with four decimals kept as a 64-bit integer of ten-thousandths: exact on SQLite too, up to 9.2e14."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else a_entero(Decimal(value))

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else desde_entero(value)

    def to_python(self, value: Any) -> Any:
        return None if value is None else Decimal(value)
