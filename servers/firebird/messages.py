"""The raw messages of a statement, as libfbclient writes them, one after the other into memory of ours.

`IResultSet::fetchNext` (Firebird's Interface.h, from version 3 of that interface) takes the interface, a status and the
address of a message, and answers 0 for a row. It is called with no layer in between, so nothing is paid per column; and
with references made beforehand, since ctypes takes longer to look at three numbers than to make the call.
In the child interpreter alone; no driver is imported here.
"""

import ctypes
import time
from collections.abc import Callable, Sequence
from typing import Any

from servers.firebird.rows import Molde

# PYFUNCTYPE: nothing else runs in the child, so its lock need not be given up at each row.
TRAER = ctypes.PYFUNCTYPE(ctypes.c_int)
FILA = 0
Referencia = Any  # what ctypes.byref makes; the type has no name


class Mensajes:
    """The rows of one open result set, raw; `molde` tells what lies where in each."""

    def __init__(
        self, molde: Molde, *, traer: int, resultado: Referencia, estado: Referencia, comprobar: Callable[[], None]
    ) -> None:
        self.molde = molde
        self.agotado = False
        self._traer = TRAER(traer)
        self._resultado = resultado
        self._estado = estado
        self._comprobar = comprobar  # raises what the status holds

    def lugares(self, memoria: ctypes.Array[ctypes.c_char], desde: int, filas: int) -> list[Referencia]:
        """Where that many rows lie, one after the other."""
        return [ctypes.byref(memoria, desde + n * self.molde.paso) for n in range(filas)]

    def llenar(self, lugares: Sequence[Referencia], segundos: float) -> int:
        """Write a row to each of these places; how many they were when the places, the rows or the time ran out."""
        hasta, reloj = time.monotonic() + segundos, time.monotonic
        traer, resultado, estado = self._traer, self._resultado, self._estado
        for n, lugar in enumerate(lugares):
            if traer(resultado, estado, lugar) != FILA:
                self._comprobar()
                self.agotado = True
                return n
            if reloj() >= hasta:
                return n + 1
        return len(lugares)
