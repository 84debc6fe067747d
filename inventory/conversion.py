"""A row of the source becomes a movement, or a rejection with its reason. Pure: no database, no clock.

Signs: `cantidad` keeps the sign that the source writes (a negative line of a sale stays negative, and its value with
it), so that sums by kind equal the source's; `sentido` is the way of the kind. Stock moves by cantidad × sentido.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from inventory import values
from inventory.kinds import FACTURAS, PREFIJOS, TIPOS, sentido
from inventory.models import MovimientoInventario, TipoBodega, TipoDocumento
from inventory.months import Mes
from inventory.warehouses import Clasificador
from lib.errors import Rejected
from lib.money import CIFRAS_DE_VALOR, SUMA_MAXIMA, decimal_de, producto

TEXTOS = (
    "sucursal", "paciente", "cedula_paciente", "pagador", "nit_pagador", "clinica", "nit_clinica", "medico",
    "cedula_medico", "medico2", "cedula_medico2", "procedimientos", "codigo_ciudad", "ciudad", "codigo_bodega",
    "sistema_bodega", "bodega_contenedor", "articulo_codigo", "articulo_nombre", "articulo_grupo", "unidad", "moneda",
    "lote",
)  # fmt: skip
CALCULADOS = (
    "clave_origen", "tipo_documento", "documento", "linea", "fecha", "hora", "fecha_orden_pedido", "tipo_bodega",
    "cantidad", "sentido", "precio_unitario", "valor_total", "stock_previo", "stock_nuevo", "lead_time_dias",
    "es_implante", "es_instrumental", "es_equipo_poder",
)  # fmt: skip
CAMPOS = CALCULADOS + TEXTOS
ANCHOS = {field.name: field.max_length for field in MovimientoInventario._meta.concrete_fields}
TIPOS_DE_BODEGA = frozenset(TipoBodega.values)
CERO = Decimal("0.0000")
SUMABLE = Decimal("1e15")  # the bound of the statements that count; what is beyond is rejected anyway


class Conversor:
    """Converts the rows of one statement for one window; counts what it had to change on the way.

    `cuentas`: redondeadas (values with more than four decimals), limpiadas (texts with control characters), negativas,
    sin_precio.
    """

    def __init__(
        self,
        columnas: Sequence[str],
        *,
        mes: Mes,
        clasificador: Clasificador,
        remision_no_mueve: bool = False,
        solo_15_cifras: bool = False,
        ordinales: Counter[bytes] | None = None,
    ) -> None:
        self._mes = mes
        self._clasificador = clasificador
        self._remision_no_mueve = remision_no_mueve
        self._solo_15_cifras = solo_15_cifras
        self._ordinales: Counter[bytes] = Counter() if ordinales is None else ordinales
        self._columnas = tuple(columnas)
        given = {name: index for index, name in enumerate(columnas)}
        self._lugar = given
        self._textos = [(name, given.get(name.upper()), ANCHOS[name]) for name in TEXTOS]
        self.cuentas: Counter[str] = Counter()

    def convertir(self, fila: tuple[Any, ...]) -> tuple[Any, ...]:
        """The movement as a tuple in the order of CAMPOS; raises Rejected."""
        tipo = self._tipo(fila)
        dia = self._fecha(fila)
        textos = self._leer_textos(fila)
        if not textos["articulo_codigo"]:
            raise Rejected("campo_vacio", "ARTICULO_CODIGO está vacío.")
        cantidad = self._numero(fila, "CANTIDAD")
        if cantidad is None:
            raise Rejected("campo_vacio", "CANTIDAD está vacía.")
        precio = self._precio(fila)
        valor = self._valor(cantidad, precio)
        if cantidad < 0:
            self.cuentas["negativas"] += 1
        bodega = self._tipo_bodega(fila, textos)
        pedido = values.fecha(self._dato(fila, "FECHA_ORDEN_PEDIDO"), "FECHA_ORDEN_PEDIDO")
        return (
            self.clave(fila),
            str(tipo),
            self._documento(fila),
            values.entero(self._dato(fila, "LINEA")),
            dia,
            values.hora(self._dato(fila, "HORA"), self._dato(fila, "FECHA")),
            pedido,
            bodega,
            cantidad,
            self._sentido(fila, tipo),
            precio,
            valor,
            self._numero(fila, "STOCK_PREVIO"),
            self._numero(fila, "STOCK_NUEVO"),
            (dia - pedido).days if pedido else None,
            bodega == TipoBodega.IMPLANTE,
            bodega == TipoBodega.INSTRUMENTAL,
            bodega == TipoBodega.EQUIPO_DE_PODER,
            *textos.values(),
        )

    def clave(self, fila: tuple[Any, ...]) -> str:
        """The row's name for good: its CLAVE_ORIGEN, else the SHA-256 of the row and its ordinal among equal ones."""
        if "CLAVE_ORIGEN" in self._lugar:
            key = self._texto(fila, "CLAVE_ORIGEN", ANCHOS["clave_origen"])
            if not key:
                raise Rejected("campo_vacio", "CLAVE_ORIGEN está vacía.")
            return key
        digest = hashlib.sha256(canonica(self._columnas, fila).encode("utf-8", "surrogatepass"))
        self._ordinales[digest.digest()] += 1
        return f"H:{digest.hexdigest()}:{self._ordinales[digest.digest()]}"

    def clave_si_hay(self, fila: tuple[Any, ...]) -> str:
        """The row's CLAVE_ORIGEN as far as it can be shown, for the record of a rejection."""
        return values.limpiar(self._dato(fila, "CLAVE_ORIGEN"))[0][: ANCHOS["clave_origen"]]

    def crudo(self, fila: tuple[Any, ...]) -> dict[str, Any]:
        """The row as read, for the record of a rejection."""
        return {name: values.como_json(value) for name, value in zip(self._columnas, fila, strict=True)}

    def cantidad_cruda(self, fila: tuple[Any, ...]) -> Decimal:
        """What this row adds to the source's own sum: its quantity before rounding, nothing where it is none."""
        try:
            number = decimal_de(self._dato(fila, "CANTIDAD"))
        except (Rejected, TypeError):
            return Decimal(0)
        return number if -SUMABLE < number < SUMABLE else Decimal(0)

    def _dato(self, fila: tuple[Any, ...], columna: str) -> Any:
        index = self._lugar.get(columna)
        return None if index is None else fila[index]

    def _tipo(self, fila: tuple[Any, ...]) -> TipoDocumento:
        return tipo_de(str(self._dato(fila, "TIPO_DOCUMENTO") or ""))

    def _fecha(self, fila: tuple[Any, ...]) -> date:
        dia = values.fecha(self._dato(fila, "FECHA"), "FECHA")
        if dia is None:
            raise Rejected("campo_vacio", "FECHA está vacía.")
        if dia not in self._mes:
            raise Rejected(
                "fuera_de_ventana",
                f"FECHA {dia} no es del mes {self._mes} que se pidió; el segundo «?» de la consulta es exclusivo.",
            )
        return dia

    def _leer_textos(self, fila: tuple[Any, ...]) -> dict[str, str]:
        return {
            name: "" if index is None or fila[index] is None else self._cortado(fila[index], name.upper(), width)
            for name, index, width in self._textos
        }

    def _texto(self, fila: tuple[Any, ...], columna: str, width: int | None) -> str:
        return self._cortado(self._dato(fila, columna), columna, width)

    def _cortado(self, value: Any, columna: str, width: int | None) -> str:
        text, dirty = values.limpiar(value)
        if dirty:
            self.cuentas["limpiadas"] += 1
        if width is not None and len(text) > width:
            raise Rejected("texto_largo", f"{columna} tiene {len(text)} caracteres y caben {width}.")
        return text

    def _numero(self, fila: tuple[Any, ...], columna: str) -> Decimal | None:
        value = self._dato(fila, columna)
        if value is None or value == "":
            return None
        number, rounded = values.decimal(value, columna, solo_15_cifras=self._solo_15_cifras)
        if rounded:
            self.cuentas["redondeadas"] += 1
        return number

    def _precio(self, fila: tuple[Any, ...]) -> Decimal:
        """The unit price; a line that has none is worth nothing, and is counted."""
        precio = self._numero(fila, "PRECIO_UNITARIO")
        if precio is None:
            self.cuentas["sin_precio"] += 1
            return CERO
        return precio

    def _valor(self, cantidad: Decimal, precio: Decimal) -> Decimal:
        valor = producto(cantidad, precio)
        values.comprobar(valor, "VALOR_TOTAL", CIFRAS_DE_VALOR, solo_15_cifras=self._solo_15_cifras)
        if abs(valor) > SUMA_MAXIMA:  # alone it would be too much for the sum of its window
            raise Rejected("fuera_de_rango", f"VALOR_TOTAL no cabe: {valor}.")
        return valor

    def _documento(self, fila: tuple[Any, ...]) -> str:
        if "NUMERO" not in self._lugar:
            return self._texto(fila, "DOCUMENTO", ANCHOS["documento"])
        kind = prefijo_de(self._texto(fila, "TIPO_DOCUMENTO", None))
        parts = (kind, self._texto(fila, "PREFIJO", None), self._texto(fila, "NUMERO", None))
        return self._cortado("-".join(parts), "DOCUMENTO", ANCHOS["documento"])

    def _sentido(self, fila: tuple[Any, ...], tipo: TipoDocumento) -> int:
        """The way of the kind; by the company's rule none for an invoice's line whose remission has moved already."""
        if self._remision_no_mueve and tipo in FACTURAS and values.afirmado(self._dato(fila, "REMTOTFAC")):
            return 0
        return sentido(tipo)

    def _tipo_bodega(self, fila: tuple[Any, ...], textos: Mapping[str, str]) -> str:
        given = bodega_dada(str(self._dato(fila, "TIPO_BODEGA") or ""))
        return given or self._clasificador.tipo(textos["sistema_bodega"])


def tipo_de(codigo: str) -> TipoDocumento:
    """The kind behind the source's code; Rejected where it is empty or unknown."""
    code = codigo.strip().upper()
    if not code:
        raise Rejected("campo_vacio", "TIPO_DOCUMENTO está vacío.")
    tipo = TIPOS.get(code)
    if tipo is None:
        raise Rejected("tipo_desconocido", f"El tipo de documento {code[:40]!r} no se conoce.")
    return tipo


def prefijo_de(codigo: str) -> str:
    """How a kind stands in the name of its documents."""
    code = codigo.upper()
    return PREFIJOS.get(code, code)


def bodega_dada(codigo: str) -> str:
    """The kind of warehouse that the source itself names, empty where it names none of ours."""
    given = codigo.strip().upper()
    return given if given in TIPOS_DE_BODEGA else ""


def canonica(columnas: Sequence[str], fila: Sequence[Any]) -> str:
    """The row as one text that does not depend on the order of its columns or on how a number is written."""
    pairs = sorted((name, _texto_canonico(value)) for name, value in zip(columnas, fila, strict=True))
    return "\x1e".join(f"{name}\x1f{value}" for name, value in pairs)


def _texto_canonico(value: Any) -> str:
    if value is None:
        return "\x00"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
