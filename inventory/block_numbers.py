"""Numbers of many rows at once, in ten-thousandths that fit 64 bits; what does not is marked odd, for lib.money."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inventory.block_joins import Trozo
from lib.arrays import Columna, Decimales, Enteros, Mascara, Textos
from lib.money import CIFRAS_DE_CANTIDAD, CIFRAS_DE_SQLITE, DIEZMIL, ESCALA

TOPE = 10**CIFRAS_DE_CANTIDAD  # of ten-thousandths that numeric(18,4) keeps
TOPE_EXACTO = 9e18  # a product that a double puts below this fits 64 bits
MITAD_BAJA = 2**32 - 1
POTENCIAS = 10 ** np.arange(1, 19, dtype=np.int64)
Unidades = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Numeros:
    """A column in ten-thousandths; zero where there is no number."""

    unidades: Unidades
    nulos: Mascara | None


def leer(columna: Columna, raras: Mascara, *, solo_15_cifras: bool) -> Numeros | None:
    """The numbers of a column; None where its type is none of numbers. Odd: too long, or more than four decimals."""
    if isinstance(columna, Textos):  # a NULL without a type comes as a text; a number in a text is odd
        escritos = columna.largos > 0 if columna.nulos is None else (columna.largos > 0) & ~columna.nulos
        raras |= escritos
        return Numeros(np.zeros(len(escritos), np.int64), ~escritos)
    if not isinstance(columna, Decimales | Enteros):
        return None
    nulos = columna.nulos
    crudos = columna.unidades if isinstance(columna, Decimales) else columna.valores
    escala = columna.escala if isinstance(columna, Decimales) else 0
    if nulos is not None:
        crudos = np.where(nulos, 0, crudos)
    unidades = _a_escala(crudos, escala, raras)
    tope = 10**CIFRAS_DE_SQLITE if solo_15_cifras else TOPE
    raras |= (unidades >= tope) | (unidades <= -tope)
    return Numeros(unidades, nulos)


def _a_escala(crudos: Unidades, escala: int, raras: Mascara) -> Unidades:
    if escala > ESCALA:
        unidades, resto = np.divmod(crudos, 10 ** min(escala - ESCALA, 18))
        raras |= resto != 0
        return unidades
    factor = 10 ** min(ESCALA - escala, CIFRAS_DE_CANTIDAD)
    if factor > 1:
        raras |= (crudos > TOPE // factor) | (crudos < -TOPE // factor)
    return crudos * np.int64(factor)


def producto(cantidad: Unidades, precio: Unidades, raras: Mascara, *, solo_15_cifras: bool) -> Unidades:
    """lib.money.producto of every row: rounded once, half away from zero. Odd: what 64 bits do not hold on the way."""
    raras |= np.abs(cantidad.astype(np.float64)) * np.abs(precio.astype(np.float64)) >= TOPE_EXACTO
    exacto = cantidad * precio
    valor: Unidades = np.sign(exacto) * ((np.abs(exacto) + DIEZMIL // 2) // DIEZMIL)
    if solo_15_cifras:
        raras |= np.abs(valor) >= 10**CIFRAS_DE_SQLITE
    return valor


def suma(numeros: Unidades) -> int:
    """Their exact sum, whatever its size."""
    return (int((numeros >> 32).sum()) << 32) + int((numeros & MITAD_BAJA).sum())


def como_texto(numeros: Unidades) -> tuple[Trozo, NDArray[np.int64]]:
    """The numbers in digits, aligned to the right, and how many characters each has."""
    sueltos = np.abs(numeros)
    largos = np.searchsorted(POTENCIAS, sueltos, "right") + 1 + (numeros < 0)
    ancho = int(largos.max(initial=1))
    octetos = np.empty((len(numeros), ancho), np.uint8)
    for lugar in range(ancho - 1, -1, -1):
        sueltos, cifra = np.divmod(sueltos, 10)
        octetos[:, lugar] = cifra + ord("0")
    negativos = np.flatnonzero(numeros < 0)
    octetos[negativos, ancho - largos[negativos]] = ord("-")
    cuentan = np.tri(ancho + 1, ancho, -1, dtype=bool)[:, ::-1].take(largos, axis=0)
    return (octetos, cuentan), largos
