"""A list is ordered as an index can, and a cursor belongs to its order."""

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from lib import ordering
from servers.models import Servidor


class Vista:
    queryset = Servidor.objects.all()
    keyset = ("-fecha_creacion", "-id")
    ordenes = (("nombre", "id"),)


@pytest.mark.parametrize(
    ("query", "esperado"),
    [
        ("", ("", ("-fecha_creacion", "-id"))),
        ("ordering=-fecha_creacion", ("", ("-fecha_creacion", "-id"))),
        ("ordering=fecha_creacion", ("fecha_creacion", ("fecha_creacion", "id"))),
        ("ordering=-nombre", ("-nombre", ("-nombre", "-id"))),
    ],
)
def test_elegir_finds_the_keyset_by_its_first_column(query, esperado):
    assert ordering.elegir(Request(APIRequestFactory().get(f"/x?{query}")), Servidor, Vista()) == esperado


@pytest.mark.parametrize("texto", ["", "host", "--nombre", "nombre,id", "NOMBRE", "nombre\x00"])
def test_elegir_refuses_what_no_index_orders(texto):
    with pytest.raises(ValidationError) as caught:
        ordering.elegir(Request(APIRequestFactory().get("/x", {"ordering": texto})), Servidor, Vista())
    assert "fecha_creacion o nombre" in caught.value.detail["ordering"][0]


def test_list_without_a_keyset_is_ordered_by_its_own_key():
    assert ordering.ordenes(Servidor, object()) == {"id": ("id",), "-id": ("-id",)}


@pytest.fixture
def nombres(client, admin):
    for nombre in "ABCDE":
        Servidor.objects.create(nombre=nombre, host="192.0.2.1", usuario="U", ruta_maestra="A")
    client.force_login(admin)

    def nombres(response):
        assert response.status_code == 200, response.content
        return "".join(fila["nombre"] for fila in response.json()["results"])

    return nombres


def test_pages_follow_the_order_both_ways(client, nombres):
    primera = client.get("/api/servidores/?ordering=-id&page_size=2")
    segunda = client.get(primera.json()["next"])
    assert (nombres(primera), nombres(segunda)) == ("ED", "CB")
    assert nombres(client.get(segunda.json()["next"])) == "A"
    assert nombres(client.get(segunda.json()["previous"])) == "ED"


@pytest.mark.parametrize(("de", "para"), [("-id", ""), ("", "-id"), ("-id", "id")])
def test_cursor_of_another_order_is_refused(client, nombres, de, para):
    pedir = {"page_size": 2} | ({"ordering": de} if de else {})
    enlace = client.get("/api/servidores/", pedir).json()["next"]
    cursor = enlace.partition("cursor=")[2].partition("&")[0]
    response = client.get(f"/api/servidores/?cursor={cursor}" + (f"&ordering={para}" if para else ""))
    assert (response.status_code, list(response.json()["error"]["campos"])) == (400, ["cursor"])
