"""The account that the environment makes: the variables CONTIFICO_* become a row, and each later change of theirs too.

The row keeps the values that were last applied. Only a variable that differs from its own last value is applied, so
that what staff edit stays until someone changes the same thing in the environment.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any

from django.apps import apps as presentes
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from inventory.contifico.models import Cuenta
from lib.encryption import decrypt, encrypt
from lib.errors import Rejected, TrastiendaError

logger = logging.getLogger(__name__)

CLAVE = "CONTIFICO_API_KEY"
CAMPOS = {
    CLAVE: "api_key",
    "CONTIFICO_API_TOKEN": "api_token",
    "CONTIFICO_API_BASE_URL": "url_base",
    "CONTIFICO_PAGE_SIZE": "registros_por_pagina",
}
NOMBRE = "Contífico"


@dataclass(frozen=True, slots=True)
class Aplicacion:
    """The environment's account, whether it is new, and which variables were applied to it."""

    cuenta: Cuenta
    creada: bool
    variables: tuple[str, ...]

    def __str__(self) -> str:
        if self.creada:
            return f"Se creó la cuenta «{self.cuenta}» con {', '.join(self.variables)}."
        if self.variables:
            return f"A la cuenta «{self.cuenta}» se le aplicó {', '.join(self.variables)}."
        return f"La cuenta «{self.cuenta}» ya tiene lo que dice el entorno."


def aplicar() -> Aplicacion | None:
    """Make the environment's account, or bring into it what changed there; None where there is no key.

    Raises Rejected `entorno_invalido` where a value cannot be, Fatal `clave_de_cifrado`.
    """
    given = {name: value for name in CAMPOS if (value := getattr(settings, name)) not in ("", None)}
    if CLAVE not in given:
        return None
    with transaction.atomic():
        cuenta = Cuenta.objects.select_for_update().exclude(entorno_cifrado="").order_by("pk").first()
        before = json.loads(decrypt(cuenta.entorno_cifrado)) if cuenta else {}
        changed = {name: value for name, value in given.items() if before.get(name) != value}
        done = Aplicacion(cuenta or Cuenta(nombre=_nombre_libre()), cuenta is None, tuple(changed))
        if changed:
            _guardar(done.cuenta, changed, before | changed)
    return done


def _nombre_libre() -> str:
    taken = set(Cuenta.objects.values_list("nombre", flat=True))
    names = (NOMBRE if number == 1 else f"{NOMBRE} {number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _guardar(cuenta: Cuenta, changed: dict[str, Any], applied: dict[str, Any]) -> None:
    for name, value in changed.items():
        setattr(cuenta, CAMPOS[name], value)
    cuenta.entorno_cifrado = encrypt(json.dumps(applied))
    try:
        cuenta.full_clean()
    except ValidationError as error:
        said = " ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        raise Rejected("entorno_invalido", f"Las variables CONTIFICO_* no valen. {said}", "Corríjalas.") from None
    cuenta.save()


def al_migrar(apps: Any = presentes, **kwargs: Any) -> None:
    """After a migration, unless that has left us without tables; what goes wrong is told and stops nothing."""
    if not settings.CONTIFICO_API_KEY or Cuenta._meta.model_name not in apps.all_models[Cuenta._meta.app_label]:
        return
    try:
        done = aplicar()
    except TrastiendaError as error:
        logger.warning("%s", error)
    else:
        logger.info("%s", done)
