"""Secrets at rest: Fernet tokens under a rotating list of keys (the first encrypts, all decrypt).

`rotar` brings every stored token under the first key, so that the older keys can be taken out of the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
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


LOTE = 500


@dataclass(slots=True)
class Rotacion:
    """What became of the tokens of one column; `ilegibles` are the keys of rows that no present key opens."""

    columna: str
    leidas: int = 0
    cifradas: int = 0
    al_dia: int = 0
    ilegibles: list[str] = field(default_factory=list)


def columnas() -> Iterator[tuple[type[models.Model], TokenField]]:
    """Every column of tokens, of every model that has a table of its own."""
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy and model._meta.managed:
            for column in model._meta.local_fields:
                if isinstance(column, TokenField):
                    yield model, column


def rotar() -> Iterator[Rotacion]:
    """Encrypt every token anew under the first key, column by column; repeating it changes nothing."""
    for model, column in columnas():
        rotation = Rotacion(f"{model._meta.db_table}.{column.column}")
        for pk, token in _tokens(model, column.attname):
            _rotar_fila(rotation, model, column.attname, pk, token)
        yield rotation


def _tokens(model: type[models.Model], name: str) -> Iterator[tuple[Any, str]]:
    """The filled tokens in batches by primary key, so that no cursor stays open over the writes."""
    rows = model._base_manager.exclude(**{name: ""}).exclude(**{name: None}).order_by("pk")
    batch = list(rows.values_list("pk", name)[:LOTE])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1][0]).values_list("pk", name)[:LOTE])


def _rotar_fila(rotation: Rotacion, model: type[models.Model], name: str, pk: Any, token: str | None) -> None:
    """Compare-and-set on the old token: one that someone changed meanwhile is read and looked at again."""
    rotation.leidas += 1
    while token:
        if bajo_la_primera(token):
            rotation.al_dia += 1
            return
        try:
            fresh = ring().rotate(token.encode()).decode()
        except InvalidToken:
            rotation.ilegibles.append(str(pk))
            return
        if model._base_manager.filter(pk=pk, **{name: token}).update(**{name: fresh}):
            rotation.cifradas += 1
            return
        token = model._base_manager.filter(pk=pk).values_list(name, flat=True).first()


def bajo_la_primera(token: str) -> bool:
    try:
        _ring((settings.CLAVES_CIFRADO[0],)).decrypt(token.encode())
    except InvalidToken:
        return False
    return True
