"""The examples of docs/api.md do what they say, with a key of the client's own."""

import re
from pathlib import Path

import pytest

from inventory.views import MovimientoViewSet, VentanaViewSet

API_MD = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
EJEMPLOS = re.findall(r"^curl -H \"Api-Key: .*'https://trastienda\.example\.com(/api/[^']+)'$", API_MD, re.M)


def test_there_are_examples():
    assert len(EJEMPLOS) >= 5


@pytest.mark.parametrize("ruta", EJEMPLOS)
def test_example_is_answered_to_a_key(client, clave_de, crear_movimiento, empresa, ruta):
    crear_movimiento()
    response = client.get(ruta, **clave_de(empresa.nit_base))
    assert response.status_code == 200, response.content


@pytest.mark.parametrize(("lista", "vista"), [("movements", MovimientoViewSet), ("windows", VentanaViewSet)])
def test_columns_left_out_are_those_of_the_table(lista, vista):
    [fila] = re.findall(rf"^\| {lista} \| (.*) \|$", API_MD, re.M)
    assert set(re.findall(r"`(\w+)`", fila)) - {"datos_personales"} == set(vista.internas)
