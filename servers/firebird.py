"""A Firebird database as a source: read-only snapshots that stream exact, typed rows from a child interpreter.

The client library has no read timeout and can crash its process, so each connection lives in a child (servers/
firebird_child.py) that is killed at its deadline. See docs/adr/0002-firebird-in-a-child-process.md.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from lib.errors import Fatal, TrastiendaError
from lib.network import resolver
from servers import firebird_embedded
from servers.firebird_dsn import validar_host, validar_ruta
from servers.firebird_errors import OTRO_CONTROLADOR, traducir
from servers.firebird_pipe import VALORES, Hija
from servers.firebird_values import Peticion
from servers.models import Controlador, JuegoCaracteres, Servidor

SEGUNDOS_PARA_SOLTAR = 5.0  # after an exception nobody waits for a stalled server
SEGUNDOS_DE_ARRANQUE = 30.0  # a busy machine starts an interpreter slowly
ORDEN_DE_CONTROLADORES = (Controlador.NATIVO.value, Controlador.PURO.value)
INICIAR_LECTURA = ("iniciar", False)
INICIAR_ESCRITURA = ("iniciar", True)
CARGAS = {"lista": 0, "conectada": 0}  # values that a frame carries, where it is not one
COLUMNAS_DE_USUARIO = """
SELECT RF.RDB$RELATION_NAME, RF.RDB$FIELD_NAME
FROM RDB$RELATION_FIELDS RF
JOIN RDB$RELATIONS R ON R.RDB$RELATION_NAME = RF.RDB$RELATION_NAME
WHERE COALESCE(R.RDB$SYSTEM_FLAG, 0) = 0
"""


@contextmanager
def abrir(servidor: Servidor, ruta: str, *, escritura: bool = False) -> Iterator["FuenteFirebird"]:
    """Open the database `ruta` of `servidor`; `escritura=True` is for the one caller that writes back.

    With the driver on automatic the other one is tried where the first cannot speak to the server. Raises lib.errors
    only: `host_invalido`, `ruta_invalida`, `host_no_permitido` and the codes of servers/firebird_errors.py.
    """
    peticion = _peticion(servidor, ruta, escritura=escritura)
    hija, datos = _conectar(servidor, peticion)
    try:
        yield FuenteFirebird(hija, datos, escritura=escritura)
    finally:
        hija.cerrar()


def _peticion(servidor: Servidor, ruta: str, *, escritura: bool) -> Peticion:
    embebido = servidor.controlador == Controlador.EMBEBIDO
    juego = servidor.juego_caracteres
    return Peticion(
        direccion="" if embebido else _direccion(servidor),
        puerto=servidor.puerto_efectivo,
        ruta=firebird_embedded.ruta_local(validar_ruta(ruta)) if embebido else validar_ruta(ruta),
        usuario=servidor.usuario,
        password="" if embebido else servidor.password,
        controlador=Controlador.NATIVO.value,
        juego_caracteres="" if juego == JuegoCaracteres.AUTOMATICO else str(juego),
        conexion_segundos=settings.FUENTE_CONEXION_SEGUNDOS,
        silencio_segundos=settings.FUENTE_SILENCIO_SEGUNDOS,
        escritura=escritura,
        padre=os.getpid(),
    )


def _direccion(servidor: Servidor) -> str:
    """The checked literal address; nothing resolves the name again."""
    return resolver(validar_host(servidor.host), servidor.puerto_efectivo, permitidas=settings.RED_PERMITIDA)


def _conectar(servidor: Servidor, peticion: Peticion) -> tuple[Hija, dict[str, Any]]:
    """A child with an open connection, by the first driver that gets one."""
    if not peticion.direccion:
        hija, datos = _probar(peticion, firebird_embedded.entorno())
        return hija, datos | {"controlador": Controlador.EMBEBIDO.value}
    if servidor.controlador != Controlador.AUTOMATICO:
        return _probar(replace(peticion, controlador=str(servidor.controlador)))
    primero, segundo = ORDEN_DE_CONTROLADORES
    inicio = time.monotonic()
    try:
        return _probar(replace(peticion, controlador=primero))
    except TrastiendaError as error:
        agotado = time.monotonic() - inicio >= peticion.conexion_segundos  # silence: the other one would hear the same
        if error.codigo not in OTRO_CONTROLADOR or (error.codigo == "sin_respuesta" and agotado):
            raise
        return _probar_otro(replace(peticion, controlador=segundo), error)


def _probar_otro(peticion: Peticion, error: TrastiendaError) -> tuple[Hija, dict[str, Any]]:
    """The second driver's connection, or its complaint where it has a better one than not being able to speak."""
    try:
        return _probar(peticion)
    except TrastiendaError as otro:
        raise (error if otro.codigo in OTRO_CONTROLADOR else otro) from None


def _probar(peticion: Peticion, entorno: dict[str, str] | None = None) -> tuple[Hija, dict[str, Any]]:
    hija = Hija(entorno)
    try:
        _esperar(hija, "lista", SEGUNDOS_DE_ARRANQUE)
        hija.enviar(peticion)
        _esperar(hija, "conectada", peticion.conexion_segundos + 1.0)
        (datos,) = _esperar(hija, "abierta", peticion.silencio_segundos)
    except BaseException:
        hija.matar()
        hija.cerrar()
        raise
    return hija, datos | {"controlador": peticion.controlador}


def _esperar(hija: Hija, esperada: str, segundos: float) -> tuple[Any, ...]:
    """The one payload of the next frame, which must be `esperada`; what the child reports as wrong is raised."""
    nombre, *resto = hija.recibir(segundos)
    if nombre == "error":
        raise _traducido(hija, resto)
    if nombre != esperada or len(resto) != CARGAS.get(esperada, 1):
        raise _perdio_el_paso(hija)
    return tuple(resto)


def _traducido(hija: Hija, resto: list[Any]) -> TrastiendaError:
    match resto:
        case [str(clase), tuple(gds), str(texto), str(dato)] if all(type(codigo) is int for codigo in gds):
            return traducir(clase, gds, texto, dato)
    return _perdio_el_paso(hija)


def _perdio_el_paso(hija: Hija) -> Fatal:
    hija.matar()
    return Fatal(
        "respuesta_ilegible",
        "Lo que llegó de la fuente no son filas de la consulta.",
        "Revise que el host y el puerto sean los de su Firebird, y repita.",
    )


class FuenteFirebird:
    """An open connection; see servers/source.py."""

    def __init__(self, hija: Hija, datos: dict[str, Any], *, escritura: bool) -> None:
        self.version = str(datos["version"])
        self.dialecto = int(datos["dialecto"])
        self.juego_caracteres = str(datos["juego_caracteres"])
        self.controlador = str(datos["controlador"])
        self.pid = hija.pid
        self._hija = hija
        self._escritura = escritura

    @contextmanager
    def instantanea(self) -> Iterator["InstantaneaFirebird"]:
        """A read-only snapshot that waits for nobody's locks."""
        foto = InstantaneaFirebird(self._hija)
        foto._pedir(*INICIAR_LECTURA)
        try:
            yield foto
        except BaseException:
            foto._abandonar()
            raise
        foto._terminar(confirmar=False)

    @contextmanager
    def transaccion(self) -> Iterator["TransaccionFirebird"]:
        """A transaction that may write: committed at the end of the block, rolled back by an exception."""
        if not self._escritura:
            raise Fatal("solo_lectura", "Esta fuente se abrió solo para leer.", "")
        transaccion = TransaccionFirebird(self._hija)
        transaccion._pedir(*INICIAR_ESCRITURA)
        try:
            yield transaccion
        except BaseException:
            transaccion._abandonar()
            raise
        transaccion._terminar(confirmar=True)


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
        (columnas,) = _esperar(self._hija, "columnas", settings.FUENTE_SILENCIO_SEGUNDOS)
        self._abierta = FilasFirebird(self._hija, tuple(str(c) for c in columnas))
        return self._abierta

    def catalogo(self) -> dict[str, frozenset[str]]:
        """The columns of every user table and view, names in upper case."""
        encontradas: dict[str, set[str]] = {}
        for tabla, columna in self.filas(COLUMNAS_DE_USUARIO):
            encontradas.setdefault(tabla.strip().upper(), set()).add(columna.strip().upper())
        return {tabla: frozenset(columnas) for tabla, columnas in encontradas.items()}

    def _pedir(self, *orden: Any, segundos: float | None = None) -> int:
        self._hija.enviar(orden)
        (numero,) = _esperar(self._hija, "hecho", segundos or settings.FUENTE_SILENCIO_SEGUNDOS)
        return int(numero)

    def _soltar(self, segundos: float) -> None:
        if self._abierta is not None:
            abierta, self._abierta = self._abierta, None
            abierta.dejar(segundos)

    def _terminar(self, *, confirmar: bool, segundos: float | None = None) -> None:
        plazo = segundos or settings.FUENTE_SILENCIO_SEGUNDOS
        self._soltar(plazo)
        self._pedir("terminar", confirmar, segundos=plazo)

    def _abandonar(self) -> None:
        """Roll back after an exception; when the link is what broke, the child is gone already."""
        try:
            self._terminar(confirmar=False, segundos=SEGUNDOS_PARA_SOLTAR)
        except TrastiendaError:
            self._hija.matar()


class TransaccionFirebird(InstantaneaFirebird):
    """A snapshot that may also write."""

    def ejecutar(self, sql: str, parametros: Sequence[Any] = ()) -> int:
        """Execute a writing statement; the number of rows it touched."""
        self._soltar(settings.FUENTE_SILENCIO_SEGUNDOS)
        return self._pedir("ejecutar", sql, tuple(parametros))


class FilasFirebird:
    """The rows of one statement, as they arrive; iterated once."""

    def __init__(self, hija: Hija, columnas: tuple[str, ...]) -> None:
        self.columnas = columnas
        self._hija = hija
        self._en_curso = True
        self._dejadas = False
        self._filas = self._generar()

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._filas

    def dejar(self, segundos: float) -> None:
        """Stop early: the child closes the cursor, what is under way is thrown away."""
        if self._en_curso:
            self._dejadas = True
            self._hija.enviar(("dejar",))
            while self._lote(segundos) is not None:
                pass

    def _generar(self) -> Iterator[tuple[Any, ...]]:
        while True:
            if self._dejadas:
                raise RuntimeError("These rows ended when their snapshot took another statement or was closed.")
            if (lote := self._lote(settings.FUENTE_SILENCIO_SEGUNDOS)) is None:
                return
            yield from lote

    def _lote(self, segundos: float) -> list[tuple[Any, ...]] | None:
        if not self._en_curso:
            return None
        try:
            nombre, *resto = self._hija.recibir(segundos)
            if nombre == "filas":
                self._hija.enviar(("mas",))
                return self._revisado(*resto)
        except TrastiendaError:
            self._en_curso = False
            raise
        self._en_curso = False
        if nombre == "error":
            raise _traducido(self._hija, resto)
        return None

    def _revisado(self, lote: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The batch, if it is rows of the width and the types that the statement promised."""
        ancho = len(self.columnas)
        if type(lote) is list and all(
            type(fila) is tuple and len(fila) == ancho and VALORES.issuperset(map(type, fila)) for fila in lote
        ):
            return lote
        raise _perdio_el_paso(self._hija)
