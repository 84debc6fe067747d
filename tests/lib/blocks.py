"""Rows of Muestra as the arrays of a block, for tests."""

from datetime import UTC

import numpy as np

from lib.arrays import Decimales, Enteros, Fechas, Glosados, Glosario, Horas, Instantes, Logicos, Textos

BASURA = ord("\x9d")  # what lies behind a text means nothing, in any codec


def textos(values, codec="utf-8"):
    encoded = [(value or "").encode(codec) for value in values]
    octets = np.full((len(values), max(map(len, encoded), default=0) + 3), BASURA, np.uint8)
    for row, value in zip(octets, encoded, strict=True):
        row[: len(value)] = np.frombuffer(value, np.uint8)
    lengths = [99 if value is None else len(text) for value, text in zip(values, encoded, strict=True)]
    return Textos(octets, np.array(lengths, np.int64), codec, nulos(values))


def glosados(values, codec="utf-8"):
    """The same texts from a glossary, whose order is none of theirs."""
    different = sorted(set(values), key=lambda value: (value is None, repr(value)), reverse=True)
    which = np.array([different.index(value) for value in values], np.intp)
    return Glosados(Glosario(textos(different, codec)), which, nulos(values))


def nulos(values):
    return np.array([value is None for value in values])


def enteros(values):
    return Enteros(np.array([-7 if value is None else value for value in values], np.int64), nulos(values))


def decimales(values, escala=4):
    units = [-(2**63) if value is None else int(value.scaleb(escala)) for value in values]
    return Decimales(np.array(units, np.int64), escala, nulos(values))


def logicos(values):
    return Logicos(np.array([value or False for value in values]), nulos(values))


def fechas(values):
    return Fechas(np.array(values, "M8[D]"), nulos(values))


def horas(values):
    return Horas(np.array([-1 if value is None else microsegundos(value) for value in values]), nulos(values))


def microsegundos(value):
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


def instantes(values):
    naive = [value and value.astimezone(UTC).replace(tzinfo=None) for value in values]
    return Instantes(np.array(naive, "M8[us]"), utc=True, nulos=nulos(values))


def iguales(values):
    """All of them the first, as one piece of memory."""
    octets = np.frombuffer(str(values[0]).encode(), np.uint8)
    many = (len(values), len(octets))
    return Textos(np.broadcast_to(octets, many), np.broadcast_to(np.int64(many[1]), many[:1]), "ascii")


HECHURAS = {
    "grupo": enteros,
    "clave": textos,
    "texto": textos,
    "corto": textos,
    "numero": decimales,
    "valor": decimales,
    "dia": fechas,
    "instante": instantes,
    "hora": horas,
    "activo": logicos,
    "entero": enteros,
    "nota": textos,
}


def bloque(campos, filas, **otras):
    """The columns of those rows; `otras` are makers that differ from the usual."""
    return {
        name: (otras.get(name) or HECHURAS[name])(list(values))
        for name, values in zip(campos, zip(*filas, strict=True), strict=True)
    }
