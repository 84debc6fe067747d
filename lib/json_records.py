"""JSON from outside, value by value: one that cannot be kept is set aside alone, and the others are read.

Numbers are exact: `Decimal` where they have a point or an exponent. Bytes that are no UTF-8 become lone surrogates, so
that only the text that holds them is odd. What is not JSON at all raises Retriable `respuesta_ilegible`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from lib.errors import Retriable

HONDO = 40  # levels of nesting that a value may have
LARGO_CRUDO = 20_000  # characters that are kept of a value that is set aside
ESPACIO = re.compile(r"[ \t\n\r]*")
PIEZA = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
CERCA = re.compile(r"[,\]}]")


@dataclass(frozen=True, slots=True)
class Rechazado:
    """A value that cannot be kept: a stable code, why, and its text as far as it can be shown."""

    codigo: str
    mensaje: str
    crudo: str = ""


class Lector:
    """A place in a JSON text; values are taken from it one after another."""

    def __init__(self, cuerpo: bytes) -> None:
        self._texto = cuerpo.decode("utf-8-sig", "surrogateescape")
        self._pos = 0
        self._repetidas: list[str] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._objeto, parse_float=Decimal, parse_constant=_constante, strict=False
        )

    def ve(self, caracter: str) -> bool:
        """Whether that character comes next."""
        self._pasar_espacio()
        return self._texto.startswith(caracter, self._pos)

    def toma(self, caracter: str) -> bool:
        """Whether that character comes next; then it is passed over."""
        found = self.ve(caracter)
        self._pos += found
        return found

    def exige(self, caracter: str) -> None:
        if not self.toma(caracter):
            raise ilegible()

    def valor(self) -> Any:
        """The next value, or a Rechazado."""
        self._pasar_espacio()
        start = self._pos
        self._repetidas.clear()
        try:
            value, self._pos = self._decoder.raw_decode(self._texto, start)
        except json.JSONDecodeError:
            raise ilegible() from None  # the error would hold the whole text
        except (ValueError, ArithmeticError, RecursionError):
            self._pos = self._final(start)
            return self._rechazado(start, "Tiene números o niveles que no se pueden leer.")
        if self._repetidas:
            return self._rechazado(start, f"Dice dos cosas distintas de {self._repetidas[0][:60]!r}.")
        if self._puede_ser_hondo(start) and _niveles(value) > HONDO:
            return self._rechazado(start, f"Tiene más de {HONDO} niveles.")
        return value

    def elementos(self) -> Iterator[Any]:
        """The values of the array that begins here."""
        self.exige("[")
        if self.toma("]"):
            return
        yield self.valor()
        while not self.toma("]"):
            self.exige(",")
            yield self.valor()

    def miembros(self) -> Iterator[str]:
        """The names of the object that begins here; the caller takes the value that follows each."""
        self.exige("{")
        if self.toma("}"):
            return
        while True:
            name = self.valor()
            if not isinstance(name, str):
                raise ilegible()
            self.exige(":")
            yield name
            if self.toma("}"):
                return
            self.exige(",")

    def fin(self) -> None:
        self._pasar_espacio()
        if self._pos != len(self._texto):
            raise ilegible()

    def _pasar_espacio(self) -> None:
        match = ESPACIO.match(self._texto, self._pos)
        assert match
        self._pos = match.end()

    def _objeto(self, pares: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object; a name that comes twice with different values is noted, for nobody knows which one holds."""
        found = dict(pares)
        if len(found) != len(pares):
            self._repetidas += [name for name, value in pares if found[name] != value]
        return found

    def _puede_ser_hondo(self, start: int) -> bool:
        return self._texto.count("{", start, self._pos) + self._texto.count("[", start, self._pos) > HONDO

    def _final(self, start: int) -> int:
        """Where the value ends that begins at `start`, which Python could not read."""
        if self._texto[start] not in "[{":
            match = CERCA.search(self._texto, start)
            return match.start() if match else len(self._texto)
        depth = 0
        for piece in PIEZA.finditer(self._texto, start):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece[0], 0)
            if depth == 0:
                return piece.end()
        raise ilegible()

    def _rechazado(self, start: int, mensaje: str) -> Rechazado:
        return Rechazado("json_invalido", mensaje, self._texto[start : min(self._pos, start + LARGO_CRUDO)])


def ilegible() -> Retriable:
    return Retriable(
        "respuesta_ilegible",
        "La respuesta no es JSON, o llegó incompleta.",
        "Repita más tarde; si sigue igual, revise la dirección de la API.",
    )


def _constante(nombre: str) -> NoReturn:
    raise ValueError(nombre)


def _niveles(valor: Any) -> int:
    """How deep the value is nested, level by level."""
    depth, level = 0, [valor]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth
