"""The Python values behind a column of arrays, as the row reader would have given them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, time
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Columna, Decimales, Enteros, Fechas, Glosados, Horas, Instantes, Logicos, Textos, arreglos
from lib.money import EXACTO

MINUTO = 60_000_000
HORA = 60 * MINUTO


def valores(columna: Columna) -> list[Any]:
    """One value for each row, None where there is none; UnicodeDecodeError where a text is none of its codec."""
    return _con_vacios(columna, ESCRITURAS[type(columna)](columna))


def en_textos(columna: Decimales) -> list[Any]:
    """Decimals as text that a database reads: 12.50 is 1250e-2."""
    power = f"e-{columna.escala}"
    return _con_vacios(columna, [f"{units}{power}" for units in columna.unidades.tolist()])


def _con_vacios(columna: Columna, values: list[Any]) -> list[Any]:
    if columna.nulos is not None:
        for row in np.flatnonzero(columna.nulos).tolist():
            values[row] = None
    return values


def primera_si_constante(columna: Columna) -> Columna | None:
    """The first row alone, where all rows are the same piece of memory as `numpy.broadcast_to` gives it."""
    if any(len(array) > 1 and array.strides[0] for array in arreglos(columna).values()):
        return None
    return tramo(columna, 0, 1)


def tramo(columna: Columna, desde: int, hasta: int) -> Columna:
    """Those rows of the column."""
    return replace(columna, **{name: array[desde:hasta] for name, array in arreglos(columna).items()})


def _decimales(columna: Decimales) -> list[Any]:
    return [Decimal(units).scaleb(-columna.escala, EXACTO) for units in columna.unidades.tolist()]


def _horas(columna: Horas) -> list[Any]:
    return [
        time(value // HORA, value // MINUTO % 60, value // 1_000_000 % 60, value % 1_000_000)
        for value in sin_vacios(columna.microsegundos, columna.nulos, 0).tolist()
    ]


def _instantes(columna: Instantes) -> list[Any]:
    moments = sin_vacios(columna.momentos, columna.nulos, 0).astype("datetime64[us]").tolist()
    return [moment.replace(tzinfo=UTC) for moment in moments] if columna.utc else moments


def _textos(columna: Textos) -> list[Any]:
    joined = unidos(columna).decode(columna.codec).split("\0")
    if len(joined) == len(columna.largos) + 1:
        return list(joined[:-1])
    rows = zip(columna.octetos, columna.largos.tolist(), strict=True)  # one of them holds a NUL
    return [bytes(row[:length]).decode(columna.codec) for row, length in rows]


def unidos(columna: Textos) -> bytes:
    """The texts one after the other, a NUL behind each; no value lends its bytes to a row without one."""
    lengths = sin_vacios(columna.largos, columna.nulos, 0)
    width = int(lengths.max(initial=0))
    ended = np.zeros((len(lengths), width + 1), np.uint8)
    ended[:, :width] = columna.octetos[:, :width]
    ended[np.arange(len(lengths)), lengths] = 0
    kept: NDArray[np.uint8] = ended[np.arange(width + 1) <= lengths[:, None]]
    return kept.tobytes()


def sin_vacios(values: Any, nulls: Any, instead: int) -> Any:
    return values if nulls is None else np.where(nulls, np.array(instead, values.dtype), values)


ESCRITURAS: dict[type, Callable[[Any], list[Any]]] = {
    Enteros: lambda columna: columna.valores.tolist(),
    Decimales: _decimales,
    Logicos: lambda columna: columna.valores.tolist(),
    Fechas: lambda columna: columna.dias.astype("datetime64[D]").tolist(),
    Horas: _horas,
    Instantes: _instantes,
    Textos: _textos,
    Glosados: lambda columna: _textos(columna.extendidos()),
}
