"""The Colombian tax number as sources write it. Pure: the text in, its parts out, nothing guessed.

A last single digit after a dash is the check digit (DV). Without that dash all digits are the base, and a 10-digit text
that could hold a company's NIT with its DV only yields a `candidato`, for one cédula in ten would pass the same test.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from stdnum.co.nit import calc_check_digit

from lib.errors import Rejected

LARGO_ORIGINAL = 50
LARGO_BASE = 15  # as many digits as the check digit has weights
SEPARADORES = ".,'"
GUIONES = "\u2212\u00ad"  # the minus sign and the soft hyphen, which Unicode does not count among the dashes


@dataclass(frozen=True, slots=True)
class Nit:
    """A NIT in its parts; `dv` is empty and `dv_valido` None where the text declares no check digit."""

    original: str
    nit: str  # every digit, the declared DV included
    base: str
    dv: str
    dv_valido: bool | None
    candidato: str  # the 9-digit base that it may be as well, for an operator to confirm

    def campos(self) -> dict[str, Any]:
        """The parts by the names of a company's columns."""
        return {
            "nit": self.nit,
            "nit_original": self.original,
            "nit_base": self.base,
            "dv": self.dv,
            "dv_valido": self.dv_valido,
        }


def analizar(texto: str) -> Nit:
    """The parts of a NIT; Rejected `nit_vacio`, `nit_invalido` or `nit_demasiado_largo`."""
    if len(texto) > LARGO_ORIGINAL:
        raise _rechazo("nit_demasiado_largo", f"El NIT pasa de {LARGO_ORIGINAL} caracteres.")
    base, dv = _separar("".join(map(_normalizar, texto)).strip("-"))
    if not base.strip("0"):
        raise _rechazo("nit_vacio", "El NIT está vacío.")
    if len(base) > LARGO_BASE:
        raise _rechazo("nit_demasiado_largo", f"El NIT pasa de {LARGO_BASE} dígitos.")
    valido = calc_check_digit(base) == dv if dv else None
    return Nit(texto.strip(), base + dv, base, dv, valido, "" if dv else _candidato(base))


def _normalizar(caracter: str) -> str:
    """An ASCII digit, a dash, or nothing for what only separates."""
    if caracter.isdecimal():
        return str(unicodedata.decimal(caracter))
    if caracter in GUIONES or unicodedata.category(caracter) == "Pd":
        return "-"
    if caracter.isspace() or caracter in SEPARADORES:
        return ""
    raise _rechazo("nit_invalido", "El NIT tiene caracteres que no son dígitos, puntos, espacios ni guiones.")


def _separar(texto: str) -> tuple[str, str]:
    cabeza, guion, cola = texto.rpartition("-")
    if guion and len(cola) == 1 and cabeza.strip("-"):
        return cabeza.replace("-", ""), cola
    return texto.replace("-", ""), ""


def _candidato(base: str) -> str:
    if len(base) == 10 and base[0] in "89" and calc_check_digit(base[:-1]) == base[-1]:
        return base[:-1]
    return ""


def _rechazo(codigo: str, mensaje: str) -> Rejected:
    return Rejected(codigo, mensaje, "Escríbalo como 900.123.456-8; si viene de la fuente, corríjalo allá.")
