"""The rows of an open Firebird connection: one snapshot at a time, one statement at a time, batch by batch."""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import cycle
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lib.errors import Fatal, TrastiendaError
from servers.firebird import ring
from servers.firebird.batches import ADELANTO
from servers.firebird.errors import traducir
from servers.firebird.pipe import VALORES, Hija

if TYPE_CHECKING:
    from lib.arrays import Bloque
    from servers.firebird.rows import Molde

logger = logging.getLogger(__name__)

SEGUNDOS_PARA_SOLTAR = 5.0  # after an exception nobody waits for a stalled server
EN_CAMINO = max(ADELANTO, ring.RANURAS) + 2  # frames at most once rows are left: a layout, those ahead, the end
AVISO_MAXIMO = 500  # characters of what a child says in a line of our log
CARGAS = {"lista": 0, "conectada": 0}  # values that a frame carries, where it is not one
COLUMNAS_DE_USUARIO = """
SELECT RF.RDB$RELATION_NAME, RF.RDB$FIELD_NAME
FROM RDB$RELATION_FIELDS RF
JOIN RDB$RELATIONS R ON R.RDB$RELATION_NAME = RF.RDB$RELATION_NAME
WHERE COALESCE(R.RDB$SYSTEM_FLAG, 0) = 0
"""


class InstantaneaFirebird:
    """One snapshot; its statements follow one another: a new one ends the rows of the one before."""

    def __init__(self, hija: Hija) -> None:
        self.momento = datetime.now(UTC)
        self._hija = hija
        self._abierta: FilasFirebird | None = None

    def filas(self, sql: str, parametros: Sequence[Any] = ()) -> "FilasFirebird":
        """Execute `sql` (with `?`) and stream its rows."""
        self._soltar(settings.FUENTE_SILENCIO_SEGUNDOS)
        self._hija.enviar(("consultar", sql, tuple(parametros)))
        (columnas,) = esperar(self._hija, "columnas", settings.FUENTE_SILENCIO_SEGUNDOS)
        if type(columnas) is not tuple or not all(type(columna) is str for columna in columnas):
            raise perdio_el_paso(self._hija)
        self._abierta = FilasFirebird(self._hija, columnas)
        return self._abierta

    def catalogo(self) -> dict[str, frozenset[str]]:
        """The columns of every user table and view, names in upper case."""
        encontradas: dict[str, set[str]] = {}
        for tabla, columna in self.filas(COLUMNAS_DE_USUARIO):
            encontradas.setdefault(tabla.strip().upper(), set()).add(columna.strip().upper())
        return {tabla: frozenset(columnas) for tabla, columnas in encontradas.items()}

    def pedir(self, *orden: Any, segundos: float | None = None) -> int:
        self._hija.enviar(orden)
        (numero,) = esperar(self._hija, "hecho", segundos or settings.FUENTE_SILENCIO_SEGUNDOS)
        if type(numero) is not int:
            raise perdio_el_paso(self._hija)
        return numero

    def _soltar(self, segundos: float) -> None:
        if self._abierta is not None:
            abierta, self._abierta = self._abierta, None
            abierta.dejar(segundos)

    def terminar(self, *, confirmar: bool, segundos: float | None = None) -> None:
        plazo = segundos or settings.FUENTE_SILENCIO_SEGUNDOS
        self._soltar(plazo)
        self.pedir("terminar", confirmar, segundos=plazo)

    def abandonar(self) -> None:
        """Roll back after an exception; when the link is what broke, the child is gone already."""
        try:
            self.terminar(confirmar=False, segundos=SEGUNDOS_PARA_SOLTAR)
        except TrastiendaError:
            self._hija.matar()


class TransaccionFirebird(InstantaneaFirebird):
    """A snapshot that may also write."""

    def ejecutar(self, sql: str, parametros: Sequence[Any] = ()) -> int:
        """Execute a writing statement; the number of rows it touched."""
        self._soltar(settings.FUENTE_SILENCIO_SEGUNDOS)
        return self.pedir("ejecutar", sql, tuple(parametros))


class FilasFirebird:
    """The rows of one statement, as they arrive; iterated once."""

    def __init__(self, hija: Hija, columnas: tuple[str, ...]) -> None:
        self.columnas = columnas
        self._hija = hija
        self._en_curso = True
        self._dejadas = False
        self._pedidas = False
        self._filas = self._generar()

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._filas

    def bloques(self) -> "Iterator[Bloque] | None":
        """See servers/source.py."""
        if len(set(self.columnas)) < len(self.columnas):
            return None
        molde = self._molde()
        return None if molde is None else self._generar_bloques(molde)

    def dejar(self, segundos: float) -> None:
        """Stop early: the child closes the cursor, what is under way is thrown away."""
        if self._en_curso:
            self._dejadas = True
            self._hija.enviar(("dejar",))
            for _ in range(EN_CAMINO):
                if self._trama(segundos) is None:
                    return
            raise self._perdido()

    def _comprobar(self) -> None:
        if self._dejadas:
            raise RuntimeError("These rows ended when their snapshot took another statement or was closed.")

    def _pedir(self, forma: str) -> None:
        """Ask for the rows in one of the two forms; the child gives them once."""
        self._comprobar()
        if self._pedidas:
            raise RuntimeError("These rows were asked for already, as rows or as blocks.")
        self._pedidas = True
        self._hija.enviar((forma,))

    def _generar(self) -> Iterator[tuple[Any, ...]]:
        self._pedir("filas")
        while (trama := self._trama(settings.FUENTE_SILENCIO_SEGUNDOS)) is not None:
            self._hija.enviar(("mas",))
            yield from self._revisado(trama)
            self._comprobar()

    def _revisado(self, trama: list[Any]) -> list[tuple[Any, ...]]:
        """The batch, if it is rows of the width and the types that the statement promised."""
        ancho = len(self.columnas)
        match trama:
            case ["filas", list(lote)] if all(
                type(fila) is tuple and len(fila) == ancho and VALORES.issuperset(map(type, fila)) for fila in lote
            ):
                return lote
        raise self._perdido()

    def _molde(self) -> "Molde | None":
        """How the raw rows lie, where they can be had raw."""
        from servers.firebird.blocks import revisado

        self._pedir("bloques")
        match self._trama(settings.FUENTE_SILENCIO_SEGUNDOS):
            case ["molde", str(motivo)]:
                _avisar(motivo[:AVISO_MAXIMO])
                self._pedidas = False
                return None
            case ["molde", crudo] if molde := revisado(crudo, len(self.columnas)):
                return molde
        raise self._perdido()

    def _generar_bloques(self, molde: "Molde") -> Iterator["Bloque"]:
        from servers.firebird.blocks import Decodificador

        self._comprobar()
        decodificador = Decodificador(molde, self.columnas, self._hija.anillo)
        for turno in cycle(range(ring.RANURAS)):
            match self._trama(settings.FUENTE_SILENCIO_SEGUNDOS):
                case None:
                    return
                case ["bloque", int(ranura), int(filas)] if ranura == turno and 0 < filas <= decodificador.tope:
                    bloque = decodificador.bloque(ranura, filas)
                case _:
                    raise self._perdido()
            self._hija.enviar(("mas",))
            yield bloque
            self._comprobar()

    def _trama(self, segundos: float) -> list[Any] | None:
        """The next frame with rows, None at their end; what the child reports as wrong is raised."""
        if not self._en_curso:
            return None
        self._en_curso = False  # unless this goes well
        nombre, *resto = self._hija.recibir(segundos)
        if nombre == "error":
            raise _traducido(self._hija, resto)
        self._en_curso = nombre != "fin"
        return [nombre, *resto] if self._en_curso else None

    def _perdido(self) -> Fatal:
        self._en_curso = False
        return perdio_el_paso(self._hija)


@lru_cache(maxsize=16)  # a hostile child may think of many
def _avisar(motivo: str) -> None:
    """Once in a process; an empty reason is a matter of the statement's types and nothing to tell."""
    if motivo:
        logger.warning("Firebird is read row by row, its client is not as it was: %r", motivo)


def esperar(hija: Hija, esperada: str, segundos: float) -> tuple[Any, ...]:
    """The one payload of the next frame, which must be `esperada`; what the child reports as wrong is raised."""
    nombre, *resto = hija.recibir(segundos)
    if nombre == "error":
        raise _traducido(hija, resto)
    if nombre != esperada or len(resto) != CARGAS.get(esperada, 1):
        raise perdio_el_paso(hija)
    return tuple(resto)


def _traducido(hija: Hija, resto: list[Any]) -> TrastiendaError:
    match resto:
        case [str(clase), tuple(gds), str(texto), str(dato)] if all(type(codigo) is int for codigo in gds):
            return traducir(clase, gds, texto, dato)
    return perdio_el_paso(hija)


def perdio_el_paso(hija: Hija) -> Fatal:
    """The error for a child that says what it should not; it is killed."""
    hija.matar()
    return Fatal(
        "respuesta_ilegible",
        "Lo que llegó de la fuente no son filas de la consulta.",
        "Revise que el host y el puerto sean los de su Firebird, y repita.",
    )
