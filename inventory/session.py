"""An open source of one company that survives a cut link: it is opened again, a bounded number of times."""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from django.db import connection

from companies.models import EmpresaServidor
from inventory import profiles, warehouses
from inventory.ahead import Adelanto, DeMes, Legible
from inventory.checkpoint import Avance
from inventory.months import Mes
from inventory.reading import origen_de
from inventory.recipe import receta_de
from inventory.window import Contexto
from inventory.writing import copiar
from jobs.models import LineaEjecucion
from jobs.running import Marcha
from lib.errors import Retriable
from servers.models import TipoServidor
from servers.source import Fuente
from servers.turn import Turno

PAUSAS = (2.0, 10.0, 30.0)  # seconds before each new attempt
CON_ARREGLOS = (  # what reads by blocks, and numpy with it
    "servers.firebird.blocks", "inventory.catalog_blocks", "inventory.block_sums", "inventory.masters",
    "lib.array_columns", "lib.copy_binary",
)  # fmt: skip
T = TypeVar("T")


class Sesion:
    """`with Sesion(empresa, marcha) as sesion: sesion.hacer(step)`, where a step takes the source and its context."""

    def __init__(self, empresa: EmpresaServidor, marcha: Marcha) -> None:
        self._empresa = empresa
        self._marcha = marcha
        self._turno = Turno(empresa.servidor, marcha)
        self._stack = ExitStack()
        self._open: tuple[Fuente, Contexto] | None = None
        self.adelanto = Adelanto(self._turno.en_horas)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cerrar()

    def copiar(self, meses: list[Mes], avance: Avance, *, despues: Legible[Any] | None = None) -> None:
        """Copy the months that are not done yet, in their order; while one is written the next is read.

        `despues` is what is read while the last one is written.
        """
        for number, mes in enumerate(meses, 1):
            done = avance.hechos  # a month may have come along with one that its rows moved to
            if mes not in done:
                rest = (DeMes(other) for other in meses[number:] if other not in done)
                siguiente = next(rest, despues)
                step = partial(copiar, mes=mes, confirmar=avance.confirmar)
                self.hacer(partial(step, adelanto=self.adelanto, siguiente=siguiente))

    def hacer(self, paso: Callable[[Fuente, Contexto], T]) -> T:
        """What the step returns; after a Retriable error it is done again over a new connection, then given up."""
        if not self._turno.en_horas():
            self._cerrar()  # nothing of it stays on the server till they come
        if self._turno.pedir():
            self._cerrar()  # it lay idle too long to be trusted
        for pausa in PAUSAS:
            try:
                return paso(*self._abierta())
            except Retriable as error:
                self._marcha.anotar(f"{error} Se intenta de nuevo en {pausa:.0f} s.", LineaEjecucion.Nivel.AVISO)
                self._cerrar()
                self._esperar(pausa)
        return paso(*self._abierta())

    def _abierta(self) -> tuple[Fuente, Contexto]:
        if self._open is None:
            if self._empresa.servidor.tipo_servidor != TipoServidor.SQL_SERVER:
                cargar_mientras()
            fuente = self._stack.enter_context(self._turno.abrir(self._empresa.ruta_base))
            self._open = fuente, self._contexto(fuente)
        return self._open

    def _contexto(self, fuente: Fuente) -> Contexto:
        # before the rules, which staff may edit now
        origen, receta = origen_de(self._empresa), receta_de(self._empresa)
        with fuente.instantanea() as foto:
            perfil = profiles.elegir(self._empresa, foto.catalogo())
        for aviso in perfil.avisos:
            self._marcha.anotar(aviso, LineaEjecucion.Nivel.AVISO)
        return Contexto(
            self._empresa,
            perfil,
            warehouses.clasificador(),
            origen,
            receta,
            self._marcha,
            solo_15_cifras=connection.vendor == "sqlite",
        )

    def _cerrar(self) -> None:
        opened, self._open = self._open, None
        with self._stack:  # the source is closed whatever becomes of the reading
            self.adelanto.cerrar(opened[0] if opened else None)

    def _esperar(self, pausa: float) -> None:
        """Sleep in short steps, so that a cancellation is noticed."""
        until = time.monotonic() + pausa
        while (left := until - time.monotonic()) > 0:
            self._marcha.comprobar()
            time.sleep(min(left, 0.5))


def cargar_mientras() -> None:
    """Load the modules of arrays in a thread, while a source takes as long to open; who needs one waits for it."""
    if not all(name in sys.modules for name in CON_ARREGLOS):
        Thread(target=lambda: [import_module(name) for name in CON_ARREGLOS], daemon=True, name="arreglos").start()
