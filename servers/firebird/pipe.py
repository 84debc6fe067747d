"""The child interpreter as its parent sees it: one process, two pipes, shared memory, a deadline for every answer.

What comes back is not trusted: a hostile server may own the child. Frames are bounded, and unpickled by a reader that
can build numbers, texts, dates and containers of them, nothing else.
"""

import contextlib
import io
import logging
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date, datetime
from datetime import time as hora
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.errors import Fatal, Retriable
from servers.firebird import ring

logger = logging.getLogger(__name__)

MODULO = "servers.firebird.child"
RAIZ = Path(__file__).resolve().parents[2]
TRAMA_MAXIMA = 64 << 20
LECTURA = 1 << 18
SEGUNDOS_DE_DESPEDIDA = 2.0
SEGUNDOS_PARA_TOMAR = 30.0  # orders are short, and the child waits for them: it takes each at once
HEREDADAS = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")  # no secret, no ISC_USER, no FIREBIRD
TIPOS: dict[tuple[str, str], type] = {
    ("decimal", "Decimal"): Decimal,
    ("datetime", "date"): date,
    ("datetime", "datetime"): datetime,
    ("datetime", "time"): hora,
}
VALORES = frozenset({str, int, bool, Decimal, date, datetime, hora, type(None)})


class Lector(pickle.Unpickler):
    """An unpickler that knows four classes."""

    def find_class(self, module: str, name: str) -> type:
        try:
            return TIPOS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None


class Hija:
    """The running child; `cerrar` must be called, in the thread that made it: the child ends with that thread."""

    def __init__(self, entorno: Mapping[str, str] | None = None) -> None:
        self._quejas = tempfile.TemporaryFile()  # noqa: SIM115  closed in `cerrar`
        self.anillo = ring.crear()
        try:
            self._proceso = self._empezar(entorno or {})
        except BaseException:  # no memory or no process left on this machine
            self._quejas.close()
            os.close(self.anillo)
            raise
        assert self._proceso.stdin is not None
        assert self._proceso.stdout is not None
        self._entrada = self._proceso.stdin
        os.set_blocking(self._entrada.fileno(), False)  # a child that takes no orders must not hold us up
        self._salida = self._proceso.stdout.fileno()
        self._guardado = bytearray()

    def _empezar(self, entorno: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-E", "-s", "-X", "utf8", "-m", MODULO, str(self.anillo)],
            cwd=RAIZ,
            env={n: os.environ[n] for n in HEREDADAS if n in os.environ} | {"LANG": "C.UTF-8"} | dict(entorno),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._quejas,
            pass_fds=(self.anillo,),
            start_new_session=True,  # a Ctrl-C on the terminal is the parent's business
        )

    @property
    def pid(self) -> int:
        return self._proceso.pid

    def enviar(self, orden: Any) -> None:
        """Give an order; Retriable `enlace_cortado` when the child is gone, Fatal when it takes none."""
        datos = pickle.dumps(orden, 5)
        resto = memoryview(struct.pack(">I", len(datos)) + datos)
        hasta = time.monotonic() + SEGUNDOS_PARA_TOMAR
        try:
            while resto:
                if not _listo(self._entrada.fileno(), select.POLLOUT, hasta):
                    self.matar()
                    raise _ilegible("no order taken for %s seconds", SEGUNDOS_PARA_TOMAR)
                resto = resto[self._entrada.write(resto) or 0 :]
        except BrokenPipeError as error:
            raise self._cortado() from error

    def recibir(self, segundos: float) -> tuple[Any, ...]:
        """The child's next frame; kills it and raises Retriable `fuente_sin_respuesta` after that long without one."""
        hasta = time.monotonic() + segundos
        largo = struct.unpack(">I", self._tomar(4, hasta, segundos))[0]
        if largo > TRAMA_MAXIMA:
            self.matar()
            raise _ilegible("a frame of %s bytes", largo)
        return self._abrir(self._tomar(largo, hasta, segundos))

    def _abrir(self, datos: bytes) -> tuple[Any, ...]:
        try:
            trama = Lector(io.BytesIO(datos)).load()
        except (pickle.UnpicklingError, ValueError, TypeError, EOFError, AttributeError, LookupError,
                ArithmeticError, MemoryError, RecursionError) as error:  # fmt: skip
            self.matar()
            raise _ilegible("%r", error) from error
        if not (isinstance(trama, tuple) and trama and isinstance(trama[0], str)):
            self.matar()
            raise _ilegible("no frame: %s", type(trama))
        return trama

    def _tomar(self, bytes_: int, hasta: float, segundos: float) -> bytes:
        guardado = self._guardado
        while len(guardado) < bytes_:
            if not _listo(self._salida, select.POLLIN, hasta):
                self.matar()
                raise Retriable(
                    "fuente_sin_respuesta",
                    f"El servidor lleva {segundos:.0f} segundos sin responder; se cortó la conexión.",
                    "Revise la red o la VPN y si el servidor está ocupado; luego repita.",
                )
            trozo = os.read(self._salida, LECTURA)
            if not trozo:
                raise self._cortado()
            guardado += trozo
        tomado = bytes(guardado[:bytes_])
        del guardado[:bytes_]
        return tomado

    def _cortado(self) -> Retriable:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._proceso.wait(SEGUNDOS_DE_DESPEDIDA)  # its pipe is closed: it is ending, and says why
        self.matar()
        self._quejas.seek(max(0, self._quejas.seek(0, os.SEEK_END) - 2000))
        logger.warning(
            "Firebird child %s ended with status %s: %s",
            self.pid,
            self._proceso.returncode,
            self._quejas.read().decode("utf-8", "replace").strip(),
        )
        return Retriable(
            "enlace_cortado",
            "La conexión con el servidor se cortó.",
            "Revise la red o la VPN; si vuelve a pasar, pruebe el otro controlador en el servidor.",
        )

    def matar(self) -> None:
        """End the child and whatever it started, at once; from any thread."""
        if self._proceso.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # another thread has ended it this instant
                os.killpg(self._proceso.pid, signal.SIGKILL)
            self._proceso.wait()

    def cerrar(self) -> None:
        """Let the child detach and end; kill it when it does not within two seconds. No process is left behind."""
        self._entrada.close()
        try:
            self._proceso.wait(SEGUNDOS_DE_DESPEDIDA)
        except subprocess.TimeoutExpired:
            self.matar()
        assert self._proceso.stdout is not None
        self._proceso.stdout.close()
        self._quejas.close()
        os.close(self.anillo)


def _listo(descriptor: int, para: int, hasta: float) -> bool:
    """Whether it can be read or written before that moment."""
    sondeo = select.poll()  # select() cannot watch descriptors above 1023
    sondeo.register(descriptor, para)
    return bool(sondeo.poll(max(0.0, hasta - time.monotonic()) * 1000))


def _ilegible(formato: str, detalle: Any) -> Fatal:
    logger.error("Firebird child sent something else than rows: %s", formato % (detalle,))
    return Fatal(
        "respuesta_ilegible",
        "El servidor envió algo que no son filas de una consulta.",
        "Revise que el host y el puerto sean los de su Firebird.",
    )
