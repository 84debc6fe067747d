"""When the next request may go out: at a steady rate, after growing pauses, when the other side says."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from secrets import SystemRandom

PASO = 0.5  # a wait is slept in steps of so many seconds, so that a cancellation is noticed
azar = SystemRandom()


def nada() -> None:
    """What a caller checks that cannot be cancelled."""


class Espera:
    """Waits that `comprobar` may end by raising; `dormir` and `reloj` are a test's to replace."""

    def __init__(
        self,
        comprobar: Callable[[], None] = nada,
        *,
        dormir: Callable[[float], None] = time.sleep,
        reloj: Callable[[], float] = time.monotonic,
    ) -> None:
        self.comprobar = comprobar
        self.reloj = reloj
        self._dormir = dormir

    def hasta(self, momento: float) -> None:
        """Return when the clock shows `momento`."""
        self.comprobar()
        while (left := momento - self.reloj()) > 0:
            self._dormir(min(left, PASO))
            self.comprobar()

    def segundos(self, segundos: float) -> None:
        self.hasta(self.reloj() + segundos)


class Ritmo:
    """So many requests a second at most, evenly; without a number, as many as come."""

    def __init__(self, por_segundo: float | None, espera: Espera) -> None:
        self._cada = 1 / por_segundo if por_segundo else 0.0
        self._espera = espera
        self._siguiente = 0.0

    def turno(self) -> None:
        """Return when the next request may go out."""
        self._espera.hasta(self._siguiente)
        self._siguiente = self._espera.reloj() + self._cada


def pausa(intento: int, primera: float, maxima: float) -> float:
    """Seconds before the attempt after number `intento` (from 1): twice as long each time, and never quite the same."""
    return min(maxima, primera * 2.0 ** min(intento - 1, 30)) * azar.uniform(0.5, 1.0)


def pausa_pedida(cabeceras: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` asks for, as a number or as a date; None where it says nothing that can be read.

    A date is compared with the `Date` of the same answer, for the other side's clock need not be ours.
    """
    text = cabeceras.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = _fecha(text)
    if until is None:
        return None
    return max(0.0, (until - (_fecha(cabeceras.get("date", "")) or datetime.now(UTC))).total_seconds())


def _fecha(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
