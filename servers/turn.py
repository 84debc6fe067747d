"""A run's leave to read a server at length: in its hours, over one of its connections, at its pace.

    turno = Turno(servidor, marcha)
    turno.pedir()                          # in the run's own thread, before each window
    with turno.abrir(ruta) as fuente: ...  # in whatever thread reads

Trying a connection and discovering companies ask for none: they are short, and somebody waits for them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from jobs import turns
from jobs.marcha import Marcha, Pausa
from jobs.models import Espera
from jobs.turns import Cupo
from lib.errors import Rejected
from servers import source
from servers.models import Servidor
from servers.pacing import Paso
from servers.polite import FuenteCortes, Medidor

TRATO = (
    "activo", "zona_horaria", "conexiones_a_la_vez", "filas_por_segundo", "lectura_desde", "lectura_hasta",
)  # fmt: skip


class Turno:
    """The leave of one run for one server, as staff have it when each window begins."""

    def __init__(self, servidor: Servidor, marcha: Marcha, *, reloj: Callable[[], datetime] = timezone.now) -> None:
        self._servidor = servidor
        self._marcha = marcha
        self._reloj = reloj
        self._paso = Paso(_por_conexion(servidor), comprobar=marcha.comprobar)

    def pedir(self) -> bool:
        """Be in the hours and hold a connection's place; whether that had to be waited for.

        In a worker it does not wait: it raises jobs.marcha.Aplazada, and the run goes on later from its checkpoint.
        """
        waited = self._esperar_la_hora()
        while turns.tomar(self._marcha, _cupo(self._servidor)):
            waited = True
            self._esperar_la_hora()  # it may be over by now
        return waited

    def en_horas(self) -> bool:
        """Whether a window may be begun now; touches no database."""
        return self._servidor.horario.abierto(self._reloj())

    @contextmanager
    def abrir(self, ruta: str) -> Iterator[FuenteCortes]:
        """Open the database `ruta` of the server, to be read politely."""
        with source.abrir(self._servidor, ruta) as fuente:
            yield FuenteCortes(
                fuente,
                paso=self._paso,
                medidor=Medidor(self._marcha.medidas),
                segundos=self._servidor.instantanea_minutos * 60,
            )

    def _esperar_la_hora(self) -> bool:
        waited = False
        self._mirar()
        while not self.en_horas():
            waited = True
            turns.esperar(self._marcha, self._pausa())
            self._mirar()
        if self._marcha.run.espera == Espera.HORARIO:
            self._marcha.seguir()
        return waited

    def _mirar(self) -> None:
        """See what may be asked of the server now; Rejected where it is switched off or gone."""
        try:
            self._servidor.refresh_from_db(fields=TRATO)
        except Servidor.DoesNotExist:
            raise Rejected("servidor_desconocido", f"El servidor {self._servidor} ya no está.", "") from None
        exigir_activo(self._servidor)
        self._paso.por_segundo = _por_conexion(self._servidor)

    def _pausa(self) -> Pausa:
        horario = self._servidor.horario
        opening = horario.abre(self._reloj())
        local = opening.astimezone(ZoneInfo(horario.zona))
        return Pausa(
            Espera.HORARIO,
            f"{self._servidor} se lee {horario}, hora de {horario.zona}: sigue sola a las {local:%H:%M}.",
            recurso=_recurso(self._servidor),
            no_antes=opening,
        )


def exigir_activo(servidor: Servidor) -> None:
    """Rejected where staff have switched the server off."""
    if not servidor.activo:
        raise Rejected("servidor_inactivo", f"El servidor {servidor} está inactivo.", "Actívelo.")


def cambiado(servidor: Servidor) -> None:
    """Staff have changed the server: whoever waits for its hour looks at it again."""
    turns.olvidar_la_hora(_recurso(servidor))


def _recurso(servidor: Servidor) -> str:
    return f"servidor:{servidor.pk}"


def _por_conexion(servidor: Servidor) -> float | None:
    """Each connection's even share: so the server's limit holds without the processes talking to each other."""
    rows = servidor.filas_por_segundo
    return rows / servidor.conexiones_a_la_vez if rows else None


def _cupo(servidor: Servidor) -> Cupo:
    places = servidor.conexiones_a_la_vez
    taken = "la única que admite está en uso" if places == 1 else f"las {places} que admite están en uso"
    return Cupo(_recurso(servidor), places, f"Espera una conexión con {servidor}: {taken}.")
