"""JSON whose numbers keep their digits: a decimal never passes through a float, an integer may have any length."""

import json
from decimal import Decimal
from typing import Any

import orjson


def escribir(valor: Any, *, ordenado: bool = False) -> str:
    """The value on one line, with `ordenado` the names of each object in order; TypeError for what JSON cannot hold.

    Texts that are no Unicode (half a surrogate pair) are written as escapes.
    """
    option = orjson.OPT_SORT_KEYS if ordenado else 0
    try:
        return orjson.dumps(valor, _decimal, option).decode()
    except orjson.JSONEncodeError:
        pass
    try:
        return orjson.dumps(_admisible(valor), _decimal, option).decode()
    except RecursionError:
        raise TypeError("nested too deep for JSON") from None


def leer(texto: str) -> Any:
    """The value behind a text of `escribir`."""
    return json.loads(texto, parse_float=Decimal)


def _decimal(valor: Any) -> orjson.Fragment:
    if not isinstance(valor, Decimal) or not valor.is_finite():
        raise TypeError(f"no JSON for {type(valor).__name__}")
    return orjson.Fragment(str(valor))


def _admisible(valor: Any) -> Any:
    """The same with fragments in place of what orjson refuses: long integers and texts that are no Unicode."""
    if isinstance(valor, dict):
        return {name: _admisible(inner) for name, inner in valor.items()}
    if isinstance(valor, list):
        return [_admisible(inner) for inner in valor]
    if isinstance(valor, int) and not isinstance(valor, bool):
        return orjson.Fragment(int.__repr__(valor))
    if isinstance(valor, str) and not _es_unicode(valor):
        return orjson.Fragment(json.dumps(valor))
    return valor


def _es_unicode(texto: str) -> bool:
    try:
        texto.encode()
    except UnicodeEncodeError:
        return False
    return True
