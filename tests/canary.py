"""The canary: while tests run, no answer, log record, message or command may hold a credential, a digest or a pepper.

It hears of every key and digest that `apikeys.keys` makes, and looks at whatever Django answers (to the test client and
to the live server alike, streams and files included), logs, writes to the broker or prints from a command. Whatever it
finds fails the test that it is found in. The only exceptions are the answers that show a new credential to its owner:
they are listed in EMITEN, and may hold what was made while they were being made, nothing older, and never a digest.
"""

import gzip
import io
import logging
import re
import traceback
import zipfile
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.management.base import BaseCommand, OutputWrapper
from django.http import HttpRequest
from kombu import Producer

from apikeys import keys

ANCHO = 32  # of the secret in a key, and of half a digest
TROZO = re.compile(rf"[0-9A-Za-z]{{{ANCHO},}}")
ENTERA = re.compile(rf"(?:{keys.CLIENTE}|{keys.PERSONA})[0-9A-Za-z]{{{keys.LARGO - 3}}}")
EMITEN = re.compile(
    r"POST /api/(api-keys/(generar|renovar)_api_key|auth/(login|fichas))/?"
    r"|POST /admin/apikeys/.*"
    r"|manage\.py (generar|renovar)_api_key"
)
EN_PARTES = re.compile(r"/static/")  # files of ours, large and without any data


class Canario:
    """What was made, by a number that grows, and what was found."""

    def __init__(self, pimientas: list[str]) -> None:
        self.pimientas = set(pimientas)
        self.secretos: dict[str, int] = {}  # the random part of each key, and when it was made
        self.huellas: set[str] = set()  # both halves of each digest
        self.hallazgos: list[str] = []

    def anotar_clave(self, clave: keys.Clave) -> keys.Clave:
        inicio = 3 + keys.LARGO_PUBLICO
        self.secretos.setdefault(clave.texto[inicio : inicio + ANCHO], len(self.secretos))
        return clave

    def anotar_huella(self, hecha: tuple[str, str]) -> tuple[str, str]:
        self.pimientas.update(settings.PIMIENTAS)  # a test may have changed them
        self.huellas.update((hecha[0][:ANCHO], hecha[0][ANCHO:]))
        return hecha

    def revisar(self, texto: str, donde: str, *, desde: int | None = None) -> None:
        """Note what the text must not hold; with `desde`, keys made since may be in it."""
        if any(pimienta in texto for pimienta in self.pimientas):
            self.hallazgos.append(f"a pepper in {donde}")
        for trozo in TROZO.findall(texto):
            self._revisar_trozo(trozo, donde, desde)
        for clave in ENTERA.findall(texto):
            known = clave[3 + keys.LARGO_PUBLICO : -keys.LARGO_SUMA] in self.secretos
            if not known and (keys.leer(clave, keys.CLIENTE) or keys.leer(clave, keys.PERSONA)):
                self.hallazgos.append(f"a key that nobody made here in {donde}")

    def _revisar_trozo(self, trozo: str, donde: str, desde: int | None) -> None:
        for inicio in range(len(trozo) - ANCHO + 1):
            ventana = trozo[inicio : inicio + ANCHO]
            if ventana in self.huellas:
                self.hallazgos.append(f"a digest in {donde}")
            hecha = self.secretos.get(ventana)
            if hecha is not None and (desde is None or hecha < desde):
                self.hallazgos.append(f"a key in {donde}")

    def tomar(self) -> list[str]:
        """What was found so far, which then counts no more."""
        found, self.hallazgos = self.hallazgos, []
        return found


def contenido(response: Any, body: bytes) -> str:
    """The text of an answer's body: unzipped where it is, and with the parts of a spreadsheet."""
    if response.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return body.decode(errors="replace")


def mirar_respuesta(canario: Canario, request: HttpRequest, response: Any, made: int) -> Any:
    """Look at the answer now, or at the end of its stream."""
    donde = f"{request.method} {request.path_info}"
    desde = made if EMITEN.fullmatch(donde) else None
    canario.revisar(f"{response.items()} {response.cookies.output()}", f"the headers of {donde}")
    if not response.streaming:
        canario.revisar(contenido(response, response.content), donde, desde=desde)
    elif not EN_PARTES.match(request.path_info) and not response.is_async:

        def vigilado(parts: Iterator[bytes]) -> Iterator[bytes]:
            seen = []
            try:
                for part in parts:
                    seen.append(part)
                    yield part
            finally:
                canario.revisar(contenido(response, b"".join(seen)), donde, desde=desde)

        response.streaming_content = vigilado(response.streaming_content)
    return response


def texto_de(record: logging.LogRecord) -> str:
    """All that a formatter could write of the record."""
    words = [record.getMessage(), repr(record.__dict__)]
    if record.exc_info and record.exc_info[1] is not None:
        words += traceback.format_exception(record.exc_info[1])
    return "\n".join(words)


def vigilar(canario: Canario, patch: pytest.MonkeyPatch) -> None:
    """Put the canary where keys are made and where texts leave."""

    def after(owner: Any, name: str, seen: Callable[[Any], Any]) -> None:
        made = getattr(owner, name)
        patch.setattr(owner, name, wraps(made)(lambda *args, **kwargs: seen(made(*args, **kwargs))))

    def before(owner: Any, name: str, seen: Callable[..., Any]) -> None:
        real = getattr(owner, name)

        @wraps(real)
        def both(*args: Any, **kwargs: Any) -> Any:
            seen(*args)
            return real(*args, **kwargs)

        patch.setattr(owner, name, both)

    answering, running = BaseHandler.get_response, BaseCommand.execute
    command: list[tuple[str, int]] = []

    def get_response(handler: BaseHandler, request: HttpRequest) -> Any:
        made = len(canario.secretos)
        return mirar_respuesta(canario, request, answering(handler, request), made)

    def execute(asked: BaseCommand, *args: Any, **options: Any) -> Any:
        command.append((f"manage.py {type(asked).__module__.rpartition('.')[2]}", len(canario.secretos)))
        try:
            return running(asked, *args, **options)
        finally:
            command.pop()

    def written(_: OutputWrapper, msg: Any = "", *args: Any) -> None:
        donde, made = command[-1] if command else ("a command", 0)
        canario.revisar(str(msg), donde, desde=made if EMITEN.fullmatch(donde) else None)

    after(keys, "nueva", canario.anotar_clave)
    after(keys, "huella", canario.anotar_huella)
    before(logging.Logger, "handle", lambda _, record: canario.revisar(texto_de(record), f"the log {record.name}"))
    before(Producer, "_publish", lambda _, *args: canario.revisar(repr(args), "a message to the broker"))
    before(OutputWrapper, "write", written)
    patch.setattr(BaseHandler, "get_response", get_response)
    patch.setattr(BaseCommand, "execute", execute)


@pytest.fixture(scope="session")
def canario() -> Iterator[Canario]:
    """The one of this test process."""
    canario = Canario(list(settings.PIMIENTAS))
    with pytest.MonkeyPatch.context() as patch:
        vigilar(canario, patch)
        yield canario


@pytest.fixture(autouse=True)
def _nada_se_escapa(canario: Canario) -> Iterator[None]:
    yield
    assert canario.tomar() == []
