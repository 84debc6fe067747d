"""A source read politely: at a pace, in snapshots of bounded length, and measured.

While a snapshot is open a Firebird server keeps every old version of every row that anybody changes meanwhile, and its
queries grow slower with them; so the bound is kept by cutting the connection, which ends the transaction on the server
whatever it is doing, also while it sorts and sends nothing.
"""

import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from threading import Event, Timer
from typing import TYPE_CHECKING, Any

from lib.errors import Fatal, TrastiendaError
from servers.pacing import Paso
from servers.source import Filas, Fuente, Instantanea

if TYPE_CHECKING:
    from lib.arrays import Bloque

FILAS_POR_CUENTA = 256  # of rows that come one by one, so many are counted at once


class Medidor:
    """Adds up in `medidas` what is taken of the server: rows, seconds with a snapshot open, the longest snapshot."""

    def __init__(self, medidas: MutableMapping[str, float]) -> None:
        self._medidas = medidas
        self._inicio = self._visto = 0.0

    @contextmanager
    def midiendo(self) -> Iterator[None]:
        """A snapshot, from before it is asked for until it is given up."""
        self._inicio = self._visto = time.monotonic()
        try:
            yield
        finally:
            self.contar(0)

    def contar(self, filas: int) -> None:
        now, sums = time.monotonic(), self._medidas
        sums["filas_leidas"] = sums.get("filas_leidas", 0) + filas
        sums["segundos_leyendo"] = sums.get("segundos_leyendo", 0.0) + now - self._visto
        sums["instantanea_mas_larga"] = max(sums.get("instantanea_mas_larga", 0.0), now - self._inicio)
        self._visto = now


class FuenteCortes:
    """A Fuente whose snapshots are bounded, paced and measured."""

    def __init__(self, fuente: Fuente, *, paso: Paso, medidor: Medidor, segundos: float) -> None:
        self.version = fuente.version
        self.dialecto = fuente.dialecto
        self.juego_caracteres = fuente.juego_caracteres
        self.controlador = fuente.controlador
        self._fuente = fuente
        self._paso = paso
        self._medidor = medidor
        self._segundos = segundos

    @contextmanager
    def instantanea(self) -> Iterator["InstantaneaCortes"]:
        """A snapshot; Fatal `instantanea_demasiado_larga` where it lasts too long."""
        plazo = _a_plazo(self._segundos, self._fuente.cortar)
        with self._medidor.midiendo(), plazo, self._fuente.instantanea() as foto:
            yield InstantaneaCortes(foto, self._paso, self._medidor)

    def cortar(self) -> None:
        self._fuente.cortar()


class InstantaneaCortes:
    """A snapshot whose statements give their rows at a pace."""

    def __init__(self, foto: Instantanea, paso: Paso, medidor: Medidor) -> None:
        self.momento = foto.momento
        self._foto = foto
        self._paso = paso
        self._medidor = medidor

    def filas(self, sql: str, parametros: Sequence[Any] = ()) -> "FilasCorteses":
        return FilasCorteses(self._foto.filas(sql, parametros), self._contar)

    def catalogo(self) -> dict[str, frozenset[str]]:
        return self._foto.catalogo()

    def _contar(self, filas: int) -> None:
        self._medidor.contar(filas)
        self._paso.dar(filas)


class FilasCorteses:
    """The rows of one statement, counted once they were taken and before more are asked for."""

    def __init__(self, filas: Filas, contar: Callable[[int], None]) -> None:
        self.columnas = filas.columnas
        self._filas = filas
        self._contar = contar

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        taken = 0
        for fila in self._filas:
            yield fila
            taken += 1
            if taken == FILAS_POR_CUENTA:
                self._contar(taken)
                taken = 0
        self._contar(taken)

    def bloques(self) -> "Iterator[Bloque] | None":
        bloques = self._filas.bloques()
        return None if bloques is None else self._contados(bloques)

    def _contados(self, bloques: "Iterator[Bloque]") -> "Iterator[Bloque]":
        for bloque in bloques:
            yield bloque
            self._contar(bloque.filas)


@contextmanager
def _a_plazo(segundos: float, cortar: Callable[[], None]) -> Iterator[None]:
    """Call `cortar` from another thread after so many seconds; what then fails is told as what it is."""
    late = Event()

    def vencer() -> None:
        late.set()
        cortar()

    timer = Timer(segundos, vencer)
    timer.daemon = True
    timer.start()
    try:
        yield
    except TrastiendaError as error:
        if late.is_set():
            raise _demasiado_larga(segundos) from error
        raise
    finally:
        timer.cancel()
        timer.join()  # it must not cut what the caller opens next


def _demasiado_larga(segundos: float) -> Fatal:
    return Fatal(
        "instantanea_demasiado_larga",
        f"La lectura pasó de {segundos / 60:g} minutos y se cortó, para no cargar más al servidor.",
        "Lo que se leía no quedó escrito; los meses anteriores sí. Repita a una hora de menos uso, revise el enlace, o"
        " suba en el servidor las filas por segundo o la instantánea más larga.",
    )
