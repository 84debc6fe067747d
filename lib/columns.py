"""One column of a batch: its values checked and put as the ORM would have written them, a whole list at a time."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.fields.json import JSONField

from lib.errors import Rejected
from lib.money import cabe, cabe_en_sqlite

Valores = list[Any]
Campo: TypeAlias = "models.Field[Any, Any]"

# These values reach the driver as they are; every other passes through the field, one by one.
TAL_CUAL: dict[type, set[type]] = {
    models.CharField: {str},
    models.TextField: {str},
    models.BooleanField: {bool},
    models.SmallIntegerField: {int},
    models.IntegerField: {int},
    models.BigIntegerField: {int},
}
TAL_CUAL_EN_UN_SERVIDOR: dict[type, set[type]] = {models.DecimalField: {Decimal}, models.DateField: {date}}
CARACTER_NULO_EN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Columna:
    """Checks and prepares the values of one field; Rejected names the field and the value that it refuses."""

    def __init__(self, campo: Campo, connection: BaseDatabaseWrapper) -> None:
        self.campo = campo
        self.propio = propio_de(campo)
        self.nombre = campo.attname
        self.connection = connection
        plain = TAL_CUAL | ({} if connection.vendor == "sqlite" else TAL_CUAL_EN_UN_SERVIDOR)
        self.tal_cual = plain.get(type(campo), set())
        self.revisiones = self._revisiones()

    def preparar(self, valores: Sequence[Any]) -> Valores:
        """The values as the driver takes them."""
        tipos = {type(value) for value in valores} - {type(None)}
        if not self.campo.null and None in valores:
            raise self.rechazo("valor_vacio", "está vacía", None)
        for revisar in self.revisiones:
            revisar(valores, tipos)
        return self.escritos(valores)

    def escritos(self, valores: Sequence[Any]) -> Valores:
        """The same without a check."""
        if {type(value) for value in valores} - {type(None)} <= self.tal_cual:
            return list(valores)
        if isinstance(self.campo, models.DecimalField | models.DateField | models.TimeField):
            made = {value: self.campo.get_db_prep_save(value, self.connection) for value in set(valores)}
            return [made[value] for value in valores]
        return [self.campo.get_db_prep_save(value, self.connection) for value in valores]

    def _revisiones(self) -> list[Callable[[Sequence[Any], set[type]], None]]:
        if isinstance(self.campo, models.DecimalField):
            return [self._revisar_decimales]
        if isinstance(self.campo, models.DateTimeField):
            return [self._revisar_instantes]
        if isinstance(self.campo, models.DateField):
            return [self._revisar_fechas]
        if isinstance(self.campo, models.CharField | models.TextField):
            return [self._revisar_textos]
        if isinstance(self.campo, JSONField):
            return [self._revisar_json]
        return [self._revisar_enteros] if self.rango() else []

    def rechazo(self, codigo: str, motivo: str, value: object) -> Rejected:
        shown = "" if value is None else f": {str(value)[:60]!r}"
        return Rejected(codigo, f"La columna {self.nombre} {motivo}{shown}.", columna=self.nombre)

    def _revisar_textos(self, valores: Sequence[Any], tipos: set[type]) -> None:
        if tipos - {str}:
            return  # not text yet: the field makes it so
        texts = [value for value in valores if value is not None]
        if "\0" in "".join(texts):
            raise self.rechazo("caracter_nulo", "trae un carácter nulo", next(t for t in texts if "\0" in t))
        largest = max(texts, key=len, default="")
        if self.campo.max_length is not None and len(largest) > self.campo.max_length:
            raise self.rechazo("texto_largo", f"admite {self.campo.max_length} caracteres", largest)
        for text in texts:
            if not text.isascii():
                self._revisar_utf8(text)

    def _revisar_utf8(self, text: str) -> None:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise self.rechazo("texto_invalido", "trae un texto que no es Unicode válido", ascii(text)) from None

    def _revisar_decimales(self, valores: Sequence[Any], tipos: set[type]) -> None:
        field: Any = self.campo
        if float in tipos:
            raise TypeError(f"{self.nombre} takes Decimal, never float")
        for value in set(valores) - {None}:
            number = Decimal(value)
            if not cabe(number, field.max_digits, field.decimal_places):
                kind = f"admite {field.max_digits} cifras con {field.decimal_places} decimales"
                raise self.rechazo("fuera_de_rango", kind, value)
            if self.connection.vendor == "sqlite" and not cabe_en_sqlite(number):
                raise self.rechazo("precision", "guarda 15 cifras significativas", value)

    def _revisar_instantes(self, valores: Sequence[Any], tipos: set[type]) -> None:
        for value in valores:
            if isinstance(value, datetime) and value.tzinfo is None:
                raise ValueError(f"{self.nombre} takes aware instants, not {value!r}")

    def _revisar_fechas(self, valores: Sequence[Any], tipos: set[type]) -> None:
        if any(issubclass(tipo, datetime) for tipo in tipos) or tipos - {date}:
            raise TypeError(f"{self.nombre} takes dates, not {sorted(tipo.__name__ for tipo in tipos)}")

    def _revisar_enteros(self, valores: Sequence[Any], tipos: set[type]) -> None:
        least, most = self.rango() or (0, 0)
        for value in valores:
            if value is not None and not least <= int(value) <= most:
                raise self.rechazo("fuera_de_rango", f"admite de {least} a {most}", value)

    def rango(self) -> tuple[int, int] | None:
        """The range that PostgreSQL keeps; SQLite would take more and so hold what the other cannot."""
        return BaseDatabaseOperations.integer_field_ranges.get(self.propio.get_internal_type())

    def _revisar_json(self, valores: Sequence[Any], tipos: set[type]) -> None:
        field: Any = self.campo
        for value in valores:
            text = json.dumps(value, cls=field.encoder)
            if CARACTER_NULO_EN_JSON.search(text):
                raise self.rechazo("caracter_nulo", "trae un carácter nulo", None)
            if "\\ud" in text:
                self._revisar_utf8(json.dumps(value, cls=field.encoder, ensure_ascii=False))


def propio_de(campo: Campo) -> Campo:
    """The field whose values a column holds: for a reference, that of the table which it names."""
    while isinstance(campo, models.ForeignKey):
        campo = campo.target_field
    return campo
