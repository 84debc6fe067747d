"""Nobody gives away what he does not have: a key that shows personal data is made by those who may see it."""

from collections.abc import Iterable
from typing import Any

from apikeys.models import Alcance
from lib.errors import Rejected

PERSONALES = "inventory.ver_datos_personales"


def exigir_otorgable(alcances: Iterable[str], por: Any) -> None:
    """Rejected `datos_personales_ajenos` where `por`, a person, may not see what these scopes show."""
    if Alcance.DATOS_PERSONALES in alcances and por is not None and not por.has_perm(PERSONALES):
        mensaje = "Dar acceso a datos personales pide tener ese mismo permiso."
        raise Rejected("datos_personales_ajenos", mensaje, "Pídalo a un administrador.", campos={"alcances": [mensaje]})
