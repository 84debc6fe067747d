"""Two clients, every route × verb × id × filter × order × cursor: none ever sees or touches what is the other's."""

import json
import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern

from config import api
from lib.ordering import ordenes
from servers.models import Servidor
from tests.api.matrix import EXPORTA, MATRIZ
from tests.api.tenants import Inquilino, clave_de, limitado_a
from tests.canary import contenido
from tests.routes import METODOS, legible, metodos, rutas

SALAS = ("apikeys", "companies", "inventory", "jobs", "servers")
RUTAS = {legible(ruta): callback for ruta, callback in rutas(URLResolver(RegexPattern(""), api))}
LISTAS = [ruta for ruta, linea in MATRIZ.items() if linea.es_lista and hasattr(RUTAS.get(ruta), "actions")]
PAGINADAS = [ruta for ruta in LISTAS if RUTAS[ruta].actions.get("get") == "list"]
NIEGA = {403, 404, 405}

pytestmark = pytest.mark.django_db


def test_every_route_has_its_line_in_the_matrix():
    assert set(RUTAS) == set(MATRIZ)


@pytest.fixture
def servidor(db):
    return Servidor.objects.create(nombre="BCE", host="127.0.0.1", puerto=1, usuario="U", ruta_maestra="ADMIN")


@pytest.fixture
def propio(servidor):
    return Inquilino("ZPROPIAZ", "900123456", 11_000_001, Decimal("33211.1234"), servidor)


@pytest.fixture
def ajeno(servidor):
    return Inquilino("QAJENAQ", "800197268", 88_000_001, Decimal("77123.4567"), servidor)


@pytest.fixture
def preguntas(ajeno):
    """Every route × method, its queries and bodies naming what is the other tenant's."""
    return [
        (ruta, metodo, direccion(ruta, ajeno), consulta)
        for ruta, linea in MATRIZ.items()
        for metodo in METODOS
        for consulta in (linea.consultas(ajeno) if metodo == "get" else [{}])
    ]


def direccion(ruta, inquilino):
    linea = MATRIZ[ruta]
    return "/api/" + (re.sub(r"{\w+}", str(linea.de(inquilino)), ruta) if linea.de else ruta) + "/"


def pedir(client, quien, metodo, ruta, consulta=None, cuerpo=None):
    options = {} if metodo == "get" else {"content_type": "application/json"}
    data = consulta if metodo == "get" else json.dumps(cuerpo or {})
    return getattr(client, metodo)(ruta, data or None, **options, **quien)


def texto(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return contenido(response, body) + str(response.headers)


def visto(response, inquilino):
    """What of the tenant is in the answer."""
    body = texto(response)
    return [marca for marca in inquilino.marcas if marca in body]


def visto_en(body, inquilino):
    """Whether a row of the tenant is there; a sum carries its amount only."""
    return inquilino.marca in body or str(inquilino.cantidad) in body


def filas_de(inquilino):
    """Every row that is the tenant's."""
    models = [model for sala in SALAS for model in apps.get_app_config(sala).get_models()]
    rows = [f"{m.__name__} {row}" for m in models for row in m._default_manager.order_by("pk").values()]
    return [row for row in rows if any(marca in row for marca in inquilino.marcas)]


@pytest.fixture
def entrar(client, django_user_model, propio):
    """The header of each who asks for their own tenant, or for none."""

    def entrar(quien):
        if quien == "clave":
            return propio.cabecera
        if quien in ("id_sucursal", "local"):
            return clave_de(**{quien: "Norte"})
        user = django_user_model.objects.create_user("ana", is_staff=True)
        user.user_permissions.set(Permission.objects.all())
        ficha = limitado_a(propio.empresa, user)
        if quien == "ficha":
            return ficha
        client.force_login(user)
        return {}

    return entrar


def esperados(ruta, metodo, quien, consulta):
    """The statuses with which this asker may be answered."""
    linea = MATRIZ[ruta]
    persona = quien in ("sesion", "ficha")
    if linea.publica or (persona and linea.de_todos):
        return range(200, 500)
    if metodo not in metodos(RUTAS[ruta]):
        return NIEGA
    nombra = linea.de is not None or "task_id" in consulta
    if persona:
        return {403, 404} if nombra else NIEGA | {400, 200 if metodo == "get" else 202}
    if metodo not in linea.claves:
        return {403}
    if metodo == "post" and not nombra:
        return {202, 403}
    return {404} if nombra and quien == "clave" else NIEGA | {200} - ({403} if quien == "clave" else set())


@pytest.mark.parametrize("quien", ["clave", "id_sucursal", "local", "sesion", "ficha"])
def test_nobody_sees_or_changes_what_is_anothers(client, entrar, preguntas, ajeno, quien):
    cabecera, before, wrong = entrar(quien), filas_de(ajeno), []
    for ruta, metodo, path, consulta in preguntas:
        response = pedir(client, cabecera, metodo, path, consulta, MATRIZ[ruta].cuerpo(ajeno))
        if response.status_code not in esperados(ruta, metodo, quien, consulta):
            wrong.append((metodo, path, consulta, response.status_code))
        wrong += [(metodo, path, consulta, marca) for marca in visto(response, ajeno)]
    assert wrong == []
    assert filas_de(ajeno) == before


def filas(response):
    """The rows of a page or, of a file, its lines after the first."""
    assert response.status_code == 200, texto(response)
    return response.json()["results"] if response.get("Content-Type") == "application/json" else texto(response)


@pytest.mark.parametrize("ruta", LISTAS)
def test_a_key_sees_all_that_is_its_own_and_nothing_else(client, propio, ajeno, ruta):
    if ruta == "sistema/ejecuciones":
        propio.run("extraer_datos"), ajeno.run("extraer_datos")
    body = json.dumps(filas(client.get(f"/api/{ruta}/", MATRIZ[ruta].consultas(propio)[-1], **propio.cabecera)))
    assert visto_en(body, propio)
    assert not [marca for marca in ajeno.marcas if marca in body]


@pytest.mark.parametrize("ruta", [ruta for ruta, linea in MATRIZ.items() if linea.de and "get" in linea.claves])
def test_a_key_sees_each_of_its_own_rows(client, propio, ruta):
    response = client.get(direccion(ruta, propio), **propio.cabecera)
    assert response.status_code == 200
    assert propio.marca in texto(response)


def filtros(ruta, inquilino):
    """Each filter of the list with the value that it has in the tenant's row."""
    cls = RUTAS[ruta].cls
    fila = inquilino.filas.get(cls.queryset.model) or inquilino.run("extraer_datos")
    declared = cls.filterset_class.base_filters if getattr(cls, "filterset_class", None) else {}
    for name, filtro in declared.items():
        value = getattr(fila, filtro.field_name, None)
        if value is not None:
            yield name, str(value).lower() if isinstance(value, bool) else str(getattr(value, "pk", value))


@pytest.mark.parametrize("ruta", LISTAS)
def test_no_filter_finds_a_foreign_row(client, propio, ajeno, ruta):
    for name, value in filtros(ruta, ajeno):
        response = client.get(f"/api/{ruta}/", {name: value}, **propio.cabecera)
        if response.status_code == 400:  # a filter over what keys do not see
            assert name in response.json()["error"]["campos"]
            continue
        rows = json.dumps(filas(response))
        assert not [marca for marca in ajeno.marcas if marca in rows], (name, value)


def ordenes_de(ruta):
    """The names of the orders that the list takes; an empty one where it takes none."""
    cls = RUTAS[ruta].cls
    takes = "ordering" in getattr(cls, "pagination_class", None).parametros
    return list(ordenes(cls.queryset.model, cls)) if takes else [""]


@pytest.mark.parametrize("ruta", PAGINADAS)
def test_no_order_shows_a_foreign_row(client, propio, ajeno, ruta):
    for orden in ordenes_de(ruta):
        response = client.get(
            f"/api/{ruta}/", {"ordering": orden, "page_size": 1000} if orden else {}, **propio.cabecera
        )
        assert visto(response, ajeno) == [], orden
        assert filas(response) or ruta == "sistema/ejecuciones", orden


@pytest.mark.parametrize("ruta", PAGINADAS)
def test_a_foreign_cursor_leads_to_ones_own_rows(client, propio, ajeno, ruta):
    for orden in ordenes_de(ruta):
        asked = {"page_size": 1} | ({"ordering": orden} if orden else {})
        response = client.get(f"/api/{ruta}/", asked, **ajeno.cabecera)
        if link := response.json()["next"]:
            assert visto(client.get(link, **propio.cabecera), ajeno) == [], orden


@pytest.mark.parametrize("ruta", PAGINADAS)
def test_a_foreign_etag_is_none_of_ones_own(client, propio, ajeno, ruta):
    if ruta == "sistema/ejecuciones":
        propio.run("extraer_datos"), ajeno.run("extraer_datos")
    etag = client.get(f"/api/{ruta}/", **ajeno.cabecera).get("ETag", '"nada"')
    response = client.get(f"/api/{ruta}/", **propio.cabecera, HTTP_IF_NONE_MATCH=etag)
    body = json.dumps(filas(response))
    assert visto(response, ajeno) == []
    assert visto_en(body, propio)


@pytest.mark.parametrize("ruta", [ruta for ruta, linea in MATRIZ.items() if linea is EXPORTA])
def test_an_exported_file_holds_ones_own_rows_and_opens_to_nobody_else(client, propio, ajeno, ruta):
    link = f"/api/exportaciones/{propio.exportar(ruta.split('/')[0])}/"
    assert client.get(link, **ajeno.cabecera).status_code == 404
    assert client.get(link, **clave_de(local="Norte")).status_code == 404
    response = client.get(link, **propio.cabecera)
    body = texto(response)
    assert visto_en(body, propio)
    assert not [marca for marca in ajeno.marcas if marca in body]
