"""The raw messages of a statement, as libfbclient writes them, one after the other into memory of ours.

`IResultSet::fetchNext` (Firebird's Interface.h, from version 3 of that interface) takes the interface, a status and the
address of a message, and answers 0 for a row. It is called without any layer in between: nothing is paid per column.
In the child interpreter alone; no driver is imported here.
"""

import ctypes
import time
from collections.abc import Callable

from servers.firebird.rows import Molde

# PYFUNCTYPE: nothing else runs in the child, so its lock need not be given up at each row.
TRAER = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
FILA = 0


class Mensajes:
    """The rows of one open result set, raw; `molde` tells what lies where in each."""

    def __init__(self, molde: Molde, traer: int, resultado: int, estado: int, comprobar: Callable[[], None]) -> None:
        self.molde = molde
        self._traer = TRAER(traer)
        self._resultado = resultado
        self._estado = estado
        self._comprobar = comprobar  # raises what the status holds
        self.agotado = False

    def llenar(self, direccion: int, tope: int, segundos: float) -> int:
        """Write at most `tope` rows from `direccion` on; how many they were when the rows or the time ran out."""
        paso, hasta, reloj = self.molde.paso, time.monotonic() + segundos, time.monotonic
        traer, resultado, estado = self._traer, self._resultado, self._estado
        for lugar in range(direccion, direccion + tope * paso, paso):
            if traer(resultado, estado, lugar) != FILA:
                self._comprobar()
                self.agotado = True
                return (lugar - direccion) // paso
            if reloj() >= hasta:
                return (lugar - direccion) // paso + 1
        return tope
