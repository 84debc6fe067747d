"""The live handle of a claimed run: progress, counts, log, checkpoint, cancel. Verbs see nothing else of a run."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from jobs import stopping
from jobs.models import (
    EN_FILA,
    INTENTOS_MAXIMOS,
    SIN_ESPERA,
    Ejecucion,
    Espera,
    Estado,
    LineaEjecucion,
    conteos_vacios,
    error_de_muerte,
)

SEGUNDOS_ENTRE_AVANCES = 0.5  # a bar that moves more often than this costs writes and shows nothing

Escucha = Callable[["Marcha"], None]


class Cancelada(Exception):
    """Someone asked for the run to be cancelled."""


class ArriendoPerdido(Exception):
    """Another process holds the run now; this one must not write any more."""


class Interrumpida(Exception):
    """The worker was told to end: the run stops here and goes on elsewhere from its checkpoint."""


@dataclass(frozen=True, slots=True)
class Pausa:
    """What a run waits for: its code, the sentence for people, and the resource or the moment that ends the wait."""

    espera: Espera
    mensaje: str
    recurso: str = ""
    no_antes: datetime | None = None


class Aplazada(Exception):
    """The run cannot go on now: it gives its worker free and goes on from its checkpoint when the wait is over."""

    def __init__(self, pausa: Pausa) -> None:
        super().__init__(pausa.mensaje)
        self.pausa = pausa


class Marcha:
    """What a verb receives. `escucha` is called on every step, for a bar on a terminal."""

    def __init__(self, run: Ejecucion, escucha: Escucha | None = None) -> None:
        self.run = run
        self.parametros: dict[str, Any] = run.parametros
        self.punto_de_control: dict[str, Any] = run.punto_de_control
        self.conteos: dict[str, int] = conteos_vacios() | run.conteos
        self.progreso = run.progreso
        self.total = run.total
        self.mensaje = run.mensaje
        self.medidas: dict[str, float] = dict(run.medidas)  # what the run took of others; written with the next beat
        self._avance = run.avance
        self._escucha = escucha
        self._escrito = 0.0
        self._depth = len(connection.atomic_blocks)  # 0, but inside a test's own transaction
        self._perdida = threading.Event()
        self._cancelar = threading.Event()
        if run.cancelacion_solicitada:
            self._cancelar.set()

    def sumar(self, **conteos: int) -> None:
        """Add to the counts; they reach the row with the next `confirmar`, beside the rows that they count."""
        for name, number in conteos.items():
            self.conteos[name] = self.conteos.get(name, 0) + number

    def anotar(self, texto: str, nivel: str = LineaEjecucion.Nivel.INFO) -> None:
        """Add a line to the run's log."""
        LineaEjecucion.objects.create(ejecucion=self.run, nivel=nivel, texto=texto.replace("\x00", ""))

    @property
    def perdida(self) -> bool:
        """Whether another process has been given the run."""
        return self._perdida.is_set()

    def comprobar(self) -> None:
        """Raise Cancelada, Interrumpida or ArriendoPerdido where the run must stop; costs nothing, so call it often."""
        if self._perdida.is_set():
            raise ArriendoPerdido
        if self._cancelar.is_set():
            raise Cancelada
        if stopping.pedida():
            raise Interrumpida

    def avanzar(self, progreso: int | None = None, *, total: int | None = None, mensaje: str | None = None) -> None:
        """Show how far the work is. Not for checkpoints: those go with their rows, through `confirmar`.

        Inside a transaction of the caller the row is left alone, or it would stay locked to its end and the heartbeat
        with it; the heartbeat shows the progress then.
        """
        self._mover(progreso, total, mensaje)
        due = time.monotonic() - self._escrito >= SEGUNDOS_ENTRE_AVANCES
        if due and len(connection.atomic_blocks) <= self._depth:
            self._escribir()
            self._escrito = time.monotonic()

    def confirmar(
        self,
        *,
        punto_de_control: dict[str, Any] | None = None,
        progreso: int | None = None,
        mensaje: str | None = None,
    ) -> None:
        """Record checkpoint and counts with the rows of the surrounding transaction, or raise ArriendoPerdido."""
        self._mover(progreso, None, mensaje)
        if punto_de_control is not None:
            self.punto_de_control = punto_de_control
        self._escribir(conteos=self.conteos, punto_de_control=self.punto_de_control)

    def _mover(self, progreso: int | None, total: int | None, mensaje: str | None) -> None:
        self.comprobar()
        self.progreso = self.progreso if progreso is None else progreso
        self.total = self.total if total is None else total
        self.mensaje = self.mensaje if mensaje is None else mensaje[:300]
        self._avance = timezone.now()
        if self._escucha:
            self._escucha(self)

    def _escribir(self, **campos: Any) -> None:
        """Write the visible state under the lease; the same statement learns of a cancellation or of a lost lease."""
        if not self._mia().filter(cancelacion_solicitada=False).update(**self._visible(), **campos):
            (self._cancelar if self._mia().exists() else self._perdida).set()
            self.comprobar()

    def _visible(self) -> dict[str, Any]:
        return {
            "latido": timezone.now(),
            "avance": self._avance,
            "progreso": self.progreso,
            "total": self.total,
            "mensaje": self.mensaje,
            "medidas": {name: round(value, 3) for name, value in dict(self.medidas).items()},
        }

    def _mia(self) -> QuerySet[Ejecucion]:
        return Ejecucion.objects.filter(pk=self.run.pk, arriendo=self.run.arriendo, estado=Estado.EN_CURSO)

    def latir(self) -> None:
        """Say that the process lives and how far it is; learn of a cancellation or of a lost lease."""
        if not self._mia().update(**self._visible()):
            self._perdida.set()
        elif self._mia().filter(cancelacion_solicitada=True).exists():
            self._cancelar.set()

    def cerrar(self, estado: str, **campos: Any) -> bool:
        """Write the final state; False where the lease was lost, which leaves the row to whoever holds it.

        The counts of a run that did not complete stay those of its last `confirmar`: what came after it is not stored.
        """
        changes = self._visible() | SIN_ESPERA | {"estado": estado, "fin": timezone.now(), "arriendo": None} | campos
        return bool(self._mia().update(**changes))

    def soltar(self) -> bool:
        """Give the lease back without having died, for `vigilar` to send its message; False where it was lost."""
        return bool(
            self._mia().update(
                estado=Estado.INTERRUMPIDA,
                arriendo=None,
                intentos=F("intentos") - 1,
                enviada=None,
                envios=0,
                mensaje="El proceso se detuvo; sigue en otro.",
            )
        )

    def ocupar(self, recurso: str, puesto: int) -> None:
        """Take a place of a resource for as long as the run is in progress; IntegrityError where it is taken."""
        fields = {"recurso": recurso, "puesto": puesto} | SIN_ESPERA
        if not self._mia().update(**fields):
            self._perdida.set()
            self.comprobar()
        self._poner(fields)

    def en_espera(self, pausa: Pausa) -> None:
        """Wait without giving the lease back, visibly: a run in the foreground has nobody to give it to."""
        self._anotar_pausa(pausa)
        self._poner(self._pausada(pausa))
        self._mover(None, None, pausa.mensaje)
        self._escribir(**self._pausada(pausa))

    def seguir(self) -> None:
        """Say that the wait is over."""
        self._poner(SIN_ESPERA)
        self._escribir(**SIN_ESPERA)

    def aplazar(self, pausa: Pausa) -> bool:
        """Give the lease back until the wait is over; no death, and no beginning where nothing was done yet.

        False where it was lost, or where someone has asked to cancel: nobody would tell a run that waits for hours.
        """
        self._anotar_pausa(pausa)
        fields: dict[str, Any] = {
            "estado": Estado.PENDIENTE,
            "arriendo": None,
            "puesto": None,
            "intentos": F("intentos") - 1,
            "enviada": None,
            "envios": 0,
            "mensaje": pausa.mensaje[:300],
            "medidas": self._visible()["medidas"],
        }
        if not self.punto_de_control:
            fields["inicio"] = None
        return bool(self._mia().filter(cancelacion_solicitada=False).update(**fields, **self._pausada(pausa)))

    def _pausada(self, pausa: Pausa) -> dict[str, Any]:
        """The columns of a wait; one that goes on keeps its beginning."""
        since = (self.run.espera_desde if self._espera_ya(pausa) else None) or timezone.now()
        recurso = {"recurso": pausa.recurso} if pausa.recurso else {}
        return recurso | {"espera": pausa.espera, "espera_desde": since, "no_antes": pausa.no_antes}

    def _espera_ya(self, pausa: Pausa) -> bool:
        """Whether it is the wait that the run was in: between a place and a thread it may go to and fro for hours."""
        return self.run.espera == pausa.espera or {self.run.espera, pausa.espera} <= set(EN_FILA)

    def _anotar_pausa(self, pausa: Pausa) -> None:
        if not self._espera_ya(pausa):
            self.anotar(pausa.mensaje)

    def _poner(self, fields: Mapping[str, Any]) -> None:
        for name, value in fields.items():
            setattr(self.run, name, value)

    def morir(self) -> bool:
        """End this attempt as `vigilar` ends that of a dead process: it goes on later, and the third is final."""
        if self.run.intentos >= INTENTOS_MAXIMOS:
            error = error_de_muerte()
            return self.cerrar(Estado.FALLIDA, error=error, mensaje=error["mensaje"])
        return bool(self._mia().update(estado=Estado.INTERRUMPIDA, arriendo=None, enviada=timezone.now(), envios=0))
