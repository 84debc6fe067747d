"""The client against a Contífico on loopback, with all that it may do wrong."""

import logging
import threading
import tracemalloc
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from inventory.contifico.client import Cliente, Credenciales
from inventory.contifico.resources import POR_NOMBRE, RECURSOS
from lib.errors import Fatal, Rejected, Retriable
from lib.http import Limites
from tests.fakes.contifico import FakeContifico, Inquilino, faults
from tests.fakes.partner import Socio, respuesta

RAPIDO = Limites(silencio=5, total=10, pausa=0.001, pausa_maxima=0.05, intentos=4)
PRODUCTOS, MOVIMIENTOS = POR_NOMBRE["products"], POR_NOMBRE["inventory_movements"]
DOCUMENTOS, ASIENTOS = POR_NOMBRE["documents"], POR_NOMBRE["journal_entries"]


@pytest.fixture(scope="module")
def empresa():
    return Inquilino()


@pytest.fixture
def inquilino(empresa):
    return empresa.clonar()


@pytest.fixture
def fake(inquilino):
    with FakeContifico(inquilino) as fake:
        yield fake


def abrir(fake, *, limites=RAPIDO, url="", clave="", comprobar=lambda: None, **campos):
    credenciales = Credenciales(clave or fake.clave, url or fake.url, peticiones_por_segundo=0, **campos)
    return Cliente(credenciales, permitidas=["127.0.0.0/8"], limites=limites, comprobar=comprobar)


def copiar(fake, recurso, *, tamano=100, cliente=None, **opciones):
    """What a copy would hold afterwards: id → record; and the pages that it came in."""
    pages = list((cliente or abrir(fake)).paginas(recurso, tamano=tamano, **opciones))
    return {row["id"]: row for page in pages for row in page.registros}, pages


@pytest.mark.parametrize("recurso", RECURSOS, ids=lambda recurso: recurso.nombre)
def test_paginas_gives_each_resource_as_it_is(fake, inquilino, recurso):
    copia, _ = copiar(fake, recurso)
    assert copia == inquilino.verdad(recurso.nombre)
    assert len(copia) > 0


@pytest.mark.parametrize("ruta", ["", "/", "/v1", "/v1/", "/v2"])
def test_cliente_takes_the_address_with_and_without_a_version(fake, inquilino, ruta):
    copia, _ = copiar(fake, ASIENTOS, cliente=abrir(fake, url=fake.url + ruta))
    assert copia == inquilino.verdad("journal_entries")


def test_cliente_sends_the_bare_key_and_the_token_only_where_it_is_told_to():
    with Socio(respuesta(200, b"[]")) as socio:
        for enviar in (False, True):
            with abrir(None, clave=" una-clave ", url=socio.url, api_token="ficha", enviar_token=enviar) as contifico:
                list(contifico.paginas(POR_NOMBRE["brands"]))
    first, second = (asked.cabeceras for asked in socio.peticiones)
    assert (first["authorization"], first.get("x-api-token")) == ("una-clave", None)
    assert second["x-api-token"] == "ficha"
    assert "una-clave" not in repr(Credenciales("una-clave"))


@pytest.mark.parametrize("mala", ["otra", "Bearer clave-de-prueba-1"])
def test_paginas_stops_at_a_key_that_is_not_accepted(fake, mala):
    with abrir(fake, clave=mala) as contifico, pytest.raises(Fatal) as error:
        list(contifico.paginas(PRODUCTOS))
    assert error.value.codigo == "credenciales_rechazadas"
    assert "Credenciales no válidas (401)" in error.value.extra["detalle"]
    assert len(fake.peticiones) == 1


@pytest.mark.parametrize("estado", [403, 404, 405, 406])
@pytest.mark.parametrize(
    ("recurso", "version", "tabla"), [("brands", "v1", "marca"), ("journal_entries", "v2", "contabilidad/asiento")]
)
def test_paginas_says_that_a_company_lacks_a_resource(fake, estado, recurso, version, tabla):
    fake.sin_recurso = {(version, tabla): estado}
    with pytest.raises(Rejected) as error:
        copiar(fake, POR_NOMBRE[recurso])
    assert error.value.codigo == "recurso_no_disponible"
    assert f"HTTP {estado}: No disponible" in error.value.mensaje


PASAJERAS = {
    "html_500": faults.html_500,
    "bad_gateway": faults.estado(502),
    "timeout": faults.estado(504),
    "too_many": faults.estado(429, retry_after="0"),
    "hung_up": faults.colgar,
    "cut": faults.cortar,
    "login_page": faults.cuerpo(b"<html>Inicie sesi\xc3\xb3n</html>"),
    "half": faults.cuerpo(b'[{"id": "a"'),
    "empty": faults.cuerpo(b""),
}


@pytest.mark.parametrize(
    "recurso", [PRODUCTOS, DOCUMENTOS, ASIENTOS, POR_NOMBRE["persons"]], ids=lambda one: one.nombre
)
@pytest.mark.parametrize("falla", PASAJERAS.values(), ids=PASAJERAS)
def test_paginas_loses_nothing_to_what_passes(fake, inquilino, recurso, falla):
    fake.fallar("", falla, desde=1, veces=2)
    fake.fallar("", falla, desde=4, veces=1)
    copia, _ = copiar(fake, recurso)
    assert copia == inquilino.verdad(recurso.nombre)


@pytest.mark.parametrize("semilla", range(4))
def test_paginas_gives_every_resource_whole_through_a_storm(inquilino, semilla):
    """Every passing fault at random, wrong pages, caps, an order that changes, changes of the data: nothing is lost."""
    limits = replace(RAPIDO, intentos=9, pausa=0.0001)
    with FakeContifico(inquilino, semilla=semilla) as fake, abrir(fake, limites=limits) as contifico:
        fake.orden_inestable, fake.tope_propio, fake.id_incorrecto = 0.3, {"producto": 40}, True
        for falla in PASAJERAS.values():
            fake.fallar("", falla, veces=None, probabilidad=0.05)
        for recurso in RECURSOS:
            fake.fallar(recurso.ruta.strip("/"), faults.otra_pagina(-1), desde=3)
            inquilino.cambiar("documento", next(iter(inquilino.tablas["documento"])), saldo=str(semilla))
            copia, _ = copiar(fake, recurso, cliente=contifico, tamano=60, verificar=True)
            assert copia == inquilino.verdad(recurso.nombre), recurso.nombre


def test_paginas_gives_up_what_does_not_pass(fake):
    fake.fallar("producto", faults.html_500, veces=None)
    with pytest.raises(Retriable) as error:
        copiar(fake, PRODUCTOS)
    assert error.value.codigo == "servicio_no_disponible"
    assert "Server Error" in error.value.extra["detalle"]
    assert len(fake.peticiones) == RAPIDO.intentos


@pytest.mark.parametrize(
    ("contenido", "codigo"),
    [(b'{"mensaje": "Mantenimiento"}', "respuesta_inesperada"), (b'[{"id": 1} {"id": 2}]', "respuesta_ilegible")],
)
def test_paginas_says_that_an_answer_is_no_list(fake, contenido, codigo):
    fake.fallar("producto", faults.cuerpo(contenido), veces=None)
    with pytest.raises((Fatal, Retriable)) as error:
        copiar(fake, PRODUCTOS)
    assert error.value.codigo == codigo


def test_paginas_halves_pages_that_a_list_does_not_bear_and_remembers_it(fake, inquilino):
    recurso = replace(MOVIMIENTOS, tope=0)
    with abrir(fake) as contifico:
        for _ in range(2):
            got = {row["id"]: row for page in contifico.paginas(recurso) for row in page.registros}
            assert got == inquilino.verdad("inventory_movements")
    sizes = [asked["result_size"] for _, asked in fake.peticiones]
    assert sizes == ["200", "100", "100", "100", "100"] + ["100"] * 4


def test_paginas_heeds_the_known_cap_of_a_list(fake):
    copiar(fake, MOVIMIENTOS, tamano=500)
    assert {asked["result_size"] for _, asked in fake.peticiones} == {"100"}


def test_paginas_sets_aside_the_record_that_contifico_cannot_give(fake, inquilino):
    broken = list(inquilino.tablas["producto"])[137]
    fake.rotos = {broken}
    copia, pages = copiar(fake, PRODUCTOS)
    assert inquilino.verdad("products").keys() - copia.keys() == {broken}
    assert [one.codigo for page in pages for one in page.rechazados] == ["registro_roto"]


def test_paginas_asks_another_address_where_the_list_of_documents_wants_an_id(fake, inquilino):
    fake.id_incorrecto = True
    copia, _ = copiar(fake, DOCUMENTOS)
    assert copia == inquilino.verdad("documents")
    assert len(fake.peticiones) == 7  # one was refused; the other five hundred came at the other address


@pytest.mark.parametrize(
    ("recurso", "modo"),
    [
        (DOCUMENTOS, {"ignoran_paginas": {"documento"}}),
        (PRODUCTOS, {"ignoran_paginas": {"producto"}}),
        (DOCUMENTOS, {"repiten_ultima": {"documento"}}),
        (PRODUCTOS, {"tope_propio": {"producto": 50}}),
        (PRODUCTOS, {"fuera_de_rango": set()}),
        (ASIENTOS, {"tope_propio": {"contabilidad/asiento": 50}}),
        (ASIENTOS, {"orden_inestable": 1.0}),
        (PRODUCTOS, {"comprimir": True}),
    ],
    ids=lambda value: value.nombre if hasattr(value, "nombre") else next(iter(value)),
)
@pytest.mark.parametrize("tamano", [46, 100, 230])
def test_paginas_gives_all_however_the_server_pages(fake, inquilino, recurso, modo, tamano):
    vars(fake).update(modo)
    copia, _ = copiar(fake, recurso, tamano=tamano)
    assert copia == inquilino.verdad(recurso.nombre)


def test_paginas_admits_that_a_first_page_for_ever_is_not_all(fake):
    fake.repiten_primera = {"contabilidad/cuenta-contable"}
    with pytest.raises(Fatal, match="paginacion_ignorada"):
        copiar(fake, POR_NOMBRE["chart_of_accounts"])


@pytest.mark.parametrize("recurso", [PRODUCTOS, ASIENTOS], ids=lambda one: one.nombre)
@pytest.mark.parametrize("diferencia", [-1, 1])
def test_paginas_loses_nothing_to_a_wrong_page(fake, inquilino, recurso, diferencia):
    fake.fallar(recurso.ruta.strip("/"), faults.otra_pagina(diferencia), desde=2)
    copia, _ = copiar(fake, recurso, tamano=50)
    assert copia == inquilino.verdad(recurso.nombre)


@pytest.mark.parametrize("recurso", [DOCUMENTOS, ASIENTOS], ids=lambda one: one.nombre)
def test_paginas_read_twice_lose_nothing_to_changes_on_the_way(fake, inquilino, recurso):
    tabla = recurso.ruta.strip("/")

    def cambios():
        first = next(iter(inquilino.tablas[tabla]))
        inquilino.borrar(tabla, first)
        inquilino.agregar(tabla)
        inquilino.cambiar(tabla, list(inquilino.tablas[tabla])[-2], saldo="0.00")

    before = inquilino.verdad(recurso.nombre).keys()
    fake.fallar(tabla, faults.mientras(cambios), desde=3)
    copia, _ = copiar(fake, recurso, tamano=50, verificar=True)
    truth = inquilino.verdad(recurso.nombre)
    assert copia.keys() >= truth.keys() & before
    assert {key: copia[key] for key in truth.keys() & before} == {key: truth[key] for key in truth.keys() & before}


def test_paginas_follows_no_next_to_another_host(fake, inquilino):
    with Socio(respuesta(200, b"[]")) as other:
        fake.fallar("contabilidad/asiento", faults.siguiente_en(f"{other.url}/x"), veces=None)
        copia, _ = copiar(fake, ASIENTOS)
    assert other.peticiones == []
    assert copia == inquilino.verdad("journal_entries")


def test_paginas_follows_no_redirect_to_another_host(fake):
    with Socio(respuesta(200, b"[]")) as other:
        fake.fallar("producto", faults.redireccion(f"{other.url}/x"))
        with pytest.raises(Fatal, match="redireccion_no_permitida"):
            copiar(fake, PRODUCTOS)
    assert other.peticiones == []


def test_paginas_ends_a_drip_and_a_stall(fake):
    fake.fallar("producto", faults.goteo, veces=None)
    fake.fallar("persona", faults.demora(30), veces=None)
    limits = replace(RAPIDO, silencio=0.3, total=0.5, intentos=1)
    for recurso, codigo in ((PRODUCTOS, "respuesta_lenta"), (POR_NOMBRE["persons"], "sin_respuesta")):
        with pytest.raises(Retriable) as error:
            copiar(fake, recurso, cliente=abrir(fake, limites=limits))
        assert error.value.codigo == codigo


def test_paginas_ends_a_gigabyte_without_holding_it(fake):
    fake.fallar("producto", faults.cuerpo_enorme(1 << 30))
    tracemalloc.start()
    with pytest.raises(Fatal) as error:
        copiar(fake, PRODUCTOS, cliente=abrir(fake, limites=replace(RAPIDO, cuerpo=4 << 20)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.value.codigo == "respuesta_demasiado_grande"
    assert fake.enviados < 64 << 20
    assert peak < 32 << 20


def test_paginas_can_be_cancelled_while_contifico_is_silent(fake):
    class Cancelada(Exception):
        pass

    asked = threading.Event()

    def comprobar():
        if asked.is_set():
            raise Cancelada

    fake.fallar("producto", faults.mientras(asked.set))
    fake.fallar("producto", faults.demora(30), desde=2)
    fake.fallar("producto", lambda talk: asked.set() or faults.demora(30)(talk))
    with pytest.raises(Cancelada):
        copiar(fake, PRODUCTOS, cliente=abrir(fake, comprobar=comprobar))


def test_paginas_sets_aside_records_that_cannot_be_kept(fake, inquilino):
    odd = ('{"id": "hondo", "a": ' + '{"a": ' * 60 + "1" + "}" * 61, '{"id": "x", "total": 1, "total": 2}', "NaN")
    fake.fallar(
        "producto", faults.con_registros(*odd, '{"id": 7, "n": 1.10}', '"suelto"', '{"id": "n\\u0000l\\ud800"}')
    )
    with abrir(fake) as contifico:
        pages = list(contifico.paginas(PRODUCTOS, tamano=300))
    assert [one.codigo for page in pages for one in page.rechazados] == ["json_invalido"] * 3
    rows = [row for page in pages for row in page.registros]
    assert rows[:3] == [{"id": 7, "n": Decimal("1.10")}, "suelto", {"id": "n\x00l\ud800"}]
    assert {row["id"]: row for row in rows[3:]} == inquilino.verdad("products")


def test_paginas_asks_for_the_days_in_the_format_of_the_resource(fake, inquilino):
    copia, _ = copiar(fake, DOCUMENTOS, desde=date(2026, 10, 1), hasta=date(2026, 10, 31))
    assert {row["fecha_emision"][3:] for row in copia.values()} == {"10/2026"}
    assert fake.peticiones[0][1]["fecha_inicial"] == "01/10/2026"
    copiar(fake, MOVIMIENTOS, desde=date(2026, 10, 1))
    assert "fecha_inicial" not in fake.peticiones[-1][1]


@pytest.mark.parametrize(
    "recurso", [POR_NOMBRE["purchases"], PRODUCTOS, POR_NOMBRE["persons"], ASIENTOS], ids=lambda one: one.nombre
)
@pytest.mark.parametrize("hechas", [1, 2, 4])
def test_paginas_goes_on_from_the_point_of_a_page(fake, inquilino, recurso, hechas):
    with abrir(fake) as contifico:
        pages = contifico.paginas(recurso, tamano=40)
        first = [page for page, _ in zip(pages, range(hechas), strict=False)]
    rest, _ = copiar(fake, recurso, tamano=40, punto=first[-1].punto)
    copia = {row["id"]: row for page in first for row in page.registros} | rest
    assert copia == inquilino.verdad(recurso.nombre)


@pytest.mark.parametrize("recurso", RECURSOS, ids=lambda one: one.nombre)
def test_uno_gives_a_record_as_it_is_now_or_nothing(fake, inquilino, recurso):
    clave, row = next(iter(inquilino.verdad(recurso.nombre).items()))
    with abrir(fake) as contifico:
        assert contifico.uno(recurso, clave) == row
        assert contifico.uno(recurso, "noexiste12345678") is None
        assert contifico.uno(recurso, "con/barra?y=1#z") is None


@pytest.mark.parametrize("clave", ["", ".", "..", " ", "a\nb", "\ud800", "a\x00", "a" * 301])
def test_uno_refuses_what_no_id_can_be(fake, clave):
    with abrir(fake) as contifico, pytest.raises(Rejected) as error:
        contifico.uno(PRODUCTOS, clave)
    assert error.value.codigo == "id_invalido"
    assert fake.peticiones == []


def test_uno_takes_no_trouble_for_a_record_that_is_gone(fake, inquilino):
    clave = next(iter(inquilino.tablas["producto"]))
    fake.fallar("producto", faults.html_500, veces=None)
    with abrir(fake) as contifico, pytest.raises(Retriable):
        contifico.uno(PRODUCTOS, clave)
    fake.arreglar()
    fake.fallar("producto", faults.cuerpo(b'{"id": "otro"}'))
    with abrir(fake) as contifico, pytest.raises(Fatal, match="respuesta_inesperada"):
        contifico.uno(PRODUCTOS, clave)


def test_existencias_gives_stock_by_warehouse_and_says_nothing_of_the_others(fake, inquilino):
    clave = next(iter(inquilino.tablas["producto"]))
    with abrir(fake) as contifico:
        stock = contifico.existencias(clave)
        assert contifico.existencias("noexiste12345678") is None
    assert [(row["bodega_id"], row["cantidad"]) for row in stock] == [
        (row["bodega_id"], row["cantidad"]) for row in inquilino.existencias(clave)
    ]
    assert len(stock) == len(inquilino.tablas["bodega"]) - 1


def test_cliente_logs_all_but_the_key(fake, caplog):
    with caplog.at_level(logging.DEBUG):
        fake.fallar("producto", faults.cuerpo(f'{{"mensaje": "clave {fake.clave}"}}'.encode()))
        with pytest.raises(Fatal):
            copiar(fake, PRODUCTOS)
        copiar(fake, POR_NOMBRE["brands"])
    assert "result_page=1" in caplog.text
    assert "Marca 3" in caplog.text
    assert fake.clave not in caplog.text


def test_cliente_counts_its_requests(fake):
    with abrir(fake) as contifico:
        list(contifico.paginas(MOVIMIENTOS))
        assert contifico.peticiones == len(fake.peticiones) == 4
