"""Caches and clients may keep an answer, and learn each time whether it still holds for them."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from apikeys.models import APIKeyCliente
from companies.models import EmpresaServidor
from lib.caching import ApiCachingMiddleware
from servers.models import Servidor

LISTA = "/api/empresas-servidor/"


@pytest.fixture
def empresas(db):
    """A company for each of two NITs."""
    servidor = Servidor.objects.create(nombre="BCE", host="192.0.2.1", usuario="U", ruta_maestra="A")
    return [
        EmpresaServidor.objects.create(
            servidor=servidor, codigo="1", nombre="Ñ" * 200, nit=nit, nit_original=nit, nit_base=nit, anio_fiscal=2025,
            ruta_base="A",
        )
        for nit in ("900123456", "800197268")
    ]  # fmt: skip


@pytest.fixture
def clave(clave_de, empresas):
    return clave_de("900123456")


@pytest.mark.parametrize("ruta", [LISTA, "/api/nada/", "/api/schema/"])
def test_answers_of_the_api_are_for_one_caller(client, clave, ruta):
    for response in (client.get(ruta, **clave), client.get(ruta)):
        assert response["Cache-Control"] == "private, no-cache"
        assert {"Authorization", "Api-Key", "Cookie", "Origin"} <= set(response["Vary"].split(", "))


def test_pages_of_people_are_left_alone(client, admin):
    client.force_login(admin)
    response = client.get("/admin/", headers={"accept-encoding": "gzip"})
    assert "no-store" in response["Cache-Control"]
    assert not response.has_header("ETag")
    assert not response.has_header("Content-Encoding")


def test_answer_that_still_holds_is_not_sent_again(client, clave, empresas):
    primera = client.get(LISTA, **clave)
    segunda = client.get(LISTA, headers={"if-none-match": primera["ETag"]}, **clave)
    assert (segunda.status_code, segunda.content, segunda["ETag"]) == (304, b"", primera["ETag"])
    assert {"Api-Key", "Cookie"} <= set(segunda["Vary"].split(", "))
    EmpresaServidor.objects.update(nombre="Otra")
    tercera = client.get(LISTA, headers={"if-none-match": primera["ETag"]}, **clave)
    assert (tercera.status_code, tercera["ETag"] != primera["ETag"]) == (200, True)


def test_revoked_key_is_refused_and_not_told_that_nothing_changed(client, clave):
    etag = client.get(LISTA, **clave)["ETag"]
    APIKeyCliente.objects.update(activa=False)
    for tag in (etag, "*", f"W/{etag}"):
        response = client.get(LISTA, headers={"if-none-match": tag}, **clave)
        assert (response.status_code, response.has_header("ETag")) == (401, False)


def test_tag_of_another_client_opens_nothing(client, clave, clave_de, empresas):
    otra = clave_de("800197268")
    for ruta in (LISTA, f"{LISTA}{empresas[1].pk}/"):
        ajena = client.get(ruta, **otra)["ETag"]
        propia = client.get(ruta, headers={"if-none-match": ajena}, **clave)
        assert propia.status_code in (200, 404)
    assert client.get(f"{LISTA}{empresas[1].pk}/", headers={"if-none-match": "*"}, **clave).status_code == 404


def test_long_answers_are_sent_compressed_to_who_takes_that(client, clave):
    llana = client.get(LISTA, **clave)
    corta = client.get(LISTA, headers={"accept-encoding": "gzip"}, **clave)
    assert gzip.decompress(corta.content) == llana.content
    assert (corta["Content-Encoding"], corta["ETag"], int(corta["Content-Length"])) == (
        "gzip", f"W/{llana['ETag']}", len(corta.content),
    )  # fmt: skip
    igual = client.get(LISTA, headers={"accept-encoding": "gzip", "if-none-match": corta["ETag"]}, **clave)
    assert (igual.status_code, igual.content) == (304, b"")


def test_stream_passes_as_it_is(rf):
    partes = [b"a" * 1000, b"b" * 1000]
    response = ApiCachingMiddleware(
        lambda request: StreamingHttpResponse(iter(partes), headers={"Content-Length": 2000})
    )(rf.get("/api/x/", headers={"accept-encoding": "gzip", "if-none-match": "*"}))
    assert b"".join(response) == b"".join(partes)
    assert (response["Content-Length"], response.has_header("Content-Encoding")) == ("2000", False)


def test_answer_that_forbids_keeping_stays_so(rf):
    response = ApiCachingMiddleware(lambda request: HttpResponse("x" * 500, headers={"Cache-Control": "no-store"}))(
        rf.get("/api/x/")
    )
    assert (response["Cache-Control"], response.has_header("ETag")) == ("no-store", False)
