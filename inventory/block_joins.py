"""Texts made for many rows at once: from a table, from parts, or the same for all."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inventory.block_texts import Octetos, dentro
from lib.arrays import Mascara, Textos

Trozo = tuple[Octetos, Mascara]  # bytes side by side, and which of them count


def constante(texto: str, filas: int) -> Textos:
    """The same ASCII text that many times."""
    octetos = np.frombuffer(texto.encode("ascii"), np.uint8)
    ancho = len(octetos)
    return Textos(np.broadcast_to(octetos, (filas, ancho)), np.broadcast_to(np.int64(ancho), (filas,)), "ascii")


def tabla(textos: Sequence[str], cuales: NDArray[np.intp]) -> Textos:
    """The ASCII text `textos[n]` of each row, n being its number in `cuales`."""
    ancho = max(map(len, textos), default=0) or 1
    juntos = "".join(texto.ljust(ancho) for texto in textos).encode("ascii")
    largos = np.array([len(texto) for texto in textos], np.int64)
    octetos = np.frombuffer(juntos, np.uint8).reshape(-1, ancho)
    return Textos(octetos.take(cuales, axis=0), largos.take(cuales), "ascii")


def trozo(textos: Textos) -> Trozo:
    return textos.octetos, dentro(textos)


def signo(octeto: int, filas: int) -> Trozo:
    """One byte in every row."""
    return np.full((filas, 1), octeto, np.uint8), np.ones((filas, 1), bool)


def fundir(trozos: Sequence[Trozo]) -> Octetos:
    """The bytes that count, row after row, with nothing between."""
    octetos, cuentan = zip(*trozos, strict=True)
    todos: Octetos = np.concatenate(octetos, axis=1)[np.concatenate(cuentan, axis=1)]
    return todos


def unir(partes: Sequence[Textos], separador: str, codec: str) -> Textos:
    """The parts of each row with the separator between them."""
    filas = len(partes[0].largos)
    entre = signo(ord(separador), filas)
    trozos = [entre if n % 2 else trozo(partes[n // 2]) for n in range(2 * len(partes) - 1)]
    largos = np.sum([parte.largos for parte in partes], axis=0) + len(partes) - 1
    unidos = Textos(np.zeros((filas, int(largos.max(initial=1))), np.uint8), largos, codec)
    unidos.octetos[dentro(unidos)] = fundir(trozos)
    return unidos
