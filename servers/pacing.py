"""Rows let through at a steady pace, so that reading leaves a server time for those who work on it."""

import time
from collections.abc import Callable

RAFAGA = 1.0  # seconds' worth of rows that may come at once: a window of few rows is not held up
PASO = 0.5  # a wait is slept in steps of so many seconds, so that a cancellation is noticed


class Paso:
    """The pace of one reader: what came too early is waited for before more is asked for.

    A cell-rate algorithm: `_al_dia` is the moment at which the rows so far would have come at the steady pace.
    """

    def __init__(
        self,
        por_segundo: float | None,
        *,
        comprobar: Callable[[], None],
        reloj: Callable[[], float] = time.monotonic,
        dormir: Callable[[float], None] = time.sleep,
    ) -> None:
        self.por_segundo = por_segundo  # may be changed while rows come
        self._comprobar = comprobar
        self._reloj = reloj
        self._dormir = dormir
        self._al_dia = reloj() - RAFAGA

    def dar(self, filas: int) -> None:
        """Say that so many rows have come; returns when more may, unless `comprobar` ends the reading."""
        self._comprobar()
        if not (por_segundo := self.por_segundo):
            return
        self._al_dia = max(self._al_dia, self._reloj() - RAFAGA) + filas / por_segundo
        while (left := self._al_dia - self._reloj()) > 0:
            self._comprobar()
            self._dormir(min(left, PASO))
