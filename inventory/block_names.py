"""Names that many rows share (lib/arrays.py: Glosados): cleaned, and decided about, once for all rows of a window."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from inventory import block_texts
from lib.arrays import Columna, Glosados, Glosario, Mascara, Textos

Nombres: TypeAlias = Textos | Glosados
T = TypeVar("T")


def limpiar(columna: Glosados, ancho: int | None, raras: Mascara) -> Glosados:
    """As block_texts.limpiar; of an odd text nothing is left, for its rows go another way."""

    def hacer(textos: Textos) -> tuple[Glosario, Mascara]:
        feos = np.zeros(len(textos.largos), bool)
        limpios = block_texts.limpiar(textos, ancho, feos)
        return Glosario(replace(limpios, largos=np.where(feos, 0, limpios.largos))), feos

    limpio, feos = columna.glosario.una_vez(("limpio", ancho), hacer)
    raras |= feos.take(columna.cuales)
    return Glosados(limpio, columna.cuales)


def por_distinto(nombres: Nombres, decidir: Callable[[str], T], raras: Mascara) -> tuple[list[T], NDArray[np.intp]]:
    """As block_texts.por_distinto."""
    if isinstance(nombres, Textos):
        return block_texts.por_distinto(nombres, decidir, raras)

    def hacer(textos: Textos) -> tuple[list[T], NDArray[np.intp], Mascara]:
        dudosos = np.zeros(len(textos.largos), bool)
        return *block_texts.por_distinto(textos, decidir, dudosos), dudosos

    decididos, cual, dudosos = nombres.glosario.una_vez(decidir, hacer)
    raras |= dudosos.take(nombres.cuales)
    return decididos, cual.take(nombres.cuales)


def extendida(columna: Columna) -> Columna:
    """The column as one that has a value for every row."""
    return columna.extendidos() if isinstance(columna, Glosados) else columna
