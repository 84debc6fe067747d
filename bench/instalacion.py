"""An empty installation of our own for a bench: a temporary directory, and a database that is made and migrated.

Call `montar` before anything of Django is imported.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def montar(postgres: str = "") -> Iterator[Path]:
    """SQLite in a directory of its own, or a new database `banco` on that PostgreSQL server; Django is ready."""
    with tempfile.TemporaryDirectory(prefix="banco-") as folder:
        sys.path.insert(0, str(ROOT))
        os.environ.update(entorno(Path(folder), crear_base(postgres, "banco") if postgres else ""))
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        yield Path(folder)
        connection.close()


def entorno(folder: Path, database: str) -> dict[str, str]:
    """The settings of such an installation; SQLite there where `database` is empty."""
    own = {
        "ARCHIVO_ENV": os.devnull,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DIRECTORIO_DATOS": str(folder),
        "DATABASE_URL": database or f"sqlite:///{folder}/trastienda.sqlite3",
        "INVENTORY_DB_PATH": "",
        "CELERY_BROKER_URL": "filesystem://",
        "RED_PERMITIDA": "127.0.0.0/8",
        "LOG_LEVEL": "WARNING",
        "PYTHONDONTWRITEBYTECODE": "",  # an installation is compiled once, not by every process
    }
    if database:
        own |= {
            "SECRET_KEY": "banco",
            "CLAVES_CIFRADO": Fernet.generate_key().decode(),
            "PIMIENTAS": Fernet.generate_key().decode(),
            "ALLOWED_HOSTS": "*",
            "REDIRIGIR_A_HTTPS": "False",
        }
    return own


def crear_base(url: str, name: str) -> str:
    """A new, empty PostgreSQL database on that server; its URL."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS {name}")
        link.execute(f"CREATE DATABASE {name}")
    return f"{url}/{name}"


def decir(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
