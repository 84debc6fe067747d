"""What a client sees of its companies with a key: who they are, and nothing of where and how they are read."""

import pytest
from django.contrib.auth.models import Permission

from companies.models import EmpresaServidor, EquivalenciaNit

LISTA = "/api/empresas-servidor/"
COLUMNAS = {
    "id", "codigo", "nombre", "nit", "nit_original", "nit_base", "dv", "dv_valido", "anio_fiscal", "estado",
    "ultima_extraccion",
}  # fmt: skip


@pytest.fixture
def propias(crear_empresa):
    return [crear_empresa("900123456-8", anio, ruta_base=r"C:\Datos TNS\SECRETA.GDB") for anio in (2024, 2025)]


@pytest.fixture
def ajena(crear_empresa):
    return crear_empresa("800197268", 2024, codigo="02", nombre="Implantes")


@pytest.fixture
def clave(clave_de):
    return clave_de("900123456")


def nombres(response):
    assert response.status_code == 200, response.content
    return [(fila["nombre"], fila["anio_fiscal"]) for fila in response.json()["results"]]


def test_key_lists_the_companies_of_its_nit(client, clave, propias, ajena):
    response = client.get(LISTA, **clave)
    assert [fila["id"] for fila in response.json()["results"]] == [empresa.pk for empresa in propias]
    assert [set(fila) for fila in response.json()["results"]] == [COLUMNAS] * 2
    assert "SECRETA" not in response.text


def test_key_sees_a_company_as_soon_as_its_nit_is_confirmed(client, clave, propias, ajena):
    assert client.get(f"{LISTA}{ajena.pk}/", **clave).status_code == 404
    EquivalenciaNit.objects.create(nit_base="900123456", equivale_a="800197268")
    assert client.get(f"{LISTA}{ajena.pk}/", **clave).json()["nombre"] == "Implantes"
    assert len(nombres(client.get(LISTA, **clave))) == 3


def test_key_filters_and_orders_by_what_it_sees(client, clave, propias, ajena):
    for query, anios in (
        ("anio_fiscal=2024", [2024]), ("estado=INACTIVO", []), ("nit=900123456", [2024, 2025]),
        ("nit=800197268", []), ("ordering=-id", [2025, 2024]), ("ordering=-nit_base", [2025, 2024]),
    ):  # fmt: skip
        assert [anio for _, anio in nombres(client.get(f"{LISTA}?{query}", **clave))] == anios, query


@pytest.mark.parametrize("columna", ["servidor", "ruta_base", "perfil_consulta", "consulta_sql", "descubierta"])
def test_key_can_neither_see_nor_ask_for_a_hidden_column(client, clave, propias, columna):
    detalle = f"{LISTA}{propias[0].pk}/"
    for query in (f"campos={columna}", f"{columna}=1", f"ordering={columna}"):
        assert client.get(f"{LISTA}?{query}", **clave).status_code == 400, query
    assert client.get(f"{detalle}?campos={columna}", **clave).status_code == 400
    assert columna not in client.get(detalle, **clave).json()
    assert client.get(f"{detalle}?{columna}=999999", **clave).status_code == 200  # nothing is found out by asking


def test_key_chooses_its_columns(client, clave, propias):
    assert client.get(f"{LISTA}{propias[0].pk}/?campos=nombre,id", **clave).json() == {
        "id": propias[0].pk, "nombre": propias[0].nombre,
    }  # fmt: skip


@pytest.mark.parametrize("alcances", [[], ["ventas", "datos_personales", "prediccion", "cajas", "sincronizar"]])
def test_key_without_the_scope_sees_no_company(client, clave_de, propias, alcances):
    otra = clave_de("900123456", alcances=alcances)
    assert client.get(LISTA, **otra).json()["error"]["codigo"] == "sin_permiso"


def test_key_changes_no_company(client, clave, propias, ajena):
    before = list(EmpresaServidor.objects.values())
    detalle = f"{LISTA}{propias[0].pk}/"
    cuerpo = {"nombre": "Otra", "servidor_id": propias[0].servidor_id}
    for metodo, ruta in (
        ("post", LISTA), ("put", detalle), ("patch", detalle), ("delete", detalle), ("post", f"{detalle}mover/"),
        ("delete", f"{LISTA}{ajena.pk}/"),
    ):  # fmt: skip
        response = getattr(client, metodo)(ruta, cuerpo, content_type="application/json", **clave)
        assert response.json()["error"]["codigo"] == "sin_permiso", ruta
    assert list(EmpresaServidor.objects.values()) == before


def test_staff_without_the_permission_cannot_ask_for_the_query(client, crear_usuario, propias):
    user = crear_usuario(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_empresaservidor"))
    client.force_login(user)
    assert client.get(f"{LISTA}?campos=ruta_base").status_code == 200
    assert client.get(f"{LISTA}?campos=consulta_sql").status_code == 400
