"""One value of a record, as its kind of column takes it. Pure; Rejected for what cannot be read, without guessing.

Empty text, null and a missing member all mean the same: nothing.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from lib.errors import Rejected
from lib.money import decimal_de

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
ESPACIO = re.compile(r"[\t\n\r]+")
MITADES = re.compile(r"[\ud800-\udfff]")  # of surrogate pairs: no Unicode by themselves
NUMERO = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
FECHA = re.compile(r"(?:([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2}))(?:[T ]+(.*))?")
SI = frozenset({"true", "t", "1", "s", "si", "sí"})
NO = frozenset({"false", "f", "0", "n", "no"})


def texto(valor: Any) -> str:
    """Trimmed, without control characters; an object is none."""
    if valor is None:
        return ""
    if isinstance(valor, str):
        return _limpio(valor) if CONTROL.search(valor) or not valor.isascii() else valor.strip()
    if isinstance(valor, int | Decimal):
        return str(valor)
    raise Rejected("valor_inesperado", f"se esperaba un texto y no {_mostrado(valor)}")


def _limpio(valor: str) -> str:
    return MITADES.sub("\ufffd", CONTROL.sub("", ESPACIO.sub(" ", valor))).strip()


def identificador(valor: Any) -> str:
    """The id of another record, which sometimes comes as that record."""
    return texto(valor.get("id") if isinstance(valor, dict) else valor)


def decimal(valor: Any) -> Decimal | None:
    """The exact number; a float is refused, for it has lost its digits already."""
    if valor is None or (isinstance(valor, str) and not valor.strip()):
        return None
    if isinstance(valor, bool) or not isinstance(valor, str | int | Decimal):
        raise _no_es_numero(valor)
    if isinstance(valor, str) and not NUMERO.fullmatch(valor.strip()):
        raise _no_es_numero(valor)
    try:
        return decimal_de(valor)
    except Rejected:
        raise _no_es_numero(valor) from None


def entero(valor: Any) -> int | None:
    """A whole number that fits in 32 bits, else nothing."""
    try:
        number = decimal(valor)
    except Rejected:
        return None
    return int(number) if number is not None and number == int(number) and abs(number) < 2**31 else None


def afirmado(valor: Any) -> bool | None:
    """Yes, no, or not said."""
    if valor is None or isinstance(valor, bool):
        return valor
    word = str(valor).strip().lower() if isinstance(valor, str | int | Decimal) else "?"
    if word in SI or word in NO:
        return word in SI
    if not word:
        return None
    raise Rejected("valor_inesperado", f"se esperaba sí o no y no {_mostrado(valor)}")


def fecha(valor: Any) -> date | None:
    """The day as it is written, `31/01/2026` or `2026-01-31`; a time behind it is left out."""
    if valor is None or (isinstance(valor, str) and not valor.strip()):
        return None
    if not isinstance(valor, str) or (match := FECHA.fullmatch(valor.strip())) is None:
        raise _no_es_fecha(valor)
    day, month, year = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _no_es_fecha(valor) from None


def instante(valor: Any, zona: ZoneInfo) -> datetime | None:
    """The moment in UTC, from a day in either form and perhaps a time, in `zona` unless it tells; else nothing."""
    try:
        day = fecha(valor)
    except Rejected:
        return None
    if day is None:
        return None
    match = FECHA.fullmatch(valor.strip())
    hour = (match[7] if match else None) or "00:00"
    try:
        moment = datetime.fromisoformat(f"{day}T{hour.strip() if hour[1:2] != ':' else '0' + hour}")
        return (moment if moment.tzinfo else moment.replace(tzinfo=zona)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _no_es_numero(valor: Any) -> Rejected:
    return Rejected("numero_invalido", f"no es un número: {_mostrado(valor)}")


def _no_es_fecha(valor: Any) -> Rejected:
    return Rejected("fecha_invalida", f"no es una fecha: {_mostrado(valor)}")


def _mostrado(valor: Any) -> str:
    return ascii(valor)[:60] if not isinstance(valor, str) or MITADES.search(valor) else repr(valor)[:60]
