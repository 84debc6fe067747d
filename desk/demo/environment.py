"""The environment of the demonstration: the embedded shape in a directory of its own, whatever the machine has set."""

import argparse
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from lib.errors import Conflict

RAIZ = Path(__file__).resolve().parents[2]
MARCA = "TRASTIENDA_DEMO"
CERROJO = "demo.lock"
AJENAS = (  # the real installation's
    "CACHE_URL",
    "SECRET_KEY",
    "CLAVES_CIFRADO",
    "PIMIENTAS",
    "DETRAS_DE_PROXY",
    "REDIRIGIR_A_HTTPS",
    "CSRF_TRUSTED_ORIGINS",
    "INVENTORY_DB_PATH",
    "LOG_FILE",
    "CONTIFICO_API_KEY",
    "CONTIFICO_API_TOKEN",
)


def lanzar(opciones: Sequence[str]) -> NoReturn:
    """Turn this process into `manage.py demo` in the demonstration's environment, before any settings are read."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--directorio", type=Path, default=RAIZ / "var" / "demo")
    parser.add_argument("--reiniciar", action="store_true")
    known, rest = parser.parse_known_args(opciones)
    directorio = known.directorio.resolve()
    if known.reiniciar:
        borrar(directorio)
    command = [sys.executable, str(RAIZ / "manage.py"), "demo", *rest, "--directorio", str(directorio)]
    os.execve(sys.executable, command, entorno(directorio, os.environ))  # noqa: S606


def entorno(directorio: Path, actual: Mapping[str, str]) -> dict[str, str]:
    """`actual` with all that could lead the demonstration to a real database taken out."""
    own = {
        MARCA: str(directorio),
        "ARCHIVO_ENV": os.devnull,
        "DIRECTORIO_DATOS": str(directorio),
        "DATABASE_URL": f"sqlite:///{directorio}/trastienda.sqlite3",
        "CELERY_BROKER_URL": "filesystem://",
        "RED_PERMITIDA": "127.0.0.0/8",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DEBUG": "False",
        "LOG_LEVEL": actual.get("LOG_LEVEL", "WARNING"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(RAIZ), actual.get("PYTHONPATH", "")))),
    }
    # DATABASE_URL_FILE as well: a value from a file comes before the one given here
    left_out = {*AJENAS, *own}
    return {name: value for name, value in actual.items() if name.removesuffix("_FILE") not in left_out} | own


@contextmanager
def a_solas(directorio: Path) -> Iterator[None]:
    """Only one demonstration at a time in one directory; Conflict `demo_en_marcha` for the second."""
    directorio.mkdir(parents=True, exist_ok=True)
    with (directorio / CERROJO).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                "demo_en_marcha",
                f"Ya hay una demostración en marcha en {directorio}.",
                "Deténgala con Ctrl-C o use --directorio.",
            ) from None
        yield


def borrar(directorio: Path) -> None:
    """Forget an earlier demonstration."""
    with a_solas(directorio):
        for path in directorio.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != CERROJO:
                path.unlink()
