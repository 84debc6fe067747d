"""Tokens within JSON columns of tables that are not ours: the setting SECRETOS_EN_JSON names them.

{"mfa.Authenticator.data": ("secret", "seed")}    the column, and which of its names hold tokens
"""

from collections.abc import Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from lib import encryption
from lib.encryption import Rotacion


def rotar() -> Iterator[Rotacion]:
    """Encrypt each of them anew under the first key, as `encryption.rotar` does those of our own columns."""
    for columna, nombres in settings.SECRETOS_EN_JSON.items():
        modelo, campo = columna.rsplit(".", 1)
        yield _rotar_columna(apps.get_model(modelo), campo, nombres)


def _rotar_columna(model: type[models.Model], campo: str, nombres: tuple[str, ...]) -> Rotacion:
    rotation = Rotacion(f"{model._meta.db_table}.{campo}")
    for pk in list(model._base_manager.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            fila = model._base_manager.select_for_update().filter(pk=pk).first()
            if fila is not None and _rotar_fila(rotation, getattr(fila, campo), nombres, pk):
                fila.save(update_fields=[campo])
    return rotation


def _rotar_fila(rotation: Rotacion, datos: dict[str, Any], nombres: tuple[str, ...], pk: Any) -> bool:
    """Turn the tokens of one row in place; whether any changed."""
    antes = dict(datos)
    for nombre in nombres:
        if token := datos.get(nombre):
            rotation.leidas += 1
            datos[nombre] = _rotar(rotation, token, pk)
    return datos != antes


def _rotar(rotation: Rotacion, token: str, pk: Any) -> str:
    if encryption.bajo_la_primera(token):
        rotation.al_dia += 1
        return token
    try:
        fresh = encryption.ring().rotate(token.encode()).decode()
    except InvalidToken:
        rotation.ilegibles.append(str(pk))
        return token
    rotation.cifradas += 1
    return fresh
