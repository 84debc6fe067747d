"""One value of the source, cleaned and checked; what cannot be kept is `Rejected` with its stable code."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from lib.errors import Rejected
from lib.money import CIFRAS_DE_CANTIDAD, CIFRAS_DE_SQLITE, cabe, cabe_en_sqlite, decimal_de, redondear_y_decir

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
ESPACIO = re.compile(r"[\t\n\r]+")
HORA = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([AP])?\.?\s*M?\.?$", re.IGNORECASE)
SI = frozenset({"S", "SI", "SÍ", "T", "TRUE", "Y", "1"})


def limpiar(value: Any) -> tuple[str, bool]:
    """The value as trimmed text without control characters, and whether it held any."""
    if value is None:
        return "", False
    text = value if isinstance(value, str) else str(value)
    if not CONTROL.search(text):
        return text.strip(), False
    return CONTROL.sub("", ESPACIO.sub(" ", text)).strip(), True


def decimal(value: Any, columna: str, *, solo_15_cifras: bool) -> tuple[Decimal, bool]:
    """The value with four decimals and whether it was rounded; `solo_15_cifras` is what SQLite keeps exactly."""
    try:
        rounded, changed = redondear_y_decir(decimal_de(value))
    except (Rejected, TypeError):
        raise Rejected("numero_invalido", f"{columna} no es un número: {str(value)[:80]!r}.") from None
    comprobar(rounded, columna, CIFRAS_DE_CANTIDAD, solo_15_cifras=solo_15_cifras)
    return rounded, changed


def comprobar(value: Decimal, columna: str, cifras: int, *, solo_15_cifras: bool) -> None:
    """Rejected where the value is too long for its column, or needs more digits than the database keeps."""
    if not cabe(value, cifras):
        raise Rejected("fuera_de_rango", f"{columna} no cabe: {value}.")
    if solo_15_cifras and not cabe_en_sqlite(value):
        raise Rejected("precision", f"{columna} necesita más de {CIFRAS_DE_SQLITE} dígitos: {value}.")


def fecha(value: Any, columna: str) -> date | None:
    """The day as the source writes it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise Rejected("fecha_invalida", f"{columna} no es una fecha: {str(value)[:80]}.") from None


def hora(value: Any, dia: Any) -> time | None:
    """The time of day from its own column, else from a date that carries one; what cannot be read is no time."""
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    if value is not None and (match := HORA.match(str(value).strip())):
        return _hora(*match.groups())
    return dia.time() if isinstance(dia, datetime) and dia.time() != time() else None


def _hora(hours: str, minutes: str, seconds: str | None, half: str | None) -> time | None:
    number = int(hours)
    if half:
        number = number % 12 + (12 if half.upper() == "P" else 0)
    try:
        return time(number, int(minutes), int(seconds or 0))
    except ValueError:
        return None


def entero(value: Any) -> int | None:
    """A whole number that fits in 32 bits, else nothing."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < 2**31 else None


def afirmado(value: Any) -> bool:
    """Whether a flag of the source is set: S, SI, 1, a number other than zero."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str):
        return value.strip().upper() in SI
    return bool(value)


def como_json(value: Any) -> Any:
    """The value as it can be kept in JSON; a NUL character, which PostgreSQL refuses there, is shown as ␀."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\x00", "␀")
