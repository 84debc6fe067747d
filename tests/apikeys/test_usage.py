"""Uses are counted by both stores, written once a minute, and wait for nobody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import keys, usage
from apikeys.issuing import emitir_ficha
from apikeys.models import APIKeyCliente, FichaPersonal
from lib import limits
from tests.locks import ocupada

RUTA = "/api/empresas-servidor/"

pytestmark = pytest.mark.usefixtures("contadores")


@pytest.fixture
def pedir(client, emitida):
    return lambda: client.get(RUTA, HTTP_API_KEY=emitida.clave.texto).status_code


def otro_minuto(contadores, settings):
    """The windows are over."""
    if contadores == "redis":
        cliente = limits._compartido(settings.CACHE_URL)._cliente
        for name in cliente.keys("trastienda:uso:*"):
            cliente.delete(name)
    else:
        limits._archivo(settings.ARCHIVO_LIMITES)._ejecutar("UPDATE contadores SET fin = 0", ())


def test_usar_writes_the_first_of_a_minute_and_counts_the_others(pedir, emitida, contadores, settings):
    for _ in range(5):
        pedir()
    row = APIKeyCliente.objects.get()
    assert row.usos == 1
    assert timezone.now() - row.ultimo_uso < timedelta(minutes=1)
    otro_minuto(contadores, settings)
    pedir()
    assert APIKeyCliente.objects.get().usos == 6


def test_usar_writes_nothing_within_the_minute(pedir, emitida):
    pedir()
    with CaptureQueriesContext(connection) as queries:
        pedir()
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_asentar_writes_what_nobody_came_back_for(pedir, emitida):
    for _ in range(4):
        pedir()
    usage.asentar()
    assert APIKeyCliente.objects.get().usos == 4
    assert usage._contador(emitida.fila) not in limits.con_total("uso:")


def test_tokens_are_counted_too(client, admin):
    _, clave = emitir_ficha(admin, dias=1)
    for _ in range(2):
        assert client.get(RUTA, HTTP_AUTHORIZATION=f"Token {clave.texto}").status_code == 200
    usage.asentar()
    ficha = FichaPersonal.objects.get()
    assert (ficha.usos, ficha.ultimo_uso is not None) == (2, True)


def test_a_use_brings_the_digest_under_the_first_pepper(pedir, emitida, settings):
    older = settings.PIMIENTAS
    settings.PIMIENTAS = ["la-nueva-pimienta-larga", *older]
    assert pedir() == 200
    row = APIKeyCliente.objects.get()
    assert row.pimienta == keys.marca("la-nueva-pimienta-larga") != emitida.fila.pimienta
    settings.PIMIENTAS = settings.PIMIENTAS[:1]
    assert pedir() == 200


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_delays_no_reading(pedir, emitida):
    with ocupada("api_keys_clientes"):
        assert pedir() == 200
        assert APIKeyCliente.objects.get().usos == 0
    usage.asentar()
    assert APIKeyCliente.objects.get().usos == 1


def test_asentar_passes_over_a_key_that_is_gone(pedir, emitida):
    pedir(), pedir()
    emitida.fila.delete()
    usage.asentar()
    assert usage._contador(emitida.fila) not in limits.con_total("uso:")
