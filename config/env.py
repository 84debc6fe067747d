"""Settings from the environment: `.env` in the project directory, real variables win, `NAME_FILE` for secrets."""

import os
import secrets
import tempfile
from pathlib import Path

import environ
from cryptography.fernet import Fernet

BASE_DIR = Path(__file__).resolve().parent.parent


def open_env() -> environ.FileAwareEnv:
    """The environment after `.env` of the project directory has been read into it."""
    environ.Env.read_env(BASE_DIR / ".env")
    return environ.FileAwareEnv()


def generate_once(path: Path) -> None:
    """Write the embedded shape's secrets to `path` (0600) unless it is there; several processes may start at once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"SECRET_KEY={secrets.token_urlsafe(50)}\nCLAVES_CIFRADO={Fernet.generate_key().decode()}\n")
        try:
            os.link(draft, path)  # fails where another process was first; its secrets are then the ones
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    environ.Env.read_env(path)
