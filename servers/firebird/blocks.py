"""Raw messages of libfbclient as columns of numpy: one pass per column of a block instead of one call per value.

A message is a C structure that the statement's output metadata describe (`IMessageMetadata`: for each column type,
offset, length, scale and the offset of a two-byte null indicator). What the types hold, little-endian here, is the
layout of the old XSQLVAR (InterBase 6.0 API Guide, chapters 6 and 10; Firebird's ibase.h and sqlda_pub.h):

    SQL_SHORT, SQL_LONG, SQL_INT64   the integer; with a scale it counts units of 10 ** scale (a NUMERIC)
    SQL_DOUBLE                       the number; with a scale it stands for a NUMERIC of a dialect 1 database
    SQL_TYPE_DATE                    days since 1858-11-17 (the Modified Julian Date)
    SQL_TYPE_TIME                    ten-thousandths of a second since midnight, unsigned
    SQL_TIMESTAMP                    such a date, then such a time
    SQL_TEXT                         the bytes, padded with blanks to the length
    SQL_VARYING                      two bytes of length, then room for the longest value
    SQL_BOOLEAN                      one byte

The messages come from a process that a hostile server may own. Each block is copied once, and only the copy is read;
the layout is checked before (`revisado`), lengths of texts are cut to their room, dates that no calendar has are
`raras`.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Bloque, Columna, Decimales, Enteros, Fechas, Horas, Instantes, Logicos, Mascara, Textos
from servers.firebird import ring
from servers.firebird import values as valores
from servers.firebird.errors import traducir
from servers.firebird.rows import (
    CHAR,
    CORTO,
    DOBLE,
    FECHA,
    GRANDE,
    HORA,
    INSTANTE,
    LARGO,
    LOGICO,
    VARIABLE,
    Campo,
    Molde,
    lector,
)

Octetos: TypeAlias = NDArray[np.uint8]
Leida: TypeAlias = tuple[Columna, Mascara | None]  # a column, and its values that only the row reader gives
Leer: TypeAlias = Callable[[Octetos, int], Leida]

DIA_CERO = np.datetime64("1858-11-17", "D").astype(np.int64)
PRIMER_DIA = int(np.datetime64("0001-01-01", "D").astype(np.int64) - DIA_CERO)
ULTIMO_DIA = int(np.datetime64("9999-12-31", "D").astype(np.int64) - DIA_CERO)
MEDIANOCHE = 864_000_000  # ten-thousandths of a day
MICROSEGUNDOS = 100  # of a ten-thousandth
EXACTAS = 2.0**48  # units that a double holds with room for the noise of its last bits
BLANCO = 0x20


class Decodificador:
    """Blocks of one statement; each is good until the next one is made."""

    def __init__(self, molde: Molde, nombres: tuple[str, ...], anillo: int) -> None:
        valores.registrar_codecs()
        fila = lector(molde.campos, molde.codec)
        if fila is None:
            raise ValueError("a column that is not read raw")
        self.tope = ring.tope(molde.paso)
        self._fila = fila
        self._paso = molde.paso
        self._anillo = ring.abrir(anillo)
        self._memoria = np.empty(ring.BYTES_POR_RANURA, np.uint8)
        self._columnas = [(n, _lectura(c, molde)) for n, c in zip(nombres, molde.campos, strict=True)]

    def bloque(self, ranura: int, filas: int) -> Bloque:
        """The first `filas` rows of a slot, which is free again after this."""
        bytes_ = filas * self._paso
        self._memoria[:bytes_] = np.frombuffer(self._anillo, np.uint8, bytes_, ranura * ring.BYTES_POR_RANURA)
        columnas: dict[str, Columna] = {}
        raras = np.zeros(filas, np.bool_)
        for nombre, leer in self._columnas:
            columnas[nombre], dudosas = leer(self._memoria, filas)
            if dudosas is not None:
                raras |= dudosas
        return Bloque(columnas, filas, self._una, raras if raras.any() else None)

    def _una(self, n: int) -> tuple[Any, ...]:
        """Row n as the row reader gives it, errors included."""
        try:
            return self._fila(self._memoria[n * self._paso : (n + 1) * self._paso].tobytes())
        except (ValueError, OverflowError) as error:
            raise traducir(type(error).__name__, (), str(error), "") from error


def _lectura(campo: Campo, molde: Molde) -> Leer:
    if campo.tipo in {CHAR, VARIABLE}:
        return _textos(campo, molde)
    return NUMEROS[campo.tipo](campo, molde.paso)


def _vista(memoria: Octetos, tipo: str, desde: int, filas: int, paso: int) -> NDArray[Any]:
    """One value per message, where it lies."""
    return np.ndarray((filas,), tipo, memoria, desde, (paso,))


def _nulos(memoria: Octetos, campo: Campo, filas: int, paso: int) -> Mascara | None:
    nulos: Mascara = _vista(memoria, "<i2", campo.nulo, filas, paso) != 0
    return nulos if nulos.any() else None


def _con_valor(dudosas: Mascara, nulos: Mascara | None) -> Mascara | None:
    """The doubtful values that are not NULL, if there is one."""
    if nulos is not None:
        dudosas &= ~nulos
    return dudosas if dudosas.any() else None


def _enteros(campo: Campo, paso: int) -> Leer:
    tipo = {CORTO: "<i2", LARGO: "<i4", GRANDE: "<i8"}[campo.tipo]
    exacto = bool(campo.escala or campo.subtipo)

    def leer(memoria: Octetos, filas: int) -> Leida:
        numeros = _vista(memoria, tipo, campo.desde, filas, paso).astype(np.int64)
        nulos = _nulos(memoria, campo, filas, paso)
        return (Decimales(numeros, abs(campo.escala), nulos) if exacto else Enteros(numeros, nulos)), None

    return leer


def _dobles(campo: Campo, paso: int) -> Leer:
    """A NUMERIC of dialect 1: the decimal that the double stands for, by the rule of `values.de_doble`."""
    factor = 10.0**-campo.escala

    def leer(memoria: Octetos, filas: int) -> Leida:
        dobles = _vista(memoria, "<f8", campo.desde, filas, paso).astype(np.float64)
        nulos = _nulos(memoria, campo, filas, paso)
        with np.errstate(invalid="ignore", over="ignore"):
            exactas = dobles * factor
            redondas = np.rint(exactas)
            limpias = np.abs(redondas) < EXACTAS
            limpias &= np.abs(exactas - redondas) <= 0.25  # else another unit might be as near
            limpias &= np.abs(redondas / factor - dobles) <= np.maximum(np.abs(dobles), 1.0) * 1e-12
        unidades = np.where(limpias, redondas, 0.0).astype(np.int64)
        return Decimales(unidades, -campo.escala, nulos), _con_valor(~limpias, nulos)

    return leer


def _fechas(campo: Campo, paso: int) -> Leer:
    def leer(memoria: Octetos, filas: int) -> Leida:
        dias = _vista(memoria, "<i4", campo.desde, filas, paso).astype(np.int64)
        nulos = _nulos(memoria, campo, filas, paso)
        dudosas = _con_valor(_sin_calendario(dias), nulos)
        dias += DIA_CERO
        return Fechas(dias.view("datetime64[D]"), nulos), dudosas

    return leer


def _horas(campo: Campo, paso: int) -> Leer:
    def leer(memoria: Octetos, filas: int) -> Leida:
        horas = _vista(memoria, "<u4", campo.desde, filas, paso).astype(np.int64)
        nulos = _nulos(memoria, campo, filas, paso)
        dudosas = _con_valor(horas >= MEDIANOCHE, nulos)
        horas *= MICROSEGUNDOS
        return Horas(horas, nulos), dudosas

    return leer


def _instantes(campo: Campo, paso: int) -> Leer:
    def leer(memoria: Octetos, filas: int) -> Leida:
        dias = _vista(memoria, "<i4", campo.desde, filas, paso).astype(np.int64)
        horas = _vista(memoria, "<u4", campo.desde + 4, filas, paso)
        nulos = _nulos(memoria, campo, filas, paso)
        dudosas = _con_valor(_sin_calendario(dias) | (horas >= MEDIANOCHE), nulos)
        dias += DIA_CERO
        dias *= MEDIANOCHE
        dias += horas
        dias *= MICROSEGUNDOS
        return Instantes(dias.view("datetime64[us]"), nulos=nulos), dudosas

    return leer


def _sin_calendario(dias: NDArray[np.int64]) -> Mascara:
    return (dias < PRIMER_DIA) | (dias > ULTIMO_DIA)


def _logicos(campo: Campo, paso: int) -> Leer:
    def leer(memoria: Octetos, filas: int) -> Leida:
        ciertos: Mascara = _vista(memoria, "u1", campo.desde, filas, paso) != 0
        return Logicos(ciertos, _nulos(memoria, campo, filas, paso)), None

    return leer


def _textos(campo: Campo, molde: Molde) -> Leer:
    """The bytes where they lie; whether they are text of the codec is the business of who uses them."""
    paso, variable = molde.paso, campo.tipo == VARIABLE
    desde = campo.desde + 2 if variable else campo.desde

    def leer(memoria: Octetos, filas: int) -> Leida:
        octetos = np.ndarray((filas, campo.largo), np.uint8, memoria, desde, (paso, 1))
        if variable:
            largos = _vista(memoria, "<u2", campo.desde, filas, paso).astype(np.int64)
            np.minimum(largos, campo.largo, out=largos)
        else:
            largos = _sin_relleno(octetos)
        return Textos(octetos, largos, molde.codec, _nulos(memoria, campo, filas, paso)), None

    return leer


def _sin_relleno(octetos: Octetos) -> NDArray[np.int64]:
    """The lengths without the blanks of the end."""
    ancho = octetos.shape[1]
    if not ancho:
        return np.zeros(len(octetos), np.int64)
    puestos = np.arange(1, ancho + 1, dtype=np.uint8 if ancho < 256 else np.uint16)[:, None]
    llenos = np.ascontiguousarray(octetos.T) != BLANCO
    return (llenos * puestos).max(axis=0).astype(np.int64)  # type: ignore[no-any-return]


NUMEROS: Mapping[int, Callable[[Campo, int], Leer]] = {
    CORTO: _enteros,
    LARGO: _enteros,
    GRANDE: _enteros,
    DOBLE: _dobles,
    FECHA: _fechas,
    HORA: _horas,
    INSTANTE: _instantes,
    LOGICO: _logicos,
}


def revisado(molde: object, columnas: int) -> Molde | None:
    """A layout as a child tells it, if it is one that a statement of so many columns can have."""
    match molde:
        case [int(paso), (valores.LATIN | valores.UTF8) as codec, tuple(campos)] if len(campos) == columnas:
            if all(_es_campo(c) for c in campos):
                bueno = Molde(paso, codec, tuple(Campo(*c) for c in campos))
                return bueno if 0 < paso <= ring.BYTES_POR_RANURA and bueno.cabe() else None
    return None


def _es_campo(crudo: object) -> bool:
    return isinstance(crudo, tuple) and len(crudo) == 6 and all(type(n) is int for n in crudo)
