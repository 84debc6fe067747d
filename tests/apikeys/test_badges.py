"""States in words."""

from datetime import UTC, datetime, timedelta

import pytest

from apikeys.badges import COLORES, comienzo, dueno, permisos, situacion
from apikeys.models import Alcance, APIKeyCliente, FichaPersonal

AHORA = datetime(2026, 11, 20, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("campos", "dias", "estado", "palabras"),
    [
        ({}, 300, "vigente", "Vigente"),
        ({}, 29, "pronto", "Caduca pronto: 19 dic 2026"),
        ({}, 0, "caducada", "Caducada"),
        ({"activa": False}, 300, "revocada", "Revocada"),
        ({"sucesora_id": 5}, 1, "solape", "En solape hasta el 21 nov 2026 12:00"),
        ({"sucesora_id": 5}, -1, "sucedida", "Renovada, ya no abre"),
        ({"sucesora_id": 5, "activa": False}, 1, "revocada", "Revocada"),
    ],
)
def test_situacion_tells_the_state(campos, dias, estado, palabras):
    fila = APIKeyCliente(fecha_caducidad=AHORA + timedelta(days=dias), **campos)
    assert situacion(fila, AHORA) == (estado, palabras)
    assert estado in COLORES


def test_a_token_has_a_state_too():
    assert situacion(FichaPersonal(fecha_caducidad=AHORA + timedelta(days=99)), AHORA)[0] == "vigente"


@pytest.mark.parametrize(
    ("campos", "dicho"),
    [
        ({"nit_base": "900123456", "nit_original": "900.123.456-8"}, ("NIT", "900.123.456-8")),
        ({"id_sucursal": "S01"}, ("Sucursal", "S01")),
        ({"local": "L1"}, ("Local", "L1")),
    ],
)
def test_dueno_tells_what_it_is_bound_to(campos, dicho):
    assert dueno(APIKeyCliente(**campos)) == dicho


def test_comienzo_shows_the_public_part():
    assert comienzo(APIKeyCliente(identificador="A" * 12)) == "sk_AAAAAAAAAAAA…"
    assert comienzo(FichaPersonal(identificador="B" * 12)) == "pt_BBBBBBBBBBBB…"


def test_permisos_are_told_in_words():
    assert permisos(APIKeyCliente(alcances=["lectura", "datos_personales"])) == "Leer, Datos personales"
    assert all("_" not in permisos(APIKeyCliente(alcances=[alcance])) for alcance in Alcance)


def test_situacion_of_a_token_warns_days_before_not_from_the_start():
    assert situacion(FichaPersonal(fecha_caducidad=AHORA + timedelta(days=29)), AHORA)[0] == "vigente"
    assert situacion(FichaPersonal(fecha_caducidad=AHORA + timedelta(days=2)), AHORA)[0] == "pronto"
