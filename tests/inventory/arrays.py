"""Blocks made by hand from rows of Python values, as servers/firebird makes them from the wire."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from lib.arrays import Bloque, Decimales, Enteros, Fechas, Glosados, Glosario, Horas, Instantes, Logicos, Textos
from servers.firebird.values import LATIN as LATIN
from servers.firebird.values import UTF8 as UTF8
from servers.firebird.values import registrar_codecs

registrar_codecs()
BASURA = 0xAA  # what lies behind the end of a text and under a NULL


def textos(values, codec=LATIN):
    crudos = [b"" if value is None else value.encode(codec) for value in values]
    ancho = max(map(len, crudos), default=0) + 3
    octetos = np.full((len(crudos), ancho), BASURA, np.uint8)
    for octeto, crudo in zip(octetos, crudos, strict=True):
        octeto[: len(crudo)] = list(crudo)
    nulos = np.array([value is None for value in values], bool)
    largos = np.array([2 if value is None else len(crudo) for value, crudo in zip(values, crudos, strict=True)])
    return Textos(octetos, largos.astype(np.int64), codec, nulos if nulos.any() else None)


def glosados(values, codec=LATIN):
    """The same texts from a glossary that holds each once, and one more."""
    varios = ["de nadie", *dict.fromkeys(values)]
    cuales = np.array([varios.index(value) for value in values], np.intp)
    return Glosados(Glosario(textos(varios, codec)), cuales, np.array([value is None for value in values], bool))


def replace_codec(columna, codec):
    """The same bytes, said to be of another codec."""
    return replace(columna, codec=codec)


def enteros(values):
    return Enteros(*_numeros(values, int))


def logicos(values):
    numeros, nulos = _numeros(values, int)
    return Logicos(numeros != 0, nulos)


def decimales(escala):
    def columna(values):
        unidades, nulos = _numeros(values, lambda value: int(Decimal(value).scaleb(escala)))
        return Decimales(unidades, escala, nulos)

    return columna


def fechas(values):
    numeros, nulos = _numeros(values, lambda value: (value - date(1970, 1, 1)).days)
    return Fechas(numeros.view("M8[D]"), nulos)


def instantes(values):
    numeros, nulos = _numeros(values, lambda value: int(np.datetime64(value, "us").astype(np.int64)))
    return Instantes(numeros.view("M8[us]"), nulos=nulos)


def horas(values):
    numeros, nulos = _numeros(values, lambda v: ((v.hour * 60 + v.minute) * 60 + v.second) * 10**6 + v.microsecond)
    return Horas(numeros, nulos)


def _numeros(values, numero):
    nulos = np.array([value is None for value in values], bool)
    numeros = np.array([-7 if value is None else numero(value) for value in values], np.int64)
    return numeros, nulos if nulos.any() else None


def bloque(tipos, filas):
    """A block of `filas` (tuples) whose columns are made by `tipos`: {name: maker of a column of values}."""
    por_columna = list(zip(*filas, strict=True))
    columnas = {name: make(values) for (name, make), values in zip(tipos.items(), por_columna, strict=True)}
    return Bloque(columnas, len(filas), lambda n: filas[n])
