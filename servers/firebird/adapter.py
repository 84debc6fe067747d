"""A Firebird database as a source: read-only snapshots that stream exact, typed rows from a child interpreter.

The client library has no read timeout and can crash its process, so each connection lives in a child (servers/
firebird/child.py) that is killed at its deadline. See docs/adr/0002-firebird-in-a-child-process.md.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings

from lib.errors import Fatal, TrastiendaError
from lib.network import resolver
from servers.firebird import embedded
from servers.firebird.dsn import validar_host, validar_ruta
from servers.firebird.errors import OTRO_CONTROLADOR
from servers.firebird.pipe import Hija
from servers.firebird.reading import InstantaneaFirebird, TransaccionFirebird, esperar, perdio_el_paso
from servers.firebird.values import Peticion
from servers.models import Controlador, JuegoCaracteres, Servidor

SEGUNDOS_DE_ARRANQUE = 30.0  # a busy machine starts an interpreter slowly
LEER = ("iniciar", False)
ESCRIBIR = ("iniciar", True)
DATOS = {"version": str, "dialecto": int, "juego_caracteres": str}  # of an open connection
ORDEN_DE_CONTROLADORES = (Controlador.NATIVO.value, Controlador.PURO.value)


@contextmanager
def abrir(servidor: Servidor, ruta: str, *, escritura: bool = False) -> Iterator["FuenteFirebird"]:
    """Open the database `ruta` of `servidor`; `escritura=True` is for the one caller that writes back.

    With the driver on automatic the other one is tried where the first cannot speak to the server. Raises lib.errors
    only: `host_invalido`, `ruta_invalida`, `host_no_permitido` and the codes of servers/firebird/errors.py.
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
        ruta=embedded.ruta_local(validar_ruta(ruta)) if embebido else validar_ruta(ruta),
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
        hija, datos = _probar(peticion, embedded.entorno())
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
        esperar(hija, "lista", SEGUNDOS_DE_ARRANQUE)
        hija.enviar(peticion)
        esperar(hija, "conectada", peticion.conexion_segundos + 1.0)
        (datos,) = esperar(hija, "abierta", peticion.silencio_segundos)
        if not isinstance(datos, dict) or {n: type(v) for n, v in datos.items()} != DATOS:
            raise perdio_el_paso(hija)
    except BaseException:
        hija.matar()
        hija.cerrar()
        raise
    return hija, datos | {"controlador": peticion.controlador}


class FuenteFirebird:
    """An open connection; see servers/source.py."""

    def __init__(self, hija: Hija, datos: dict[str, Any], *, escritura: bool) -> None:
        self.version: str = datos["version"]
        self.dialecto: int = datos["dialecto"]
        self.juego_caracteres: str = datos["juego_caracteres"]
        self.controlador: str = datos["controlador"]
        self.pid = hija.pid
        self._hija = hija
        self._escritura = escritura

    def cortar(self) -> None:
        """See servers/source.py: the child is killed, and the server sees its connection gone."""
        self._hija.matar()

    @contextmanager
    def instantanea(self) -> Iterator[InstantaneaFirebird]:
        """A read-only snapshot that waits for nobody's locks."""
        foto = InstantaneaFirebird(self._hija)
        foto.pedir(*LEER)
        try:
            yield foto
        except BaseException:
            foto.abandonar()
            raise
        foto.terminar(confirmar=False)

    @contextmanager
    def transaccion(self) -> Iterator[TransaccionFirebird]:
        """A transaction that may write: committed at the end of the block, rolled back by an exception."""
        if not self._escritura:
            raise Fatal("solo_lectura", "Esta fuente se abrió solo para leer.", "")
        transaccion = TransaccionFirebird(self._hija)
        transaccion.pedir(*ESCRIBIR)
        try:
            yield transaccion
        except BaseException:
            transaccion.abandonar()
            raise
        transaccion.terminar(confirmar=True)
