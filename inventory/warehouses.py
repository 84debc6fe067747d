"""The kind of a warehouse, told from words in its name by the rules that staff edit."""

import re
import unicodedata
from collections.abc import Iterable

from inventory.models import ReglaBodega, TipoBodega

PALABRA = re.compile(r"[^0-9A-Z]+")


def normalizar(texto: str) -> str:
    """Its words in capitals without accents, each between single spaces: ` EQ DE PODER `."""
    plain = unicodedata.normalize("NFKD", texto).upper()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return f" {PALABRA.sub(' ', letters).strip()} "


class Clasificador:
    """The rules as they are now; names are few and repeat, so each is decided once."""

    def __init__(self, reglas: Iterable[ReglaBodega]) -> None:
        self._reglas = [(frases(regla.palabras), str(regla.tipo_bodega)) for regla in reglas]
        self._sabidos: dict[str, str] = {"": ""}

    def tipo(self, bodega: str) -> str:
        """The kind of the first rule that fits, INSTRUMENTAL where none does, empty without a warehouse."""
        known = self._sabidos.get(bodega)
        if known is None:
            known = self._sabidos[bodega] = self._decidir(normalizar(bodega))
        return known

    def _decidir(self, nombre: str) -> str:
        fits = (tipo for frases_, tipo in self._reglas if any(frase in nombre for frase in frases_))
        return next(fits, str(TipoBodega.INSTRUMENTAL))


def frases(palabras: str) -> list[str]:
    """The phrases of a rule, normalised; parts without a letter or digit count for nothing."""
    return [frase for parte in palabras.split(",") if (frase := normalizar(parte)).strip()]


def clasificador() -> Clasificador:
    """A classifier with the rules that are stored now."""
    return Clasificador(ReglaBodega.objects.all())
