"""What a client reads with its key: the rows of its companies, and of their columns not one about our own work."""

import logging
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from apikeys.models import APIKeyCliente
from inventory.models import Articulo, Existencia, VentanaExtraccion
from inventory.privacy import PERSONALES

LISTAS = ("movimientos", "articulos", "existencias", "ventanas")
COLUMNAS = {
    "movimientos": {
        "id", "empresa_servidor_id", "clave_origen", "tipo_documento", "documento", "linea", "fecha", "hora",
        "fecha_orden_pedido", "sucursal", "pagador", "nit_pagador", "clinica", "nit_clinica", "codigo_ciudad", "ciudad",
        "tipo_bodega", "codigo_bodega", "sistema_bodega", "bodega_contenedor", "articulo_codigo", "articulo_nombre",
        "articulo_grupo", "unidad", "cantidad", "sentido", "precio_unitario", "valor_total", "moneda", "lote",
        "stock_previo", "stock_nuevo", "lead_time_dias", "es_implante", "es_instrumental", "es_equipo_poder",
        "fecha_extraccion",
    },
    "articulos": {
        "id", "empresa_servidor_id", "codigo", "nombre", "codigo_barras", "grupo_codigo", "grupo", "unidad", "costo",
        "precio", "es_servicio", "inactivo", "leido",
    },
    "existencias": {
        "id", "empresa_servidor_id", "articulo_codigo", "codigo_bodega", "bodega", "cantidad", "leida",
    },
    "ventanas": {
        "id", "empresa_servidor_id", "desde", "hasta", "filas", "rechazadas", "suma_cantidad", "suma_valor", "huella",
        "leida",
    },
}  # fmt: skip


@pytest.fixture
def llenar(crear_movimiento):
    """A function that gives a company a row of each kind."""

    def llenar(empresa, texto="X"):
        ahora, de = timezone.now(), {"empresa_servidor": empresa}
        return {
            "movimientos": crear_movimiento(**de, articulo_nombre=texto, paciente=f"PACIENTE {texto}"),
            "articulos": Articulo.objects.create(**de, codigo="A1", nombre=texto, leido=ahora),
            "existencias": Existencia.objects.create(
                **de, articulo_codigo="A1", codigo_bodega="B", bodega=texto, cantidad=Decimal(3), leida=ahora
            ),
            "ventanas": VentanaExtraccion.objects.create(
                **de, desde=date(2026, 3, 1), hasta=date(2026, 4, 1), origen=texto, receta=texto, filas=1,
                suma_cantidad=1, suma_valor=1, huella=texto, leida=ahora,
            ),
        }  # fmt: skip

    return llenar


@pytest.fixture
def clave(clave_de, empresa):
    return clave_de(empresa.nit_base)


@pytest.mark.parametrize("lista", LISTAS)
def test_key_reads_the_rows_of_its_companies_only(client, clave, empresa, crear_empresa, llenar, lista):
    propia, ajena = llenar(empresa)[lista], llenar(crear_empresa(), "AJENA")[lista]
    [fila] = client.get(f"/api/{lista}/", **clave).json()["results"]
    assert (fila["id"], set(fila)) == (propia.pk, COLUMNAS[lista])
    assert client.get(f"/api/{lista}/{propia.pk}/", **clave).json() == fila
    assert client.get(f"/api/{lista}/{ajena.pk}/", **clave).status_code == 404
    query = f"empresa_servidor_id={ajena.empresa_servidor_id}"
    assert client.get(f"/api/{lista}/?{query}", **clave).json()["results"] == []


@pytest.mark.parametrize("lista", LISTAS)
def test_key_without_the_scope_reads_nothing(client, clave_de, empresa, llenar, lista):
    llenar(empresa)
    otra = clave_de(empresa.nit_base, alcances=["ventas", "datos_personales"])
    assert client.get(f"/api/{lista}/", **otra).status_code == 403


@pytest.mark.parametrize("metodo", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("lista", LISTAS)
def test_key_writes_nothing(client, clave, lista, metodo):
    assert getattr(client, metodo)(f"/api/{lista}/", **clave).status_code in (403, 405)


@pytest.mark.parametrize("lista", LISTAS)
def test_key_may_ask_for_the_head_and_the_options(client, clave, lista):
    assert client.head(f"/api/{lista}/", **clave).status_code == 200
    assert client.options(f"/api/{lista}/", **clave).status_code == 200


def test_personal_columns_need_the_scope_and_each_read_is_logged(client, clave_de, empresa, llenar, caplog):
    movimiento = llenar(empresa)["movimientos"]
    clave = clave_de(empresa.nit_base, alcances=["lectura", "datos_personales"])
    with caplog.at_level(logging.INFO, "inventory.privacy"):
        [fila] = client.get("/api/movimientos/?documento=FV-00-1", **clave).json()["results"]
        assert set(fila) == COLUMNAS["movimientos"] | set(PERSONALES)
        assert client.get(f"/api/movimientos/{movimiento.pk}/", **clave).json()["paciente"] == "PACIENTE X"
    quien = f"clave:{clave['HTTP_API_KEY'][3:15]}"
    assert [registro.args[0] for registro in caplog.records] == [quien] * 2
    assert "PACIENTE" not in caplog.text


@pytest.mark.parametrize("campo", ["id_sucursal", "local"])
def test_key_without_a_nit_sees_no_company(client, clave_de, empresa, llenar, campo):
    llenar(empresa)
    clave = clave_de()
    fila = APIKeyCliente.objects.get()
    fila.nit = fila.nit_original = fila.nit_base = ""
    setattr(fila, campo, "S1")
    fila.save()
    assert [client.get(f"/api/{lista}/", **clave).json()["results"] for lista in LISTAS] == [[]] * 4


@pytest.mark.parametrize(
    ("lista", "oculta"), [("movimientos", "ejecucion_id"), ("movimientos", "paciente"), ("ventanas", "origen")]
)
def test_key_can_neither_see_nor_ask_for_a_hidden_column(client, clave, empresa, llenar, lista, oculta):
    fila = llenar(empresa)[lista]
    for query in (f"campos={oculta}", f"{oculta}=1", f"ordering={oculta}"):
        assert client.get(f"/api/{lista}/?{query}", **clave).status_code == 400, query
    response = client.get(f"/api/{lista}/{fila.pk}/?campos={oculta}", **clave)
    assert (response.status_code, oculta in response.json()["error"]["campos"]["campos"][0].split("use")[1]) == (
        400,
        False,
    )


def test_campos_of_an_unseen_row_answers_no_more_than_the_row(client, clave, crear_empresa, llenar):
    ajena = llenar(crear_empresa())["movimientos"]
    assert client.get(f"/api/movimientos/{ajena.pk}/?campos=id", **clave).status_code == 404


@pytest.mark.parametrize("orden", ["", "fecha", "empresa_servidor_id", "-empresa_servidor_id"])
def test_key_of_several_companies_pages_through_all_of_theirs_in_any_order(
    client, clave, empresa, crear_empresa, crear_movimiento, orden
):
    otra = crear_empresa(nit_base=empresa.nit_base, anio_fiscal=2025)
    esperados = {
        crear_movimiento(empresa_servidor=una, fecha=date(2026, 3, n)).pk for n in (1, 2, 2) for una in (empresa, otra)
    }
    crear_movimiento(empresa_servidor=crear_empresa())
    vistos, enlace = [], "/api/movimientos/?page_size=2&campos=id" + (f"&ordering={orden}" if orden else "")
    while enlace:
        ultima = client.get(enlace, **clave).json()
        vistos += [fila["id"] for fila in ultima["results"]]
        enlace = ultima["next"]
    assert (len(vistos), set(vistos)) == (6, esperados)
    vuelta = [fila["id"] for fila in client.get(ultima["previous"], **clave).json()["results"]]
    assert vuelta == vistos[2:4]
