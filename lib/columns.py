"""One column of a batch: its values checked and put as the ORM would have written them, a whole list at a time.

What is done for each value is done by functions of C where all are of the usual type: a wide row has sixty of them.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Context, Decimal, Inexact, InvalidOperation
from itertools import repeat
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.fields.json import JSONField

from lib.errors import Rejected
from lib.money import CIFRAS_DE_SQLITE, EXACTO, cabe, cabe_en_sqlite

Valores: TypeAlias = Sequence[Any]
Campo: TypeAlias = "models.Field[Any, Any]"

# These values reach the driver as they are; every other passes through the field, one by one.
TAL_CUAL: dict[type, set[type]] = {
    models.CharField: {str},
    models.TextField: {str},
    models.BooleanField: {bool},
    models.SmallIntegerField: {int},
    models.IntegerField: {int},
    models.BigIntegerField: {int},
    models.BigAutoField: {int},
    models.PositiveSmallIntegerField: {int},
    models.PositiveIntegerField: {int},
}
EN_UN_SERVIDOR: dict[type, set[type]] = {models.DecimalField: {Decimal}, models.DateField: {date}}
TAL_CUAL_EN: dict[str, dict[type, set[type]]] = {
    "mysql": EN_UN_SERVIDOR,
    "postgresql": EN_UN_SERVIDOR
    | {models.DateTimeField: {datetime}, models.TimeField: {time}, models.UUIDField: {UUID}},
}
REPETIDOS = (models.DecimalField, models.DateField, models.TimeField)  # often the same, and slow to write
CARACTER_NULO_EN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Columna:
    """Checks and prepares the values of one field; Rejected names the field and the value that it refuses."""

    def __init__(self, campo: Campo, connection: BaseDatabaseWrapper) -> None:
        self.campo = campo
        self.propio = propio_de(campo)
        self.nombre = campo.attname
        self.connection = connection
        plain = TAL_CUAL | TAL_CUAL_EN.get(connection.vendor, {})
        self.tal_cual = plain.get(type(self.propio), set())
        self._revisar = self._revision()

    def preparar(self, valores: Valores) -> Valores:
        """The values as the driver takes them."""
        if NoneType not in (tipos := set(map(type, valores))):
            return self._preparar(valores, tipos)
        if not self.campo.null:
            raise self.rechazo("valor_vacio", "está vacía", None)
        return con_vacios(valores, lambda there: self._preparar(there, tipos - {NoneType}))

    def escritos(self, valores: Valores) -> Valores:
        """The same without a check."""
        if NoneType not in (tipos := set(map(type, valores))):
            return self._escribir(valores, tipos)
        return con_vacios(valores, lambda there: self._escribir(there, tipos - {NoneType}))

    def _preparar(self, valores: Valores, tipos: set[type]) -> Valores:
        if self.tal_cual == {str} != tipos:
            valores, tipos = list(map(_texto, valores)), {str}
        if isinstance(self.propio, models.DecimalField):
            valores, tipos = self._ajustados(valores, tipos), {Decimal}
        if isinstance(self.propio, models.DateTimeField):
            valores = list(map(self._en_utc, valores))
        self._revisar(valores, tipos)
        return self._escribir(valores, tipos)

    def _escribir(self, valores: Valores, tipos: set[type]) -> Valores:
        if tipos <= self.tal_cual:
            return valores
        if (pair := (type(self.propio), *tipos)) == (models.DecimalField, Decimal):
            return list(map(str, valores))  # SQLite takes a number in any form
        if pair == (models.DateField, date):
            return por_distintos(valores, lambda some: list(map(date.isoformat, some)))
        if isinstance(self.propio, REPETIDOS):
            return por_distintos(valores, self._por_el_campo)
        return self._por_el_campo(valores)

    def _por_el_campo(self, valores: Valores) -> Valores:
        return [self.campo.get_db_prep_save(value, self.connection) for value in valores]

    def _revision(self) -> Callable[[Valores, set[type]], None]:
        checks: dict[type, Callable[[Valores, set[type]], None]] = {
            models.DateTimeField: lambda valores, tipos: None,  # before DateField, which it is too
            models.DateField: self._revisar_fechas,
            models.CharField: self._revisar_textos,
            models.TextField: self._revisar_textos,
            JSONField: self._revisar_json,
            models.IntegerField: self._revisar_enteros,
        }
        found = (check for kind, check in checks.items() if isinstance(self.propio, kind))
        return next(found, lambda valores, tipos: None)

    def rechazo(self, codigo: str, motivo: str, value: object) -> Rejected:
        shown = "" if value is None else f": {str(value)[:60]!r}"
        return Rejected(codigo, f"La columna {self.nombre} {motivo}{shown}.", columna=self.nombre)

    def _revisar_textos(self, valores: Valores, tipos: set[type]) -> None:
        if tipos != {str}:
            return  # not text yet: a field of its own kind makes it so
        joined, most = "".join(valores), self.propio.max_length
        if "\0" in joined:
            raise self.rechazo("caracter_nulo", "trae un carácter nulo", next(t for t in valores if "\0" in t))
        if most is not None and max(map(len, valores)) > most:
            raise self.rechazo("texto_largo", f"admite {most} caracteres", max(valores, key=len))
        if not joined.isascii():
            self._revisar_utf8(joined, valores)

    def _revisar_utf8(self, text: str, textos: Valores = ()) -> None:
        """`textos` are those of which the text is made, if any."""
        try:
            text.encode()
        except UnicodeEncodeError as error:
            for each in textos:
                self._revisar_utf8(each)
            wrong = ascii(text[max(0, error.start - 20) : error.end])
            raise self.rechazo("texto_invalido", "trae un texto que no es Unicode válido", wrong) from None

    def _ajustados(self, valores: Valores, tipos: set[type]) -> Valores:
        """Decimals with the column's decimals."""
        if float in tipos:
            raise TypeError(f"{self.nombre} takes Decimal, never float")
        field: Any = self.propio
        numbers = valores if tipos == {Decimal} else list(map(Decimal, valores))
        most = min(field.max_digits, CIFRAS_DE_SQLITE) if self.connection.vendor == "sqlite" else field.max_digits
        exact = Context(prec=most, traps=[Inexact, InvalidOperation])
        try:
            made = list(map(exact.quantize, numbers, repeat(Decimal(1).scaleb(-field.decimal_places))))
        except (Inexact, InvalidOperation):
            return list(map(self._ajustado, numbers))
        return list(map(self._ajustado, made)) if any(map(Decimal.is_nan, made)) else made

    def _ajustado(self, number: Decimal) -> Decimal:
        field: Any = self.propio
        if not cabe(number, field.max_digits, field.decimal_places):
            kind = f"admite {field.max_digits} cifras con {field.decimal_places} decimales"
            raise self.rechazo("fuera_de_rango", kind, number)
        if self.connection.vendor == "sqlite" and not cabe_en_sqlite(number):
            raise self.rechazo("precision", f"guarda {CIFRAS_DE_SQLITE} cifras significativas", number)
        return number.quantize(Decimal(1).scaleb(-field.decimal_places), context=EXACTO)

    def _en_utc(self, value: Any) -> Any:
        """The same instant; in its own zone it may equal the one an hour later, in a night that has an hour twice."""
        if not isinstance(value, datetime):
            return value  # a field takes other forms too
        if value.tzinfo is None:
            raise ValueError(f"{self.nombre} takes aware instants, not {value!r}")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise self.rechazo("fuera_de_rango", "no es un instante entre los años 1 y 9999", value) from None

    def _revisar_fechas(self, valores: Valores, tipos: set[type]) -> None:
        if tipos != {date}:
            raise TypeError(f"{self.nombre} takes dates, not {sorted(tipo.__name__ for tipo in tipos)}")

    def _revisar_enteros(self, valores: Valores, tipos: set[type]) -> None:
        if (limits := self.rango()) is None:
            return
        least, most = limits
        numbers = valores if tipos == {int} else list(map(int, valores))
        if min(numbers) < least or max(numbers) > most:
            wrong = next(number for number in numbers if not least <= number <= most)
            raise self.rechazo("fuera_de_rango", f"admite de {least} a {most}", wrong)

    def rango(self) -> tuple[int, int] | None:
        """The range that PostgreSQL keeps; SQLite would take more and so hold what the other cannot."""
        return BaseDatabaseOperations.integer_field_ranges.get(self.propio.get_internal_type())

    def _revisar_json(self, valores: Valores, tipos: set[type]) -> None:
        field: Any = self.propio
        for value in valores:
            try:
                text = json.dumps(value, cls=field.encoder, allow_nan=False)
            except ValueError:
                raise self.rechazo("numero_invalido", "trae un número que no es finito", None) from None
            if CARACTER_NULO_EN_JSON.search(text):
                raise self.rechazo("caracter_nulo", "trae un carácter nulo", None)
            if "\\ud" in text:
                self._revisar_utf8(json.dumps(value, cls=field.encoder, ensure_ascii=False))


def propio_de(campo: Campo) -> Campo:
    """The field whose values a column holds: for a reference, that of the table which it names."""
    while isinstance(campo, models.ForeignKey):
        campo = campo.target_field
    return campo


def _texto(value: Any) -> str:
    """A plain one, of a choice or a safe string too."""
    return str.__str__(value) if isinstance(value, str) else str(value)


def con_vacios(valores: Valores, hacer: Callable[[Valores], Valores], vacio: Any = None) -> Valores:
    """What `hacer` makes of the values that are there, and `vacio` where there is none."""
    there = [value for value in valores if value is not None]
    done = iter(hacer(there) if there else ())
    return [vacio if value is None else next(done) for value in valores]


def por_distintos(valores: Valores, hacer: Callable[[Valores], Valores]) -> Valores:
    """The same as `hacer(valores)`, which is slow, where few of them differ."""
    different = list(set(valores))
    done = dict(zip(different, hacer(different), strict=True))
    return list(map(done.__getitem__, valores))
