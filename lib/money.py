"""Exact decimals: parsing, rounding, ranges and sums, the same on every database."""

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Aggregate
from django.db.models.sql.compiler import SQLCompiler
from django.dispatch import receiver

from lib.errors import Rejected

ESCALA = 4
CIFRAS_DE_SQLITE = 15  # of a NUMERIC column, which keeps a binary double
CIFRAS_DE_CANTIDAD = 18  # numeric(18,4): quantities and unit prices
CIFRAS_DE_VALOR = 24  # numeric(24,4): values of a line
DIEZMIL = 10_000  # 10 ** ESCALA
CUANTO = Decimal(1).scaleb(-ESCALA)
EXACTO = Context(prec=1000, rounding=ROUND_HALF_UP)
ENTERO_MAXIMO = 40  # integer digits that a source value may have before it is no number of ours


def decimal_de(valor: Decimal | int | str) -> Decimal:
    """The exact number behind a source value; a float is refused, for it has lost its digits already."""
    if isinstance(valor, bool) or not isinstance(valor, Decimal | int | str):
        raise TypeError(f"exact numbers come from Decimal, int or str, not {type(valor).__name__}")
    try:
        number = Decimal(valor.strip() if isinstance(valor, str) else valor)
    except InvalidOperation:
        raise Rejected("numero_invalido", f"No es un número: {str(valor)[:60]!r}.") from None
    if not number.is_finite() or number.adjusted() >= ENTERO_MAXIMO:
        raise Rejected("numero_invalido", f"No es un número finito y razonable: {str(valor)[:60]!r}.")
    return number


def redondear(value: Decimal) -> Decimal:
    """The value with four decimals, rounded half up (away from zero)."""
    return value.quantize(CUANTO, context=EXACTO)


def redondear_y_decir(value: Decimal) -> tuple[Decimal, bool]:
    """The value with four decimals, and whether that changed it."""
    rounded = redondear(value)
    return rounded, rounded != value


def producto(cantidad: Decimal, precio: Decimal) -> Decimal:
    """quantity × price with four decimals, rounded once."""
    return redondear(EXACTO.multiply(cantidad, precio))


def digitos(value: Decimal) -> int:
    """How many significant digits it takes to write the value."""
    return len("".join(map(str, value.as_tuple().digits)).strip("0")) or 1


def cabe(value: Decimal, cifras: int = CIFRAS_DE_CANTIDAD, decimales: int = ESCALA) -> bool:
    """Whether a numeric(cifras, decimales) column holds the value as it is."""
    return value.is_finite() and value.adjusted() < cifras - decimales and _decimales(value) <= decimales


def _decimales(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -ESCALA:
        return -exponent if isinstance(exponent, int) else 0
    stripped = value.normalize(EXACTO).as_tuple().exponent
    return -stripped if isinstance(stripped, int) else 0


def cabe_en_sqlite(value: Decimal) -> bool:
    """Whether SQLite gives the value back as it was: it keeps 15 significant digits."""
    return digitos(value) <= CIFRAS_DE_SQLITE


def a_entero(value: Decimal) -> int:
    """The value, which has at most four decimals, in ten-thousandths."""
    scaled = value.scaleb(ESCALA, EXACTO)
    if scaled != int(scaled):
        raise ValueError(f"{value} has more than {ESCALA} decimals")
    return int(scaled)


def desde_entero(scaled: int) -> Decimal:
    """The decimal behind a number of ten-thousandths."""
    return Decimal(scaled).scaleb(-ESCALA, EXACTO)


def entero_de_sqlite(value: int | float | str) -> int:
    """A stored decimal of SQLite, read as int, float or text, in ten-thousandths; exact within its 15 digits."""
    if isinstance(value, int):
        return value * DIEZMIL
    if isinstance(value, float) and abs(value) < 1e11:  # the product's error stays under a quarter
        return round(value * DIEZMIL)
    return a_entero(redondear(Decimal(f"{value:.15g}" if isinstance(value, float) else value)))


SUMA_MAXIMA = desde_entero(2**63 - 1)  # the largest that a ScaledDecimalField keeps


class _Exacto(models.Field):  # type: ignore[type-arg]
    """A sum as it comes from the database: numeric on PostgreSQL, text of ten-thousandths on SQLite."""

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal:
        if value is None:
            return desde_entero(0)
        return desde_entero(int(value)) if isinstance(value, str) else redondear(value)


class SumaExacta(Aggregate):
    """The sum of a decimal column, exact on SQLite too (where SUM adds doubles); zero for no rows.

    MovimientoInventario.objects.aggregate(valor=SumaExacta("valor_total"))
    """

    function = "SUM"
    output_field = _Exacto()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="suma_exacta", **context)


class _SumaDeSqlite:
    """The aggregate `suma_exacta(column)` of every SQLite connection: the sum in ten-thousandths, as text."""

    def __init__(self) -> None:
        self.sum = 0

    def step(self, value: float | str | None) -> None:
        if value is not None:
            self.sum += entero_de_sqlite(value)

    def finalize(self) -> str:
        return str(self.sum)


@receiver(connection_created, dispatch_uid="suma_exacta")
def _registrar(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_aggregate("suma_exacta", 1, _SumaDeSqlite)


class ScaledDecimalField(models.BigIntegerField):  # type: ignore[type-arg]
    """A Decimal with four decimals kept as a 64-bit integer of ten-thousandths: exact on SQLite too, up to 9.2e14."""

    _pyi_private_set_type: Decimal | int | str  # type: ignore[assignment]
    _pyi_private_get_type: Decimal  # type: ignore[assignment]

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else a_entero(Decimal(value))

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else desde_entero(value)

    def to_python(self, value: Any) -> Any:
        return None if value is None else Decimal(value)
