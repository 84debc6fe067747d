"""One column of a block: its arrays checked as `lib.columns` checks values, and put as the database will keep them.

A column that cannot be kept is refused as a whole: whoever makes blocks has set such rows aside before.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from django.db import models
from numpy.typing import NDArray

from lib.array_values import primera_si_constante, sin_vacios, unidos, valores
from lib.arrays import Columna as Arreglo
from lib.arrays import Decimales, Enteros, Fechas, Glosados, Glosario, Horas, Instantes, Logicos, Textos
from lib.columns import Columna
from lib.errors import Rejected
from lib.money import CIFRAS_DE_SQLITE, cabe_en_sqlite

Octetos: TypeAlias = NDArray[np.uint8]

UN_DIA = 86_400_000_000
DIA_MINIMO, DIA_MAXIMO = (np.datetime64(day, "D") for day in (date.min, date.max))
INSTANTE_MINIMO, INSTANTE_MAXIMO = DIA_MINIMO.astype("M8[us]"), np.datetime64("9999-12-31T23:59:59.999999", "us")
UUID_TEXTO = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
INT64 = np.iinfo(np.int64)

# Fields that keep these arrays as they are, and what COPY's binary format calls them; others have a way of their own
# with each value.
LLANOS: dict[type, tuple[str, tuple[type, ...]]] = {
    models.CharField: ("text", (Textos, Glosados)),
    models.TextField: ("text", (Textos, Glosados)),
    models.BooleanField: ("bool", (Logicos,)),
    models.SmallIntegerField: ("int2", (Enteros,)),
    models.IntegerField: ("int4", (Enteros,)),
    models.BigIntegerField: ("int8", (Enteros,)),
    models.BigAutoField: ("int8", (Enteros,)),
    models.PositiveSmallIntegerField: ("int2", (Enteros,)),
    models.PositiveIntegerField: ("int4", (Enteros,)),
    models.DecimalField: ("numeric", (Decimales, Enteros)),
    models.DateField: ("date", (Fechas,)),
    models.TimeField: ("time", (Horas,)),
    models.DateTimeField: ("timestamptz", (Instantes,)),
    models.UUIDField: ("uuid", (Textos,)),  # one for all rows
}


def es_llana(columna: Columna, arreglo: Arreglo) -> bool:
    """Whether the field keeps such an array as it is."""
    kind, kept = LLANOS.get(type(columna.propio), ("", ()))
    return type(arreglo) in kept and (kind != "uuid" or primera_si_constante(arreglo) is not None)


def tipo_de(columna: Columna) -> str:
    """PostgreSQL's name for the values of a field that keeps arrays; empty for another field."""
    return LLANOS.get(type(columna.propio), ("", ()))[0]


def en_lista(columna: Columna, arreglo: Arreglo) -> list[Any]:
    """The values themselves, not yet checked, for a field that keeps no arrays; Rejected for what is no text."""
    try:
        return valores(arreglo)
    except UnicodeDecodeError as error:
        raise _texto_invalido(columna, error) from None


def preparar(columna: Columna, arreglo: Arreglo) -> Arreglo:
    """The arrays as the field keeps them: texts in UTF-8 and no wider than the longest, decimals of its scale.

    Rejected names the column, and the first value that it cannot keep.
    """
    nulls = arreglo.nulos
    if nulls is not None and not nulls.any():
        nulls = None
    if nulls is not None and not columna.campo.null:
        raise columna.rechazo("valor_vacio", "está vacía", None)
    prepared: Arreglo = REVISIONES[type(arreglo)](columna, replace(arreglo, nulos=nulls))
    return prepared


def _enteros(columna: Columna, arreglo: Enteros) -> Arreglo:
    values = sin_vacios(arreglo.valores, arreglo.nulos, 0)
    if isinstance(columna.propio, models.DecimalField):
        return _decimales(columna, Decimales(values, 0, arreglo.nulos))
    if limits := columna.rango():
        _exigir_entre(columna, values, *limits, f"admite de {limits[0]} a {limits[1]}")
    return Enteros(values, arreglo.nulos)


def _decimales(columna: Columna, arreglo: Decimales) -> Decimales:
    field: Any = columna.propio
    kind = f"admite {field.max_digits} cifras con {field.decimal_places} decimales"
    units, scale = sin_vacios(arreglo.unidades, arreglo.nulos, 0), arreglo.escala
    if scale > field.decimal_places:
        whole, rest = np.divmod(units, 10 ** (scale - field.decimal_places))
        if rest.any():
            raise columna.rechazo("fuera_de_rango", kind, valores(Decimales(units[rest != 0][:1], scale))[0])
        units, scale = whole, field.decimal_places
    limit = 10 ** (field.max_digits - field.decimal_places + scale)
    _exigir_entre(columna, units, 1 - limit, limit - 1, kind, lambda value: _texto_decimal(value, scale))
    if columna.connection.vendor == "sqlite":
        _exigir_cifras(columna, units, scale)
    return Decimales(units, scale, arreglo.nulos)


def _exigir_cifras(columna: Columna, units: NDArray[np.int64], scale: int) -> None:
    for value in valores(Decimales(units[(units >= 10**CIFRAS_DE_SQLITE) | (units <= -(10**CIFRAS_DE_SQLITE))], scale)):
        if not cabe_en_sqlite(value):
            raise columna.rechazo("precision", f"guarda {CIFRAS_DE_SQLITE} cifras significativas", value)


def _fechas(columna: Columna, arreglo: Fechas) -> Fechas:
    days = sin_vacios(arreglo.dias.astype("M8[D]", copy=False), arreglo.nulos, 0)
    _exigir_entre(columna, days, DIA_MINIMO, DIA_MAXIMO, "no es una fecha")
    return Fechas(days, arreglo.nulos)


def _horas(columna: Columna, arreglo: Horas) -> Horas:
    values = sin_vacios(arreglo.microsegundos, arreglo.nulos, 0)
    _exigir_entre(columna, values, 0, UN_DIA - 1, "no es una hora del día")
    return Horas(values, arreglo.nulos)


def _instantes(columna: Columna, arreglo: Instantes) -> Instantes:
    if not arreglo.utc:
        raise ValueError(f"{columna.nombre} takes aware instants")
    moments = sin_vacios(arreglo.momentos.astype("M8[us]", copy=False), arreglo.nulos, 0)
    _exigir_entre(columna, moments, INSTANTE_MINIMO, INSTANTE_MAXIMO, "no es un instante")
    return Instantes(moments, utc=True, nulos=arreglo.nulos)


def _exigir_entre(
    columna: Columna, values: Any, least: Any, most: Any, kind: str, shown: Callable[[Any], object] = str
) -> None:
    """NaT compares as nothing does, and so lies between nothing."""
    if isinstance(least, int):
        least, most = max(least, INT64.min), min(most, INT64.max)
    if len(values) and not (least <= values.min() and values.max() <= most):
        wrong = values[~((values >= least) & (values <= most))]
        raise columna.rechazo("fuera_de_rango", kind, shown(wrong[0]))


def _texto_decimal(value: Any, scale: int) -> object:
    return valores(Decimales(np.array([value]), scale))[0]


def _textos(columna: Columna, arreglo: Textos) -> Textos:
    lengths = sin_vacios(arreglo.largos, arreglo.nulos, 0)
    octets = arreglo.octetos[:, : int(lengths.max(initial=0))]
    texts = Textos(octets, lengths, arreglo.codec, arreglo.nulos)
    if octets.size and octets.view(np.int8).min() <= 0:  # one look for both: a NUL, and a byte beyond ASCII
        _exigir_sin_nulo(columna, texts)
        texts = _en_utf8(columna, texts)
    texts = replace(texts, codec="utf-8")
    exigir = _exigir_uuid if isinstance(columna.propio, models.UUIDField) else _exigir_largo
    exigir(columna, texts)
    return texts


def _glosados(columna: Columna, arreglo: Glosados) -> Textos:
    """The glossary is prepared once; a text of it that the field cannot keep is refused though no row had it."""
    prepared = arreglo.glosario.una_vez(columna, lambda texts: Glosario(_textos(columna, texts)))
    return replace(arreglo, glosario=prepared).extendidos()


def _exigir_uuid(columna: Columna, texts: Textos) -> None:
    for value in filter(None, valores(primera_si_constante(texts) or texts)):
        if not UUID_TEXTO.fullmatch(value):
            raise columna.rechazo("texto_invalido", "no es un UUID", value)


def _exigir_sin_nulo(columna: Columna, texts: Textos) -> None:
    if texts.octetos.min() > 0:
        return
    outside = np.arange(texts.octetos.shape[1]) >= texts.largos[:, None]
    holding = ((texts.octetos == 0) & ~outside).any(axis=1)
    if holding.any():
        raise columna.rechazo("caracter_nulo", "trae un carácter nulo", valores(_filas(texts, holding))[0])


def _en_utf8(columna: Columna, texts: Textos) -> Textos:
    """Only texts that are not plain ASCII need a look: few of them in Spanish, in any codec that keeps ASCII."""
    if texts.octetos.max() < 128:
        return texts
    rows = np.flatnonzero((texts.octetos > 127).any(axis=1))
    try:
        decoded = unidos(_filas(texts, rows)).decode(texts.codec)
    except UnicodeDecodeError as error:
        raise _texto_invalido(columna, error) from None
    return texts if texts.codec == "utf-8" else _con_filas(texts, rows, decoded.encode())


def _texto_invalido(columna: Columna, error: UnicodeDecodeError) -> Rejected:
    wrong = ascii(error.object[error.start : error.end])
    return columna.rechazo("texto_invalido", f"trae un texto que no es {error.encoding} válido", wrong)


def _con_filas(texts: Textos, rows: NDArray[np.intp], joined: bytes) -> Textos:
    """The texts with those rows replaced by the ones that `joined` holds, each with a NUL behind it."""
    new = np.frombuffer(joined, np.uint8)
    lengths = texts.largos.copy()
    lengths[rows] = np.diff(np.flatnonzero(new == 0), prepend=-1) - 1
    octets = np.zeros((len(lengths), int(lengths.max())), np.uint8)
    octets[:, : texts.octetos.shape[1]] = texts.octetos[:, : octets.shape[1]]
    part = np.zeros((len(rows), octets.shape[1] + 1), np.uint8)
    part[np.arange(part.shape[1]) <= lengths[rows][:, None]] = new
    octets[rows] = part[:, :-1]
    return Textos(octets, lengths, "utf-8", texts.nulos)


def _exigir_largo(columna: Columna, texts: Textos) -> None:
    most = columna.campo.max_length
    if most is None or texts.octetos.shape[1] <= most:
        return
    longest = max(valores(_filas(texts, texts.largos > most)), key=len)
    if len(longest) > most:
        raise columna.rechazo("texto_largo", f"admite {most} caracteres", longest)


def _filas(texts: Textos, rows: Any) -> Textos:
    return Textos(texts.octetos[rows], texts.largos[rows], texts.codec)


REVISIONES: dict[type, Callable[[Columna, Any], Arreglo]] = {
    Enteros: _enteros,
    Decimales: _decimales,
    Logicos: lambda columna, arreglo: arreglo,
    Fechas: _fechas,
    Horas: _horas,
    Instantes: _instantes,
    Textos: _textos,
    Glosados: _glosados,
}
