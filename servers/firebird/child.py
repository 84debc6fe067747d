"""The child interpreter that holds one Firebird connection: `python -m servers.firebird.child`.

It reads orders from its standard input and answers on what was its standard output, in frames of a four-byte length
and a pickle. It never speaks unasked, so a server that stalls is silence to the parent. It ends when its input ends,
and with its parent. Light on purpose: no Django.

    in   Peticion, then ("iniciar", escritura) ("consultar", sql, parámetros) ("filas",) ("bloques",) ("mas",)
         ("dejar",) ("ejecutar", sql, parámetros) ("terminar", confirmar)
    out  ("conectada",) ("abierta", datos) ("hecho", número) ("columnas", nombres) ("filas", lote) ("molde", molde)
         ("bloque", ranura, filas) ("fin",) ("error", clase, códigos gds, texto, dato)

A statement's rows are asked for as "filas", or as "bloques": raw messages in the memory that both share (servers/
firebird/ring.py, its descriptor is the argument). Where they cannot be had raw, `molde` is a text, and "filas" may
follow.
"""

import ctypes
import gc
import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from itertools import cycle
from typing import Any, BinaryIO

from servers.firebird import charset as juegos
from servers.firebird import ring
from servers.firebird import values as valores
from servers.firebird.batches import ADELANTO, SEGUNDOS_POR_LOTE, convertidas, lotes
from servers.firebird.messages import Mensajes
from servers.firebird.values import Conexion, Cursor, Peticion

PR_SET_PDEATHSIG = 1
MEMORIA_MAXIMA = 2 << 30
PROPIOS = (valores.ColumnaNoLegible, valores.TextoDemasiadoGrande, ValueError, OverflowError, MemoryError)
VERSION = "SELECT RDB$GET_CONTEXT('SYSTEM', 'ENGINE_VERSION') FROM RDB$DATABASE"


class Hilo:
    """The two pipes to the parent."""

    def __init__(self, entrada: BinaryIO, salida: BinaryIO) -> None:
        self._entrada = entrada
        self._salida = salida

    def recibir(self) -> Any:
        """The next order; ends the process when the parent has closed."""
        cabeza = self._entrada.read(4)
        if len(cabeza) < 4:
            raise SystemExit(0)
        return pickle.loads(self._entrada.read(struct.unpack(">I", cabeza)[0]))  # noqa: S301  our own parent wrote it

    def enviar(self, *trama: Any) -> None:
        datos = pickle.dumps(trama, 5)
        self._salida.write(struct.pack(">I", len(datos)) + datos)
        self._salida.flush()


def main() -> None:
    # a driver that prints must not break the frames
    with os.fdopen(os.dup(1), "wb") as salida:
        os.dup2(2, 1)
        hilo = Hilo(sys.stdin.buffer, salida)
        hilo.enviar("lista")
        peticion: Peticion = hilo.recibir()
        _atarse(peticion.padre)
        valores.registrar_codecs()
        try:
            _atender(hilo, peticion)
        except BrokenPipeError:
            os._exit(0)
        except SystemExit:  # detached, and the parent has closed
            if not peticion.direccion:  # an engine in this process has files to close
                raise
            os._exit(0)  # libfbclient would wait 50 ms for its threads


def _atarse(padre: int) -> None:
    """Die with the parent, whatever kills it, and keep a hostile answer from eating the machine's memory."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != padre:
        raise SystemExit(0)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORIA_MAXIMA, MEMORIA_MAXIMA))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _atender(hilo: Hilo, peticion: Peticion) -> None:
    """Open, then obey until the parent closes; what goes wrong is told, the parent decides what it means."""
    gc.disable()  # while nothing but modules is loaded
    try:
        modulo = _controlador(peticion.controlador)
    except (ImportError, OSError, AttributeError) as error:  # AttributeError: a library of another version
        hilo.enviar("error", "libreria", (), str(error)[:500], "")
        return
    gc.enable()
    try:
        conexion = _abrir(hilo, modulo, peticion)
    except modulo.ERRORES as error:
        _contar(hilo, modulo, error)
        return
    try:
        while True:
            _obedecer(hilo, modulo, conexion, peticion, hilo.recibir())
    finally:
        try:
            conexion.terminar(confirmar=False)
            conexion.cerrar()
        except modulo.ERRORES:
            os._exit(0)  # the link is gone; the native library would crash on its way out


def _controlador(nombre: str) -> Any:
    if nombre == "firebirdsql":
        import passlib.hash  # noqa: F401  the Legacy_Auth hash; without it the login fails halfway

        from servers.firebird import pure

        return pure
    from servers.firebird import native

    native.cargar()
    return native


def _abrir(hilo: Hilo, modulo: Any, peticion: Peticion) -> Conexion:
    """Connect, look at the dialect and the character sets, connect again where they ask for it."""
    juego, dialecto = peticion.juego_caracteres or juegos.PRIMERO, 3
    conexion: Conexion = modulo.abrir(peticion, juego=juego, dialecto=dialecto)
    hilo.enviar("conectada")
    usados = set() if peticion.juego_caracteres else {f[0] for f in _leer(conexion, juegos.USADOS)}
    mejor = peticion.juego_caracteres or juegos.decidir(usados)
    if (mejor, conexion.dialecto) != (juego, dialecto):
        dialecto = conexion.dialecto
        conexion.cerrar()
        conexion = modulo.abrir(peticion, juego=mejor, dialecto=dialecto)
    version = _leer(conexion, VERSION)[0][0]
    hilo.enviar("abierta", {"version": version, "dialecto": conexion.dialecto, "juego_caracteres": mejor})
    return conexion


def _leer(conexion: Conexion, sql: str) -> list[Sequence[Any]]:
    """All rows of a small statement, in a snapshot of its own."""
    conexion.iniciar(escritura=False)
    cursor = conexion.consultar(sql, ())
    try:
        return [tuple(fila) for fila in convertidas(cursor)]
    finally:
        cursor.cerrar()
        conexion.terminar(confirmar=False)


def _obedecer(hilo: Hilo, modulo: Any, conexion: Conexion, peticion: Peticion, orden: tuple[Any, ...]) -> None:
    try:
        match orden:
            case ("iniciar", escritura):
                conexion.iniciar(escritura=bool(escritura) and peticion.escritura)
                hilo.enviar("hecho", 0)
            case ("consultar", sql, parametros):
                _responder(hilo, conexion.consultar(sql, parametros))
            case ("ejecutar", sql, parametros):
                hilo.enviar("hecho", conexion.ejecutar(sql, parametros))
            case ("terminar", confirmar):
                conexion.terminar(confirmar=bool(confirmar))
                hilo.enviar("hecho", 0)
            case _:
                pass  # "mas" or "dejar" that crossed with our "fin"
    except (*PROPIOS, *modulo.ERRORES) as error:
        _contar(hilo, modulo, error)
        if isinstance(error, modulo.PIERDEN_EL_PASO) and not isinstance(error, UnicodeEncodeError):
            os._exit(0)


def _responder(hilo: Hilo, cursor: Cursor) -> None:
    """Send the rows in the form that the parent asks for; it may also leave them."""
    try:
        hilo.enviar("columnas", tuple(c.nombre for c in cursor.columnas))
        orden = hilo.recibir()
        if orden == ("bloques",):
            mensajes = _crudos(cursor)
            if isinstance(mensajes, str):
                hilo.enviar("molde", mensajes)
                orden = hilo.recibir()
            else:
                molde = mensajes.molde
                hilo.enviar("molde", (molde.paso, molde.codec, tuple(map(astuple, molde.campos))))
                _adelantar(hilo, _bloques(mensajes), ring.RANURAS)
        if orden == ("filas",):
            _adelantar(hilo, (("filas", lote) for lote in lotes(cursor)), ADELANTO)
    finally:
        cursor.cerrar()
    hilo.enviar("fin")


def _adelantar(hilo: Hilo, tramas: Iterator[tuple[Any, ...]], credito: int) -> None:
    """Send the frames, at most `credito` of them ahead of the parent."""
    for trama in tramas:
        hilo.enviar(*trama)
        credito -= 1
        if not credito:
            if hilo.recibir() == ("dejar",):
                return
            credito += 1


def _crudos(cursor: Cursor) -> Mensajes | str:
    """The raw messages, where one fits a slot."""
    mensajes = cursor.mensajes()
    if isinstance(mensajes, Mensajes) and mensajes.molde.paso > ring.BYTES_POR_RANURA:
        return ""
    return mensajes


def _bloques(mensajes: Mensajes) -> Iterator[tuple[str, int, int]]:
    """Fill the slots in turn; the frame says which one, and how many rows it holds."""
    memoria = (ctypes.c_char * ring.BYTES).from_buffer(ring.abrir(int(sys.argv[1]), escritura=True))
    tope = ring.tope(mensajes.molde.paso)
    lugares = [mensajes.lugares(memoria, n * ring.BYTES_POR_RANURA, tope) for n in range(ring.RANURAS)]
    for ranura in cycle(range(ring.RANURAS)):
        if filas := mensajes.llenar(lugares[ranura], SEGUNDOS_POR_LOTE):
            yield "bloque", ranura, filas
        if mensajes.agotado:
            return


def _contar(hilo: Hilo, modulo: Any, error: BaseException) -> None:
    clase, dato = type(error).__name__, ""
    if isinstance(error, valores.ColumnaNoLegible):
        dato = error.nombre
    hilo.enviar("error", clase, modulo.codigos(error), str(error)[:1000], dato)


if __name__ == "__main__":
    main()
