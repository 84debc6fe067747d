"""A row of libfbclient's message buffer as exact values, several times faster than one call per column.

One `struct` reads the whole buffer; what is left is a conversion per column. Imported by the child: no Django, no
driver.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from servers.firebird import values as valores

# Type codes of the client's API.
VARIABLE, CHAR, DOBLE, SIMPLE, LARGO, CORTO, INSTANTE, HORA, FECHA, GRANDE, LOGICO = (
    448, 452, 480, 482, 496, 500, 510, 560, 570, 580, 32764,
)  # fmt: skip
FORMATOS = {
    DOBLE: "d", SIMPLE: "f", LARGO: "i", CORTO: "h", INSTANTE: "8s", HORA: "I", FECHA: "i", GRANDE: "q", LOGICO: "?",
}  # fmt: skip
ENTERAS = FORMATOS.keys() - {SIMPLE}  # types of which an array holds every value
ESCALA_MAXIMA = 18
NULO, DATO = 0, 1
DIA_CERO = date(1858, 11, 17).toordinal()
INSTANTES = struct.Struct("=iI")
REPETIDOS = 1 << 14  # dates and hours come again and again

Lector = Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Campo:
    """Where a column lies in the buffer, and what it is."""

    tipo: int
    desde: int
    largo: int
    nulo: int  # offset of its null indicator, two bytes
    escala: int
    subtipo: int

    def trozos(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where its indicator and its value lie, and how many bytes each takes."""
        return (self.nulo, 2), (self.desde, self.largo + 2 if self.tipo == VARIABLE else self.largo)

    def en_columna(self) -> bool:
        """Its values fit an array: all but single-precision numbers and doubles that declare no scale."""
        if self.tipo in {CHAR, VARIABLE}:
            return True
        medida = struct.calcsize("=" + FORMATOS[self.tipo]) if self.tipo in ENTERAS else 0
        return self.largo == medida and -ESCALA_MAXIMA <= self.escala <= 0 and (self.tipo != DOBLE or self.escala < 0)


@dataclass(frozen=True, slots=True)
class Molde:
    """How the raw messages of a statement lie in memory: `paso` bytes from one row to the next."""

    paso: int
    codec: str
    campos: tuple[Campo, ...]

    def cabe(self) -> bool:
        """Each value is of a type that an array holds, has its size, and lies inside the message, apart from others."""
        hasta = 0
        for desde, largo in sorted(trozo for campo in self.campos for trozo in campo.trozos()):
            if desde < hasta or largo < 0:
                return False
            hasta = desde + largo
        return hasta <= self.paso and all(c.en_columna() for c in self.campos)


def lector(campos: Sequence[Campo], codec: str) -> Lector | None:
    """The function that turns a buffer into a tuple; None when a column is of a type that is not read here."""
    if any(c.tipo not in FORMATOS and c.tipo not in {CHAR, VARIABLE} for c in campos):
        return None
    formato, lugar = _formato(campos)
    leer = struct.Struct(formato).unpack_from
    plan = [(lugar[n, NULO], lugar[n, DATO], _conversion(c, codec)) for n, c in enumerate(campos)]

    def fila(mensaje: Any) -> tuple[Any, ...]:
        crudos = leer(mensaje)
        return tuple([None if crudos[n] else (c(crudos[v]) if c else crudos[v]) for n, v, c in plan])

    return fila


def _formato(campos: Sequence[Campo]) -> tuple[str, dict[tuple[int, int], int]]:
    """The format of the whole buffer, and at which place of it each column's indicator and value come out."""
    trozos = []
    for n, c in enumerate(campos):
        (nulo, dos), (desde, largo) = c.trozos()
        trozos += [(nulo, dos, "h", (n, NULO)), (desde, largo, FORMATOS.get(c.tipo, f"{largo}s"), (n, DATO))]
    lugar: dict[tuple[int, int], int] = {}
    partes, hasta = ["="], 0
    for desde, largo, formato, cual in sorted(trozos):  # an empty literal takes no room: it comes before its neighbour
        partes.append(f"{desde - hasta}x{formato}")
        lugar[cual] = len(lugar)
        hasta = desde + largo
    return "".join(partes), lugar


def _conversion(campo: Campo, codec: str) -> Callable[[Any], Any] | None:
    if campo.tipo in {VARIABLE, CHAR}:
        return _texto_variable(codec) if campo.tipo == VARIABLE else _texto_fijo(codec)
    if campo.tipo in {CORTO, LARGO, GRANDE}:
        return _escalado(campo.escala) if campo.escala or campo.subtipo else None
    if campo.tipo == DOBLE:
        return valores.de_doble(campo.escala)
    return CONVERSIONES.get(campo.tipo)


def _texto_variable(codec: str) -> Callable[[bytes], str]:
    return lambda crudo: str(crudo[2 : 2 + crudo[0] + (crudo[1] << 8)], codec)


def _texto_fijo(codec: str) -> Callable[[bytes], str]:
    return lambda crudo: str(crudo, codec).rstrip(" ")


def _escalado(escala: int) -> Callable[[int], Decimal]:
    exponente = -abs(escala)
    return lambda crudo: Decimal(crudo).scaleb(exponente)


@lru_cache(REPETIDOS)
def _fecha(dias: int) -> date:
    return date.fromordinal(dias + DIA_CERO)


@lru_cache(REPETIDOS)
def _hora(diezmilesimas: int) -> time:
    segundos, resto = divmod(diezmilesimas, 10_000)
    return time(segundos // 3600, segundos // 60 % 60, segundos % 60, resto * 100)


def _instante(crudo: bytes) -> datetime:
    dias, diezmilesimas = INSTANTES.unpack(crudo)
    return datetime.combine(_fecha(dias), _hora(diezmilesimas))


CONVERSIONES: dict[int, Callable[[Any], Any]] = {
    SIMPLE: valores.de_simple,
    FECHA: _fecha,
    HORA: _hora,
    INSTANTE: _instante,
}
