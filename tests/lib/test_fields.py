"""`?campos=` gives what was asked for among what may be seen, and says what that is."""

import pytest
from rest_framework.exceptions import ValidationError

from lib.fields import elegir
from servers.models import Servidor

COLUMNAS = ("id", "nombre", "fecha")


@pytest.mark.parametrize(
    ("textos", "esperadas"),
    [
        ([], COLUMNAS),
        (["nombre"], ("nombre",)),
        (["fecha,id"], ("id", "fecha")),
        (["fecha", "id, fecha"], ("id", "fecha")),
    ],
)
def test_elegir_keeps_the_order_of_the_columns(textos, esperadas):
    assert elegir(textos, COLUMNAS) == esperadas


@pytest.mark.parametrize(
    "textos", [["otra"], [""], ["id,,fecha"], ["id;fecha"], ["ID"], ["id\x00"], ["id"] * 2 + ["x"]]
)
def test_elegir_refuses_what_is_no_column_and_names_those_there_are(textos):
    with pytest.raises(ValidationError) as caught:
        elegir(textos, COLUMNAS)
    assert "fecha, id, nombre" in caught.value.detail["campos"][0]


@pytest.fixture
def api(client, admin):
    client.force_login(admin)
    return client


def test_campos_of_a_serialized_list_and_detail(api, admin):
    servidor = Servidor.objects.create(nombre="BCE", host="192.0.2.1", usuario="U", ruta_maestra="A")
    ruta = "/api/servidores/"
    assert api.get(f"{ruta}?campos=nombre,id").json()["results"] == [{"id": servidor.pk, "nombre": "BCE"}]
    assert api.get(f"{ruta}{servidor.pk}/?campos=puerto").json() == {"puerto": 3050}
    assert "password" not in api.get(ruta).json()["results"][0]
    for detalle in ("", f"{servidor.pk}/"):
        response = api.get(f"{ruta}{detalle}?campos=password")
        assert (response.status_code, list(response.json()["error"]["campos"])) == (400, ["campos"])


def test_campos_of_runs(api):
    assert api.get("/api/sistema/ejecuciones/?campos=id,estado").json()["results"] == []
    assert api.get("/api/sistema/ejecuciones/?campos=lineas").status_code == 400
    assert api.get("/api/sistema/ejecuciones/?campos=token").status_code == 400


def test_campos_does_not_touch_what_a_write_answers(api):
    cuerpo = {"nombre": "N", "host": "192.0.2.1", "usuario": "U", "password": "x", "ruta_maestra": "A"}
    response = api.post("/api/servidores/?campos=id", cuerpo, content_type="application/json")
    assert (response.status_code, response.json()["nombre"]) == (201, "N")
