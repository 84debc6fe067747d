"""What a browser is told: which pages may read which answer of the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apikeys.issuing import emitir_ficha
from apikeys.models import APIKeyCliente, OrigenPermitido
from tests.claves import emitir_de_nit

RUTA = "/api/empresas-servidor/"
DE_TODAS = "https://panel.example.com"
SUYO = "https://tienda.example.com"
AJENO = "https://otra.example.com"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _de_todas(settings):
    settings.CORS_ORIGENES = [DE_TODAS]


def emitir(nit, *origenes):
    fila, clave = emitir_de_nit(nit, "Cliente de prueba")
    for origen in origenes:
        OrigenPermitido.objects.create(clave=fila, origen=origen)
    return {"HTTP_API_KEY": clave.texto}


@pytest.fixture
def clave():
    return emitir("900123456", SUYO)


@pytest.fixture
def otra():
    return emitir("800197268", AJENO)


def preflight(client, origen, ruta=RUTA, pide="api-key"):
    headers = {"Origin": origen, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": pide}
    return client.options(ruta, headers=headers)


def permite(response):
    assert "Access-Control-Allow-Credentials" not in response
    assert "origin" in response.get("Vary", "").lower()
    return response.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize("pide", ["api-key", "authorization, content-type, if-none-match"])
@pytest.mark.parametrize("origen", [DE_TODAS, SUYO])
def test_a_preflight_names_origin_headers_and_methods(client, clave, origen, pide):
    response = preflight(client, origen, pide=pide)
    assert response.status_code == 200
    assert permite(response) == origen
    allowed = response["Access-Control-Allow-Headers"].split(", ")
    assert {name.strip() for name in pide.split(",")} <= set(allowed)
    assert {"GET", "POST", "DELETE"} <= set(response["Access-Control-Allow-Methods"].split(", "))


@pytest.mark.parametrize(
    "origen", [AJENO, "null", "*", "", SUYO.upper(), f"{SUYO}:443", f"{SUYO}/", f"{SUYO}.evil.test"]
)
def test_a_preflight_of_an_unknown_origin_gets_no_permission(client, clave, origen):
    assert permite(preflight(client, origen)) is None


@pytest.mark.parametrize("cambio", [{"activa": False}, {"fecha_caducidad": timezone.now() - timedelta(days=1)}])
def test_a_preflight_does_not_count_keys_that_ended(client, clave, cambio):
    APIKeyCliente.objects.update(**cambio)
    assert permite(preflight(client, SUYO)) is None


def test_a_preflight_costs_one_indexed_query_at_most(client, clave, django_assert_num_queries):
    with django_assert_num_queries(1):
        preflight(client, SUYO)
    with django_assert_num_queries(0):
        preflight(client, DE_TODAS)


def test_an_answer_is_for_the_origins_of_its_own_key(client, clave, otra):
    assert permite(client.get(RUTA, **clave, HTTP_ORIGIN=SUYO)) == SUYO
    assert permite(client.get(RUTA, **otra, HTTP_ORIGIN=AJENO)) == AJENO
    assert permite(client.get(RUTA, **clave, HTTP_ORIGIN=AJENO)) is None
    assert permite(client.get(RUTA, **otra, HTTP_ORIGIN=SUYO)) is None


def test_an_answer_is_for_the_origins_of_the_setting_with_any_key(client, clave, otra):
    assert [permite(client.get(RUTA, **key, HTTP_ORIGIN=DE_TODAS)) for key in (clave, otra)] == [DE_TODAS] * 2


def test_an_answer_lets_a_page_read_its_own_headers(client, clave):
    response = client.get(RUTA, **clave, HTTP_ORIGIN=SUYO)
    assert response["Access-Control-Expose-Headers"] == "ETag, Retry-After, Content-Disposition"


def test_an_answer_without_origin_says_nothing_but_vary(client, clave):
    assert permite(client.get(RUTA, **clave)) is None


@pytest.mark.parametrize("ruta", ["servidores", "empresas-servidor/999999999", "no-hay"])
def test_errors_can_be_read_by_the_page(client, clave, ruta):
    response = client.get(f"/api/{ruta}/", **clave, HTTP_ORIGIN=SUYO)
    assert response.status_code in (403, 404)
    assert permite(response) == SUYO


@pytest.mark.parametrize("credencial", [{}, {"HTTP_API_KEY": "sk_" + "0" * 50}])
def test_a_refusal_can_be_read_by_the_page_of_any_living_key(client, clave, credencial):
    response = client.get(RUTA, **credencial, HTTP_ORIGIN=SUYO)
    assert (response.status_code, permite(response)) == (401, SUYO)
    assert permite(client.get(RUTA, **credencial, HTTP_ORIGIN=AJENO)) is None


def test_an_unforeseen_error_can_be_read_by_the_page(client, clave, monkeypatch):
    def falla(*_):
        raise ZeroDivisionError

    client.raise_request_exception = False
    monkeypatch.setattr("companies.views.EmpresaServidorViewSet.get_queryset", falla)
    monkeypatch.setattr("lib.permissions.ModelPermissions.has_permission", lambda *_: True)
    response = client.get(RUTA, **clave, HTTP_ORIGIN=SUYO)
    assert (response.status_code, permite(response)) == (500, SUYO)


@pytest.mark.parametrize("origen", [DE_TODAS, SUYO])
def test_a_session_is_no_way_in_from_another_origin(client, clave, admin, origen):
    client.force_login(admin)
    assert permite(client.get(RUTA, HTTP_ORIGIN=origen)) is None
    assert permite(client.get("/api/no-hay/", HTTP_ORIGIN=origen)) is None


def test_a_token_works_from_the_origins_of_the_setting_only(client, clave, admin):
    _, ficha = emitir_ficha(admin, dias=1)
    token = {"HTTP_AUTHORIZATION": f"Token {ficha.texto}"}
    assert permite(client.get(RUTA, **token, HTTP_ORIGIN=DE_TODAS)) == DE_TODAS
    assert permite(client.get(RUTA, **token, HTTP_ORIGIN=SUYO)) is None


@pytest.mark.parametrize("ruta", ["/admin/", "/admin/login/", "/", "/apis", "/favicon.ico", "/static/desk/icono.svg"])
def test_nothing_but_the_api_is_open_to_other_origins(client, clave, ruta):
    for response in (client.get(ruta, HTTP_ORIGIN=DE_TODAS), preflight(client, DE_TODAS, ruta)):
        assert not [name for name in response.headers if name.startswith("Access-Control")]
        response.close()
