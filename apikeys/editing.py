"""Changing a key: its web origins beside its columns."""

from django.db import transaction

from apikeys.models import APIKeyCliente, OrigenPermitido


def poner_origenes(fila: APIKeyCliente, origenes: list[str]) -> None:
    """Let exactly these web origins use the key."""
    with transaction.atomic():
        fila.origenes.exclude(origen__in=origenes).delete()
        OrigenPermitido.objects.bulk_create(
            (OrigenPermitido(clave=fila, origen=origen) for origen in origenes), ignore_conflicts=True
        )
