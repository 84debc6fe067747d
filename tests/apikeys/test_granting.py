"""Nobody gives away what he does not have."""

import pytest

from apikeys.granting import exigir_otorgable
from apikeys.issuing import emitir, renovar
from apikeys.models import APIKeyCliente
from lib.errors import Rejected

CON = ["lectura", "datos_personales"]


@pytest.mark.parametrize("alcances", [[], ["lectura"], ["prediccion", "sincronizar"]])
def test_other_scopes_are_anybodys_to_give(crear_personal, alcances):
    exigir_otorgable(alcances, crear_personal())


def test_who_sees_personal_data_gives_them(crear_personal, empresa):
    por = crear_personal("inventory.ver_datos_personales")
    assert renovar(emitir(nit="900123456", alcances=CON, por=por).fila, por=por).fila.alcances == CON


def test_who_does_not_gives_none_by_issuing_or_renewing(crear_personal, empresa):
    por = crear_personal()
    with pytest.raises(Rejected, match="datos_personales_ajenos"):
        emitir(nit="900123456", alcances=CON, por=por)
    fila = emitir(nit="900123456", alcances=CON).fila  # on the command line nobody's permissions are asked
    with pytest.raises(Rejected, match="datos_personales_ajenos"):
        renovar(fila, por=por)
    assert APIKeyCliente.objects.count() == 1
