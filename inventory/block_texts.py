"""Texts of many rows at once: trimmed and cropped; what is not plainly good is marked odd, for values.limpiar.

A text is a row of a padded matrix of bytes, with its length (lib/arrays.py). Masks of the odd are changed in place.
"""

from collections.abc import Callable
from functools import lru_cache
from secrets import randbits
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from inventory.values import CONTROL
from lib.arrays import Mascara, Textos

ESPACIO = 0x20
LLANOS = 0x7E - ESPACIO  # from the space to the tilde
ANCHO_DE_TABLA = 128  # the triangles of wider texts would weigh more than they save
UTF8 = "utf"
T = TypeVar("T")
Octetos = NDArray[np.uint8]

# Of UTF-8: control characters beyond ASCII are C2 80 to C2 9F. White space beyond ASCII is two bytes, or three of which
# these are the first two; the others that begin so are dashes and quotes, which may go the slow way too.
C1 = (0xC2, 0x80, 0x9F)
BLANCOS_DE_DOS = (0xC285, 0xC2A0)
BLANCOS_DE_TRES = (0xE19A, 0xE280, 0xE281, 0xE380)


def vacios(filas: int) -> Textos:
    """That many empty texts, which take no room."""
    return Textos(np.broadcast_to(np.uint8(0), (filas, 1)), np.broadcast_to(np.int64(0), (filas,)), "ascii")


def limpiar(columna: Textos, ancho: int | None, raras: Mascara) -> Textos:
    """The texts without spaces around them, cropped to the longest; NULL is empty.

    Odd: other white space around, control characters, what is not of the codec, more bytes than `ancho`.
    """
    largos = columna.largos if columna.nulos is None else np.where(columna.nulos, 0, columna.largos)
    mayor = int(largos.max(initial=0))
    if not mayor:
        return vacios(len(largos))
    octetos = np.ascontiguousarray(columna.octetos[:, :mayor])
    largos = _sin_cola(octetos, largos)
    raras |= (octetos[:, 0] == ESPACIO) & (largos > 0)
    if ancho is not None and mayor > ancho:
        raras |= largos > ancho  # of UTF-8 perhaps no more characters than that
    textos = Textos(octetos, largos, columna.codec)
    dudosos = (octetos - np.uint8(ESPACIO)) > LLANOS
    dudosos &= dentro(textos)
    if dudosos.any():
        filas = np.flatnonzero(dudosos.any(axis=1))
        raras[filas] |= _feas(tomar(textos, filas))
    return textos


def _sin_cola(octetos: Octetos, largos: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lengths without the spaces at the end."""
    largos = largos.copy()
    seguidos = octetos.reshape(-1)
    principio = np.arange(len(largos)) * octetos.shape[1] - 1
    filas = np.flatnonzero((seguidos.take(principio + largos, mode="clip") == ESPACIO) & (largos > 0))
    while filas.size:
        largos[filas] -= 1
        filas = filas[largos[filas] > 0]
        filas = filas[seguidos[principio[filas] + largos[filas]] == ESPACIO]
    return largos


def dentro(textos: Textos) -> Mascara:
    """Which bytes of the matrix belong to the texts."""
    ancho = textos.octetos.shape[1]
    if ancho > ANCHO_DE_TABLA:
        return np.arange(ancho) < textos.largos[:, None]
    return _triangulo(ancho).take(textos.largos, axis=0)


@lru_cache(ANCHO_DE_TABLA)
def _triangulo(ancho: int) -> Mascara:
    """Row n: n times True. Taking rows from it is many times faster than comparing positions with lengths."""
    return np.tri(ancho + 1, ancho, -1, dtype=bool)


def tomar(textos: Textos, filas: NDArray[np.intp]) -> Textos:
    return Textos(textos.octetos.take(filas, axis=0), textos.largos.take(filas), textos.codec)


def _feas(textos: Textos) -> Mascara:
    """Which of these texts, not all of plain ASCII, a person should look at, or `values.limpiar`."""
    suyos = dentro(textos)
    if UTF8 in textos.codec:
        return _feas_en_utf8(textos, suyos)
    malos, blancos = _tabla(textos.codec)
    ultimo = textos.octetos[np.arange(len(textos.largos)), np.maximum(textos.largos - 1, 0)]
    fea: Mascara = np.any(malos[textos.octetos] & suyos, axis=1)
    fea |= blancos[textos.octetos[:, 0]] | blancos[ultimo]
    return fea


@lru_cache
def _tabla(codec: str) -> tuple[Mascara, Mascara]:
    """Of each byte of a codec of one byte: whether it is a control character or none at all, and white space."""
    letras = [bytes([n]).decode(codec, "replace") for n in range(256)]
    malos = [bool(CONTROL.search(letra)) or letra == "\ufffd" for letra in letras]
    return np.array(malos), np.array([letra.isspace() for letra in letras])


def _feas_en_utf8(textos: Textos, suyos: Mascara) -> Mascara:
    octetos = np.where(suyos, textos.octetos, np.uint8(ESPACIO))
    fea: Mascara = ((octetos < ESPACIO) | (octetos == 0x7F)).any(axis=1)
    primero, segundo = octetos[:, :-1], octetos[:, 1:]
    fea |= ((primero == C1[0]) & (segundo >= C1[1]) & (segundo <= C1[2])).any(axis=1)
    fea |= np.isin(_par(octetos, textos.largos * 0), BLANCOS_DE_DOS + BLANCOS_DE_TRES)
    fea |= np.isin(_par(octetos, textos.largos - 2), BLANCOS_DE_DOS)
    fea |= np.isin(_par(octetos, textos.largos - 3), BLANCOS_DE_TRES)
    crudos = _como_bytes(textos)
    if not _es_utf8(b"\n".join(crudos)):
        fea |= np.array([not _es_utf8(crudo) for crudo in crudos])
    return fea


def _es_utf8(crudo: bytes) -> bool:
    try:
        crudo.decode()
    except UnicodeDecodeError:
        return False
    return True


def _par(octetos: Octetos, lugar: NDArray[np.int64]) -> NDArray[np.int64]:
    """The two bytes at a place of each row as one number."""
    filas, ultimo = np.arange(len(lugar)), octetos.shape[1] - 1
    primero = octetos[filas, np.clip(lugar, 0, ultimo)].astype(np.int64)
    return (primero << 8) + octetos[filas, np.clip(lugar + 1, 0, ultimo)]


def _como_bytes(textos: Textos) -> list[bytes]:
    todos, ancho = textos.octetos.tobytes(), textos.octetos.shape[1]
    return [todos[n * ancho : n * ancho + largo] for n, largo in enumerate(textos.largos.tolist())]


def por_distinto(textos: Textos, decidir: Callable[[str], T], raras: Mascara) -> tuple[list[T], NDArray[np.intp]]:
    """What `decidir` says of each different text, asked once, and which of its answers each row has."""
    palabras = _palabras(textos)
    clave = palabras[:, 0] if palabras.shape[1] == 1 else palabras @ _mezcla(palabras.shape[1])
    cambia = np.flatnonzero(np.append(True, clave[1:] != clave[:-1]))  # neighbours are often equal
    _, muestra, cual = np.unique(clave[cambia], return_index=True, return_inverse=True)
    muestra = cambia[muestra]
    de_fila = np.repeat(cual, np.diff(cambia, append=len(clave)))
    de_otra = muestra[de_fila]
    raras |= (palabras[de_otra] != palabras).any(axis=1)  # two texts of one key
    raras |= textos.largos[de_otra] != textos.largos  # NULs at the end, which the words do not tell
    return [decidir(texto.decode(textos.codec, "replace")) for texto in _como_bytes(tomar(textos, muestra))], de_fila


def _palabras(textos: Textos) -> NDArray[np.uint64]:
    """Each text as numbers of eight bytes, zero after its end."""
    filas, ancho = textos.octetos.shape
    rellenos = np.zeros((filas, -(-ancho // 8) * 8), np.uint8)
    np.multiply(textos.octetos, dentro(textos), out=rellenos[:, :ancho])
    return rellenos.view(np.uint64)


@lru_cache(ANCHO_DE_TABLA)
def _mezcla(palabras: int) -> NDArray[np.uint64]:
    return np.array([randbits(64) | 1 for _ in range(palabras)], np.uint64)  # numpy.random takes long to load
