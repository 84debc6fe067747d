"""Settings from the environment: `.env` in the project directory, real variables win, `NAME_FILE` for secrets."""

import ipaddress
import logging
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

from lib.errors import Rejected
from lib.origins import normalizar

PEPPER_LENGTH = 16
BASE_DIR = Path(__file__).resolve().parent.parent


class Files(FileAwareMapping):  # type: ignore[misc]
    """Values that may come from files, whose last line ends as lines do."""

    def __getitem__(self, name: str) -> str:
        return str(super().__getitem__(name)).rstrip("\r\n")


class Env(environ.FileAwareEnv):  # type: ignore[misc]
    ENVIRON = Files(cache=False)


def open_env(path: Path | None = None) -> Env:
    """The environment after `.env` of the project directory, or the file that ARCHIVO_ENV names, has been read into it.

    A real variable also wins over a `NAME_FILE` of the file, which would otherwise come first.
    """
    real = set(os.environ)
    environ.Env.read_env(path or environ.Env().str("ARCHIVO_ENV", str(BASE_DIR / ".env")))
    for name in set(os.environ) - real:
        if name.removesuffix("_FILE") in real:
            del os.environ[name]
    return Env()


def fernet_keys(keys: list[str]) -> list[str]:
    """The keys, each fit to encrypt with; a wrong one stops the start, and is not shown."""
    for number, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(f"CLAVES_CIFRADO: number {number} is no Fernet key (docs/settings.md)") from None
    return keys


def peppers(texts: list[str]) -> list[str]:
    """The peppers, each long enough that nobody guesses it; a short one stops the start, and is not shown."""
    for number, text in enumerate(texts, 1):
        if len(text) < PEPPER_LENGTH:
            raise ImproperlyConfigured(f"PIMIENTAS: number {number} is shorter than {PEPPER_LENGTH} characters")
    return texts


def networks(texts: list[str]) -> list[str]:
    """The networks in CIDR form; what is none stops the start."""
    for text in texts:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise ImproperlyConfigured(f"RED_PERMITIDA: {text!r} is no network, such as 10.0.0.0/8") from None
    return texts


def origins(texts: list[str]) -> list[str]:
    """The web origins as browsers write them; what is none stops the start."""
    try:
        return [normalizar(text) for text in texts]
    except Rejected as error:
        raise ImproperlyConfigured(f"CORS_ORIGENES: {error.mensaje} {error.remedio}") from None


def database_url(url: str, path: str, default: Path) -> str:
    """The URL of the main database: the one given, else that of the SQLite file `path`, else of `default`."""
    if url and path:
        raise ImproperlyConfigured("DATABASE_URL and INVENTORY_DB_PATH name two databases: give one (docs/settings.md)")
    return url or f"sqlite:///{quote(str(BASE_DIR / (path or default)))}"


def positive(name: str, value: int | None) -> int | None:
    """The number, or none; one below 1 stops the start."""
    if value is not None and value < 1:
        raise ImproperlyConfigured(f"{name}: {value} is no number from 1 on")
    return value


def api_url(name: str, url: str) -> str:
    """The address of an API, or nothing; anything else stops the start, and is not shown."""
    if url and not url.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"{name} is no address, such as https://api.example.com/v1")
    return url


def log_handlers(path: str) -> dict[str, dict[str, Any]]:
    """Where lines of the log go: to the console and, where a file is named, into it; its directory is made."""
    shape = {"formatter": "line", "filters": ["sin_enlaces"]}
    handlers: dict[str, dict[str, Any]] = {"console": {"class": "logging.StreamHandler"} | shape}
    if path:
        file = BASE_DIR / path
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers["file"] = {"class": "lib.logs.Archivo", "filename": str(file), "encoding": "utf-8"} | shape
    return handlers


def log_level(name: str) -> str:
    """The level by its name in any case; what is none stops the start."""
    if name.upper() not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"LOG_LEVEL: {name!r} is no level, such as INFO")
    return name.upper()


def is_redis(url: str) -> bool:
    return url.startswith(("redis://", "rediss://", "unix://"))


def redis_url(url: str) -> str:
    """The URL of a Redis, or nothing; anything else stops the start, and is not shown, for it may hold a password."""
    if url and not is_redis(url):
        raise ImproperlyConfigured("CACHE_URL is no URL of a Redis, such as redis://127.0.0.1:6379/0")
    return url


def cache(url: str, directory: Path) -> dict[str, dict[str, Any]]:
    """Django's cache: the Redis, with files to fall back on, or those alone; only their owner may read them."""
    if not url:
        return {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": directory}}
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return {
        "default": {
            "BACKEND": "lib.cache.RedisOArchivos",
            "LOCATION": url,
            "RESPALDO": directory,
            "KEY_PREFIX": "trastienda",
            "OPTIONS": options,
        }
    }


def generate_once(path: Path) -> None:
    """Write the embedded shape's secrets to `path` (0600) unless it is there; several processes may start at once.

    The folder becomes its owner's alone: the SQLite database lies in it too.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        fernet = Fernet.generate_key().decode()
        _write_once(path, f"SECRET_KEY={secrets.token_urlsafe(50)}\nCLAVES_CIFRADO={fernet}\n")
    environ.Env.read_env(path)
    peppers = path.with_name("pimientas.env")  # a file of its own: older installations have the first one already
    if not peppers.exists():
        _write_once(peppers, f"PIMIENTAS={secrets.token_urlsafe(50)}\n")
    environ.Env.read_env(peppers)


def _write_once(path: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    try:
        os.link(draft, path)  # fails where another process was first; its secrets are then the ones
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
