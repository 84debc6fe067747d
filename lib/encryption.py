"""Secrets at rest: Fernet tokens under a rotating list of keys (the first encrypts, all decrypt)."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from lib.errors import Fatal


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def ring() -> MultiFernet:
    """The present key ring, from the setting CLAVES_CIFRADO."""
    return _ring(tuple(settings.CLAVES_CIFRADO))


def encrypt(text: str) -> str:
    return ring().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind a token; Fatal `clave_de_cifrado` where no key of the ring opens it."""
    try:
        return ring().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Fatal(
            "clave_de_cifrado",
            "Un secreto guardado no se puede descifrar con las claves actuales.",
            "Devuelva a CLAVES_CIFRADO la clave con que se guardó, o escriba el secreto de nuevo.",
        ) from error


class TokenField(models.TextField):  # type: ignore[type-arg]
    """A column of Fernet tokens, read and written as tokens; `rotar_claves` finds every such column by this class."""
