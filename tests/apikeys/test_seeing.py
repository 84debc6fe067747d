"""«Ver como esta clave» shows what the API answers to the key, byte for byte, and no more than who looks may see."""

import json
import logging
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from apikeys import seeing
from apikeys.admin_permissions import LO_QUE_MUESTRA
from apikeys.issuing import emitir, revocar
from apikeys.models import APIKeyCliente
from inventory.models import Articulo, Existencia, MovimientoInventario

LISTAS = ("empresas", "movimientos", "articulos", "existencias")


@pytest.fixture
def con_datos(empresa, crear_empresa):
    """Two companies with the same kinds of rows; `empresa` is the key's."""
    ajena = crear_empresa("860034313-7", nombre="La ajena")
    for n, una in enumerate((empresa, ajena)):
        Articulo.objects.create(empresa_servidor=una, codigo=f"ART{n}", nombre="Tornillo", leido=timezone.now())
        Existencia.objects.create(
            empresa_servidor=una,
            articulo_codigo=f"ART{n}",
            codigo_bodega="B1",
            cantidad=Decimal(3),
            leida=timezone.now(),
        )
        for linea in range(30):
            MovimientoInventario.objects.create(
                empresa_servidor=una, clave_origen=f"K:{n}:{linea:03}", tipo_documento="FACTURA_VENTA",
                documento=f"FV-{n}", fecha=date(2025, 3, 1), articulo_codigo=f"ART{n}", articulo_nombre="Tornillo",
                cantidad=Decimal(2), sentido=-1, precio_unitario=Decimal(10), valor_total=Decimal(20),
                paciente=f"Paciente {n}",
            )  # fmt: skip
    return empresa


@pytest.fixture
def mirar(rf, admin):
    def mirar(fila, pestana, query="", por=admin):
        request = rf.get("/admin/")
        request.user = por
        return seeing.mirar(fila, pestana, QueryDict(query), request)

    return mirar


def pagina(fila):
    return f"{reverse('admin:apikeys_apikeycliente_changelist')}{fila.pk}/ver-como/"


@pytest.mark.parametrize("pestana", LISTAS)
@pytest.mark.parametrize("alcances", [["lectura"], ["lectura", "datos_personales"]])
def test_mirar_gives_what_the_key_itself_is_given(client, con_datos, mirar, pestana, alcances):
    emitida = emitir(nit="900123456-8", alcances=alcances)
    ruta = seeing.PESTANAS[pestana][1]
    dado = client.get(ruta, {"page_size": 10}, HTTP_API_KEY=emitida.clave.texto).json()
    visto = mirar(emitida.fila, pestana, "page_size=10")
    assert visto.filas == dado["results"] != []
    assert visto.columnas == list(dado["results"][0])
    assert "ajena" not in json.dumps(visto.filas)
    assert bool(visto.siguiente) is bool(dado["next"])


def test_mirar_walks_pages_by_their_cursors(con_datos, mirar):
    fila = emitir(nit="900123456-8").fila
    una = mirar(fila, "movimientos", "page_size=25")
    otra = mirar(fila, "movimientos", f"page_size=25&cursor={una.siguiente}")
    assert (len(una.filas), len(otra.filas), una.anterior, otra.siguiente) == (25, 5, "", "")
    assert otra.anterior


@pytest.mark.parametrize(
    ("query", "filas"), [("documento=FV-0", 30), ("documento=FV-1", 0), ("fecha_desde=2025-03-02", 0)]
)
def test_mirar_filters_as_the_api_does(con_datos, mirar, query, filas):
    fila = emitir(nit="900123456-8").fila
    assert len(mirar(fila, "movimientos", query).filas) == filas


@pytest.mark.parametrize("query", ["otra=1", "fecha_desde=ayer", "page_size=x", "cursor=x"])
def test_mirar_tells_the_error_of_the_api(con_datos, mirar, query):
    visto = mirar(emitir(nit="900123456-8").fila, "movimientos", query)
    assert (visto.estado, visto.filas) == (400, [])
    assert visto.error["codigo"]


def test_mirar_shows_a_refusal_where_the_scope_is_missing(con_datos, mirar):
    visto = mirar(emitir(nit="900123456-8", alcances=["sincronizar"]).fila, "movimientos")
    assert (visto.estado, visto.error["codigo"]) == (403, "sin_permiso")


def test_mirar_shows_no_personal_data_to_whom_may_not_see_it(con_datos, mirar, crear_personal):
    fila = emitir(nit="900123456-8", alcances=["lectura", "datos_personales"]).fila
    assert "paciente" in mirar(fila, "movimientos").columnas
    visto = mirar(fila, "movimientos", por=crear_personal("apikeys.view_apikeycliente"))
    assert visto.filas
    assert "paciente" not in visto.columnas


def test_mirar_is_no_use_of_the_key_and_is_logged(con_datos, mirar, admin, caplog):
    caplog.set_level(logging.INFO)
    fila = emitir(nit="900123456-8").fila
    antes = APIKeyCliente.objects.values().get()
    for _ in range(3):
        mirar(fila, "movimientos")
    assert APIKeyCliente.objects.values().get() == antes
    assert f"user {admin.pk} looks at /api/movimientos/ as key sk_{fila.identificador}" in caplog.text


def test_mirar_counts_nothing_against_the_limit(con_datos, mirar):
    fila = emitir(nit="900123456-8", limite_por_minuto=1).fila
    assert [mirar(fila, "empresas").estado for _ in range(3)] == [200, 200, 200]


def test_reading_personal_data_names_who_looked(con_datos, mirar, admin, caplog):
    caplog.set_level(logging.INFO)
    fila = emitir(nit="900123456-8", alcances=["lectura", "datos_personales"]).fila
    mirar(fila, "movimientos")
    assert f"personal data read by user {admin.pk} as clave:{fila.identificador}" in caplog.text


def test_page_shows_every_tab(client, admin, con_datos):
    client.force_login(admin)
    fila = emitir(nit="900123456-8").fila
    for pestana in seeing.pestanas():
        answer = client.get(pagina(fila), {"pestana": pestana})
        assert answer.status_code == 200
        assert 'aria-current="page"' in answer.text
        assert answer.context["vista"].estado == 200, pestana
        assert "ajena" not in answer.text
    assert LogEntry.objects.filter(user=admin, object_id=fila.pk).count() == len(seeing.pestanas())


def test_page_pages_and_filters(client, admin, con_datos):
    client.force_login(admin)
    fila = emitir(nit="900123456-8").fila
    una = client.get(pagina(fila), {"pestana": "movimientos", "documento": "FV-0", "fecha_desde": ""})
    [(titulo, enlace)] = una.context["enlaces"]
    assert titulo == "Siguiente"
    otra = client.get(pagina(fila) + enlace)
    assert [t for t, _ in otra.context["enlaces"]] == ["Anterior"]
    assert len(otra.context["vista"].filas) == 5
    assert "documento=FV-0" in otra.context["enlaces"][0][1]


def test_page_tells_the_error_of_a_bad_filter(client, admin, con_datos):
    client.force_login(admin)
    answer = client.get(pagina(emitir(nit="900123456-8").fila), {"pestana": "movimientos", "fecha_desde": "ayer"})
    assert "Se le contesta 400" in answer.text


def test_page_of_a_revoked_key_says_that_it_opens_nothing(client, admin, con_datos):
    client.force_login(admin)
    fila = emitir(nit="900123456-8").fila
    revocar(fila, por=admin)
    assert "Revocada: al cliente se le contesta 401" in client.get(pagina(fila)).text


QUIEN_MIRA = ("apikeys.view_apikeycliente", *LO_QUE_MUESTRA)


def test_page_is_for_those_who_may_see_what_it_shows(client, crear_personal, con_datos):
    client.force_login(crear_personal("apikeys.view_apikeycliente"))
    assert client.get(pagina(emitir(nit="900123456-8").fila)).status_code == 403


def test_page_says_which_columns_are_missing(client, crear_personal, con_datos):
    client.force_login(crear_personal(*QUIEN_MIRA))
    fila = emitir(nit="900123456-8", alcances=["lectura", "datos_personales"]).fila
    assert "faltan esas columnas" in client.get(pagina(fila)).text


def test_page_of_a_branch_shows_no_companies(client, admin, con_datos):
    client.force_login(admin)
    fila = emitir(id_sucursal="S01").fila
    assert "Se le contesta 403" in client.get(pagina(fila)).text


def test_an_unknown_tab_is_404(client, admin, con_datos):
    client.force_login(admin)
    assert client.get(pagina(emitir(nit="900123456-8").fila), {"pestana": "servidores"}).status_code == 404


def test_page_is_for_those_who_view_keys_and_see_every_company(client, crear_personal, con_datos):
    fila = emitir(nit="900123456-8").fila
    client.force_login(crear_personal("apikeys.view_apikeycliente", solo=[con_datos]))
    assert client.get(pagina(fila)).status_code == 403
