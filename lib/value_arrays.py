"""Columns of Python values as arrays, which COPY's binary format is made of: the way back of `lib.array_values`.

The values were checked by `lib.columns`. A column that has no plain arrays has none here: its rows go another way.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any

import numpy as np

from lib.array_columns import tipo_de
from lib.arrays import Columna as Arreglo
from lib.arrays import Decimales, Enteros, Fechas, Horas, Instantes, Logicos, Textos
from lib.columns import Columna, Valores, por_distintos

LARGO_MAXIMO = 500  # bytes of a text: all texts of a column take the bytes of its longest
CIFRAS_DE_64_BITS = 18  # that any 64-bit integer may have; sign and point are counted with them, to be quick
CIFRAS_SIN_EXPONENTE = 6  # after the point; a zero with more of them writes itself 0E-7
EPOCA = datetime(1970, 1, 1, tzinfo=UTC)
DIA_CERO = EPOCA.toordinal()
MICROSEGUNDO = timedelta(microseconds=1)


def arreglos(columnas: Sequence[Valores], campos: Sequence[Columna]) -> list[Arreglo] | None:
    """The columns of a batch as arrays, or None where one of them cannot be."""
    made = []
    for values, field in zip(columnas, campos, strict=True):
        hacer, instead = HECHURAS.get(tipo_de(field), (None, None))
        if hacer is None or (array := _con_vacios(values, field, hacer, instead)) is None:
            return None
        made.append(array)
    return made


Hechura = Callable[[Valores, Columna], Arreglo | None]


def _con_vacios(values: Valores, field: Columna, hacer: Hechura, instead: Any) -> Arreglo | None:
    if not field.campo.null or NoneType not in set(map(type, values)):
        return hacer(values, field)
    made = hacer([instead if value is None else value for value in values], field)
    return made and replace(made, nulos=np.array([value is None for value in values]))


def _enteros(values: Valores, field: Columna) -> Arreglo:
    return Enteros(np.fromiter(values, np.int64, len(values)))


def _logicos(values: Valores, field: Columna) -> Arreglo:
    return Logicos(np.fromiter(values, np.bool_, len(values)))


def _decimales(values: Valores, field: Columna) -> Arreglo | None:
    """They have the column's decimals already: without their points they are what it counts in."""
    propio: Any = field.propio
    escala = propio.decimal_places
    texts = list(map("{:f}".format if escala > CIFRAS_SIN_EXPONENTE else str, values))
    if propio.max_digits > CIFRAS_DE_64_BITS and max(map(len, texts)) > CIFRAS_DE_64_BITS:
        return None
    return Decimales(np.fromstring(" ".join(texts).replace(".", ""), np.int64, sep=" "), escala)


def _fechas(values: Valores, field: Columna) -> Arreglo:
    return Fechas((np.fromiter(map(date.toordinal, values), np.int64, len(values)) - DIA_CERO).view("M8[D]"))


def _horas(values: Valores, field: Columna) -> Arreglo:
    return Horas(np.array(por_distintos(values, lambda some: list(map(_microsegundos, some))), np.int64))


def _microsegundos(value: time) -> int:
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


def _instantes(values: Valores, field: Columna) -> Arreglo:
    moments = por_distintos(values, lambda some: [(value - EPOCA) // MICROSEGUNDO for value in some])
    return Instantes(np.array(moments, np.int64).view("M8[us]"), utc=True)


def _textos(values: Valores, field: Columna) -> Arreglo | None:
    octets = np.frombuffer(("\0".join(values) + "\0").encode(), np.uint8)
    lengths = np.diff(np.flatnonzero(octets == 0), prepend=-1) - 1
    if (width := int(lengths.max())) > LARGO_MAXIMO:
        return None
    matrix = np.zeros((len(values), width), np.uint8)
    matrix[np.arange(width) < lengths[:, None]] = octets[octets != 0]
    return Textos(matrix, lengths, "utf-8")


HECHURAS: dict[str, tuple[Hechura, Any]] = {
    "text": (_textos, ""),
    "bool": (_logicos, False),
    "int2": (_enteros, 0),
    "int4": (_enteros, 0),
    "int8": (_enteros, 0),
    "numeric": (_decimales, Decimal(0)),
    "date": (_fechas, date.min),
    "time": (_horas, time.min),
    "timestamptz": (_instantes, EPOCA),
}
