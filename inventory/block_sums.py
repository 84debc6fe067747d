"""Sums and hash of the movements of a block: the figures of inventory.ledger, taken from arrays."""

from collections.abc import Iterator, Mapping
from hashlib import md5

import numpy as np

from inventory.block_joins import Trozo, fundir, signo, trozo
from inventory.block_numbers import como_texto, suma
from inventory.block_texts import UTF8
from inventory.ledger import SEPARADOR, Figuras
from lib.arrays import Columna, Decimales, Fechas, Glosados, Textos

TEXTOS_ANTES = ("tipo_documento", "articulo_codigo", "codigo_bodega")
FUERA_DE_CIFRAS = 4  # bits: of the first 16 hexadecimal digits 15 count
MD5 = 16  # bytes


def figuras(columnas: Mapping[str, Columna], filas: int) -> Figuras:
    """The figures of these rows, which are movements by field as inventory.blocks makes them."""
    cantidad, precio, valor = (_decimales(columnas[name]) for name in ("cantidad", "precio_unitario", "valor_total"))
    huella = _huella(columnas, cantidad, precio, filas) if filas else 0
    return Figuras(filas, suma(cantidad.unidades), suma(valor.unidades), huella)


def _huella(columnas: Mapping[str, Columna], cantidad: Decimales, precio: Decimales, filas: int) -> int:
    """The sum of the rows' shares: their canonical texts are made side by side, only MD5 goes row by row."""
    textos = [_textos(columnas[name]) for name in ("clave_origen", *TEXTOS_ANTES)]
    dia, ancho_de_dia = _dias(columnas["fecha"])
    numeros = [como_texto(numero.unidades) for numero in (cantidad, precio)]
    trozos = [trozo(textos[0]), dia, *map(trozo, textos[1:]), *(numero for numero, _ in numeros)]
    entre = signo(ord(SEPARADOR), filas)
    largos = sum(texto.largos for texto in textos) + sum(largos for _, largos in numeros)
    fines = np.cumsum(largos + ancho_de_dia + len(trozos) - 1).tolist()
    octetos = fundir([pieza for trozo in trozos for pieza in (entre, trozo)][1:]).tobytes()
    sumas = b"".join([md5(fila, usedforsecurity=False).digest() for fila in _en_utf8(octetos, fines, textos)])
    primeros = np.frombuffer(sumas, ">u8")[:: MD5 // 8] >> np.uint64(FUERA_DE_CIFRAS)
    return suma(primeros.astype(np.int64))


def _en_utf8(octetos: bytes, fines: list[int], textos: list[Textos]) -> Iterator[bytes] | list[bytes]:
    filas = [octetos[desde:hasta] for desde, hasta in zip([0, *fines], fines, strict=False)]
    codec = next((texto.codec for texto in textos if texto.codec != "ascii"), "ascii")
    if UTF8 in codec or octetos.isascii():
        return filas
    return (fila if fila.isascii() else fila.decode(codec).encode() for fila in filas)


def _dias(columna: Columna) -> tuple[Trozo, int]:
    """The dates as YYYY-MM-DD, each different one written once, and how many characters that is."""
    assert isinstance(columna, Fechas)
    primero = columna.dias.min()
    todos = np.arange(primero, columna.dias.max() + 1).astype("M8[D]").astype("S10")
    tabla = np.frombuffer(todos.tobytes(), np.uint8).reshape(len(todos), -1)
    octetos = tabla.take((columna.dias - primero).astype(np.int64), axis=0)
    return (octetos, np.ones_like(octetos, bool)), octetos.shape[1]


def _textos(columna: Columna) -> Textos:
    if isinstance(columna, Glosados):
        return columna.extendidos()
    assert isinstance(columna, Textos)
    return columna


def _decimales(columna: Columna) -> Decimales:
    assert isinstance(columna, Decimales)
    return columna
