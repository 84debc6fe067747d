"""The files that a list can be taken away as."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib import xlsx
from lib.errors import Rejected
from lib.spreadsheets import Dialecto, escribir_csv

Escribir = Callable[[Path, Sequence[str], Iterable[Sequence[Any]], Dialecto], None]


@dataclass(frozen=True, slots=True)
class Formato:
    """A kind of file; `maximo` is how many rows it can hold, None where there is no end."""

    nombre: str
    tipo_contenido: str
    escribir: Escribir
    maximo: int | None = None


FORMATOS = {
    "csv": Formato("csv", "text/csv; charset=utf-8", escribir_csv),
    "xlsx": Formato("xlsx", xlsx.TIPO_CONTENIDO, xlsx.escribir_xlsx, xlsx.FILAS_MAXIMAS),
}


def elegir_formato(nombre: str) -> Formato:
    """The format of this name, or Rejected."""
    try:
        return FORMATOS[nombre]
    except KeyError:
        raise Rejected("formato_desconocido", "No se exporta en ese formato.", "Use formato=csv o xlsx.") from None
