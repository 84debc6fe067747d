"""From a record of Contífico to the row of its table. Pure; Rejected, with a stable code, for what cannot be kept.

A column takes the member of the record that has its name, unless PROPIAS says where else it comes from; how it is read
follows from the kind of the column.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import cache, reduce
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import models

from inventory.contifico import values
from inventory.contifico.models import TABLAS, Registro
from inventory.contifico.models.registro import LARGO_CLAVE
from inventory.contifico.resources import Recurso
from lib import exact_json
from lib.errors import Rejected
from lib.money import CIFRAS_DE_SQLITE, CUANTO, EXACTO, cabe, cabe_en_sqlite, redondear

Datos = dict[str, Any]
USUAL = Context(prec=CIFRAS_DE_SQLITE, traps=[Inexact, InvalidOperation])


@dataclass(frozen=True, slots=True)
class Reglas:
    """In which zone an account writes its moments, and whether the database keeps 15 digits only, as SQLite does."""

    zona: ZoneInfo
    solo_15_cifras: bool = False


@dataclass(frozen=True, slots=True)
class Fila:
    """A record as its table takes it: `valores` in the order of `columnas`, of which `redondeados` lost decimals."""

    clave: str
    datos: str
    huella: str
    updated_at: datetime | None
    valores: tuple[Any, ...]
    redondeados: int


def columnas(recurso: Recurso) -> tuple[str, ...]:
    """The columns that only this resource has."""
    return tuple(columna.nombre for columna in _columnas(recurso.nombre))


def fila_de(recurso: Recurso, registro: Any, reglas: Reglas) -> Fila:
    """The row of a record; Rejected with a code of `reasons.Motivo`."""
    if not isinstance(registro, dict):
        raise Rejected("registro_invalido", f"Se esperaba un objeto y no {type(registro).__name__}.")
    clave = exigir_clave(clave_de(recurso, registro))
    read = [_leer(columna, registro, reglas) for columna in _columnas(recurso.nombre)]
    valores = tuple(value for value, _ in read)
    modificado = _modificado(recurso, registro, reglas.zona)
    datos, huella = texto_de(registro), huella_de(registro, (modificado, *valores))
    return Fila(clave, datos, huella, modificado, valores, sum(rounded for _, rounded in read))


def clave_de(recurso: Recurso, registro: Any) -> str:
    """What names the record: the first of the resource's keys that it has, as it is; empty where it has none."""
    for name in recurso.claves if isinstance(registro, dict) else ():
        value = registro.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def texto_de(registro: Any) -> str:
    """The record in JSON, with its digits; Rejected `json_invalido` where it cannot be written like that."""
    try:
        return exact_json.escribir(registro)
    except TypeError:
        raise Rejected("json_invalido", "Sus datos no se pueden escribir en JSON tal como llegaron.") from None


def huella_de(registro: Any, valores: Iterable[Any] = ()) -> str:
    """A hash of the record, whatever the order of its members, and of its columns: a better mapping changes it too."""
    whole = chain([exact_json.escribir(registro, ordenado=True)], map(str, valores))
    return blake2b("\x1f".join(whole).encode(), digest_size=20).hexdigest()


def exigir_clave(clave: str) -> str:
    """The key, fit to be kept; Rejected `sin_clave` or `clave_invalida`."""
    if not clave:
        raise Rejected("sin_clave", "No trae id ni otra clave que lo nombre.")
    if len(clave) > LARGO_CLAVE or values.CONTROL.search(clave) or values.MITADES.search(clave):
        raise Rejected("clave_invalida", f"Su clave no se puede guardar: {ascii(clave)[:60]}.")
    return clave


def _modificado(recurso: Recurso, registro: Datos, zona: ZoneInfo) -> datetime | None:
    moments = (values.instante(registro.get(name), zona) for name in recurso.fechas)
    return next((moment for moment in moments if moment), None)


class _Columna(NamedTuple):
    nombre: str
    de: Callable[[Datos], Any]
    leer: Callable[[Any], Any]
    largo: int | None


LECTURAS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (models.TextField, values.texto),
    (models.CharField, values.texto),
    (models.DecimalField, values.decimal),
    (models.DateField, values.fecha),
    (models.BooleanField, values.afirmado),
    (models.IntegerField, values.entero),
)


@cache
def _columnas(nombre: str) -> tuple[_Columna, ...]:
    common = {field.attname for field in Registro._meta.get_fields()}  # type: ignore[union-attr]
    fields = [field for field in TABLAS[nombre]._meta.concrete_fields if field.attname not in common]
    return tuple(_columna(field, PROPIAS.get(nombre, {}).get(field.attname)) for field in fields)


def _columna(field: "models.Field[Any, Any]", de: Callable[[Datos], Any] | None) -> _Columna:
    name = field.attname
    leer = next(leer for kind, leer in LECTURAS if isinstance(field, kind))
    if name.endswith("_id"):
        leer = values.identificador
    return _Columna(name, de or (lambda registro: registro.get(name)), leer, getattr(field, "max_length", None))


def _leer(columna: _Columna, registro: Datos, reglas: Reglas) -> tuple[Any, bool]:
    """The value of a column, and whether it was rounded."""
    try:
        value = columna.leer(columna.de(registro))
        if isinstance(value, Decimal):
            rounded = _ajustado(value, reglas)
            return rounded, rounded != value
        if isinstance(value, str) and columna.largo and len(value) > columna.largo:
            raise Rejected("texto_largo", f"caben {columna.largo} caracteres y trae {len(value)}")
    except Rejected as error:
        raise Rejected(error.codigo, f"{columna.nombre}: {error.mensaje}.") from None
    return value, False


def _ajustado(value: Decimal, reglas: Reglas) -> Decimal:
    """The value with four decimals; the usual one has no more and needs no more than 15 digits."""
    try:
        return USUAL.quantize(value, CUANTO)
    except (Inexact, InvalidOperation):
        pass
    rounded = redondear(value)
    if not cabe(rounded):
        raise Rejected("fuera_de_rango", f"no cabe: {value}")
    if reglas.solo_15_cifras and not cabe_en_sqlite(rounded):
        raise Rejected("precision", f"necesita más de {CIFRAS_DE_SQLITE} cifras: {value}")
    return rounded


def _objeto(registro: Datos, *nombres: str) -> Datos:
    """The first of these members that is an object with anything in it; an empty one where none is."""
    return next((found for name in nombres if isinstance(found := registro.get(name), dict) and found), {})


def _lineas(registro: Datos, nombre: str = "detalles") -> list[Datos]:
    lines = registro.get(nombre)
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def _suma(importes: list[Any]) -> Decimal | None:
    numbers = [number for value in importes if (number := values.decimal(value)) is not None]
    return reduce(EXACTO.add, numbers) if numbers else None


def _cuantas(registro: Datos) -> int:
    return len(_lineas(registro))


def _subtotal(registro: Datos) -> Any:
    both = _suma([registro.get("subtotal_0"), registro.get("subtotal_12")])
    return registro.get("subtotal") if both is None else both


def _anulado(registro: Datos) -> bool:
    return values.afirmado(registro.get("anulado")) is True or registro.get("estado") == "A"


def _identificacion(registro: Datos) -> Any:
    person = _objeto(registro, "cliente", "persona")
    return person.get("ruc") or person.get("cedula")


def _de_lado(lado: str) -> Callable[[Datos], Decimal | None]:
    return lambda registro: _suma([line.get("valor") for line in _lineas(registro) if line.get("tipo") == lado])


DE_UN_DOCUMENTO: dict[str, Callable[[Datos], Any]] = {
    "persona_id": lambda registro: registro.get("persona_id") or registro.get("persona"),
    "persona_nombre": lambda registro: _objeto(registro, "cliente", "persona").get("razon_social"),
    "persona_identificacion": _identificacion,
    "vendedor_id": lambda registro: registro.get("vendedor_id") or registro.get("vendedor"),
    "anulado": _anulado,
    "subtotal": _subtotal,
    "lineas": _cuantas,
}
DE_UNA_GUIA: dict[str, Callable[[Datos], Any]] = {
    "destinatario_id": lambda registro: _objeto(registro, "destinatario").get("destinatario_id"),
    "documento_id": lambda registro: _objeto(registro, "destinatario").get("documento_id"),
    "motivo": lambda registro: _objeto(registro, "destinatario").get("motivo"),
    "lineas": lambda registro: len(_lineas(_objeto(registro, "destinatario"), "detalle")),
}
PROPIAS: dict[str, dict[str, Callable[[Datos], Any]]] = {
    "inventory_movements": {"lineas": _cuantas},
    "remission_guides": DE_UNA_GUIA,
    "purchases": DE_UN_DOCUMENTO,
    "sales": DE_UN_DOCUMENTO,
    "documents": DE_UN_DOCUMENTO,
    "registry_transactions": {"lineas": _cuantas},
    "persons": {"categoria_id": lambda registro: registro.get("categoria_id") or registro.get("id_categoria")},
    "journal_entries": {"debe": _de_lado("D"), "haber": _de_lado("H"), "lineas": _cuantas},
    "bank_movements": {
        "persona_id": lambda registro: registro.get("persona_id") or registro.get("persona"),
        "monto": lambda registro: _suma([line.get("monto") for line in _lineas(registro)]),
        "lineas": _cuantas,
    },
}
