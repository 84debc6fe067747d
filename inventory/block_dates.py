"""Days and hours of many rows at once, read as inventory.values reads each."""

from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inventory import values
from inventory.block_texts import limpiar, por_distinto
from inventory.months import Mes
from lib.arrays import Columna, Fechas, Horas, Instantes, Mascara, Textos
from lib.errors import Rejected

DIA = np.timedelta64(1, "D")
DIA_CERO = date(1970, 1, 1)
MALA = "no date"
SIN_HORA = -1
REPETIDAS = 4096  # hours come again in every block
Dias = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Fecha:
    """A column of dates; `horas` are its microseconds since midnight where it has any."""

    dias: Dias
    nulos: Mascara | None
    horas: NDArray[np.int64] | None = None


def leer(columna: Columna, raras: Mascara) -> Fecha | None:
    """The days as the source writes them; None where the type of the column is none of dates."""
    if isinstance(columna, Fechas):
        return Fecha(columna.dias, columna.nulos)
    if isinstance(columna, Instantes) and not columna.utc:
        dias = columna.momentos.astype("M8[D]")
        return Fecha(dias, columna.nulos, (columna.momentos - dias).astype(np.int64))
    if isinstance(columna, Textos):
        return _escritas(columna, raras)
    return None


def _escritas(columna: Textos, raras: Mascara) -> Fecha:
    dias, cual = por_distinto(limpiar(columna, None, raras), _dia, raras)
    raras |= np.array([dia is MALA for dia in dias])[cual]
    nulos = np.array([not isinstance(dia, date) for dia in dias])[cual]
    return Fecha(np.array([dia if isinstance(dia, date) else DIA_CERO for dia in dias], "M8[D]")[cual], nulos)


def _dia(texto: str) -> date | str | None:
    try:
        return values.fecha(texto, "")
    except Rejected:
        return MALA


def de_la_ventana(fecha: Fecha, mes: Mes, raras: Mascara) -> Dias:
    """The days; odd where there is none, or one of another window."""
    if fecha.nulos is not None:
        raras |= fecha.nulos
    raras |= ~((fecha.dias >= np.datetime64(mes.desde)) & (fecha.dias < np.datetime64(mes.hasta)))
    return fecha.dias


def horas(columna: "Columna | None", fecha: Fecha, raras: Mascara) -> Horas:
    """The hour of its own column, else that of the date where it has one other than midnight."""
    suyas = np.full(len(raras), SIN_HORA, np.int64) if columna is None else _de_columna(columna, raras)
    if fecha.horas is not None:
        suyas = np.where((suyas == SIN_HORA) & (fecha.horas != 0), fecha.horas, suyas)
    return Horas(suyas, suyas == SIN_HORA)


def _de_columna(columna: Columna, raras: Mascara) -> NDArray[np.int64]:
    if isinstance(columna, Textos):
        leidas, cual = por_distinto(limpiar(columna, None, raras), _microsegundos, raras)
        return np.array(leidas, np.int64)[cual]
    if isinstance(columna, Horas):
        suyas = columna.microsegundos
    elif isinstance(columna, Instantes):
        suyas = (columna.momentos - columna.momentos.astype("M8[D]")).astype(np.int64)
    else:  # a number is no hour
        return np.full(len(raras), SIN_HORA, np.int64)
    return suyas if columna.nulos is None else np.where(columna.nulos, SIN_HORA, suyas)


@lru_cache(REPETIDAS)
def _microsegundos(texto: str) -> int:
    hora = values.hora(texto, None)
    return SIN_HORA if hora is None else _desde_medianoche(hora)


def _desde_medianoche(hora: time) -> int:
    return (hora.hour * 3600 + hora.minute * 60 + hora.second) * 1_000_000 + hora.microsecond


def dias_entre(desde: Fecha, hasta: Dias) -> NDArray[np.int64]:
    return ((hasta - desde.dias) // DIA).astype(np.int64)
