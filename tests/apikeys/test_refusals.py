"""Whatever is wrong with a credential: one answer, the same queries, one digest; and staff see the reason."""

import hmac
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import keys, refusals
from apikeys.issuing import emitir, emitir_ficha, revocar
from apikeys.models import APIKeyCliente, IntentoRechazado
from lib import limits
from tests.locks import ocupada

RUTA = "/api/empresas-servidor/"


def otra(clave):
    """The same public id with another secret, and a true checksum."""
    cuerpo = clave.texto[:15] + ("1" * keys.LARGO_SECRETO)
    return cuerpo + keys._suma(cuerpo)


def revocada(emitida, settings):
    revocar(emitida.fila, por=None)
    return {"HTTP_API_KEY": emitida.clave.texto}


def caducada(emitida, settings):
    APIKeyCliente.objects.update(fecha_caducidad=timezone.now() - timedelta(seconds=1))
    return {"HTTP_API_KEY": emitida.clave.texto}


def de_otra_pimienta(emitida, settings):
    settings.PIMIENTAS = ["otra-pimienta-bien-larga"]
    return {"HTTP_API_KEY": emitida.clave.texto}


def de_otra_red(emitida, settings):
    APIKeyCliente.objects.update(redes_permitidas=["10.0.0.0/8", "2001:db8::/32"])
    return {"HTTP_API_KEY": emitida.clave.texto}


def doble(emitida, settings):
    return {"HTTP_API_KEY": emitida.clave.texto, "HTTP_AUTHORIZATION": f"Bearer {emitida.clave.texto}"}


def con_ficha(emitida, settings):
    return {"HTTP_API_KEY": emitida.clave.texto, "HTTP_AUTHORIZATION": "Token pt_" + "0" * 50}


def ficha_de_quien_se_fue(emitida, settings):
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.create_user("ida", is_active=False)
    return {"HTTP_AUTHORIZATION": f"Token {emitir_ficha(user, dias=1)[1].texto}"}


def cabecera(cambiar):
    return lambda emitida, settings: {"HTTP_API_KEY": cambiar(emitida.clave)}


def en_url(cambiar):
    return lambda emitida, settings: {"QUERY_STRING": "api_key=" + cambiar(emitida.clave.texto)}


MALAS = {
    "desconocida": ("desconocida", cabecera(lambda clave: keys.nueva(keys.CLIENTE).texto)),
    "otro secreto": ("secreto", cabecera(otra)),
    "truncada": ("formato", cabecera(lambda clave: clave.texto[:-1])),
    "mala suma": ("formato", cabecera(lambda clave: clave.texto[:-1] + ("a" if clave.texto[-1] != "a" else "b"))),
    "otras mayúsculas": ("formato", cabecera(lambda clave: clave.texto.swapcase())),
    "vacía": ("formato", cabecera(lambda clave: "")),
    "con eñes": ("formato", cabecera(lambda clave: "sk_" + "ñ" * 50)),
    "con otros números": ("formato", cabecera(lambda clave: "sk_" + "٣" * 50)),
    "de un megabyte": ("formato", cabecera(lambda clave: "sk_" + "a" * 1_000_000)),
    "dos en una": ("doble", cabecera(lambda clave: f"{clave.texto}, {clave.texto}")),
    "dos cabeceras": ("doble", doble),
    "con ficha": ("doble", con_ficha),
    "revocada": ("revocada", revocada),
    "caducada": ("caducada", caducada),
    "de otra pimienta": ("secreto", de_otra_pimienta),
    "de otra red": ("red", de_otra_red),
    "en la dirección": ("en_url", en_url(str)),
    "en la dirección, codificada": ("en_url", en_url(lambda texto: quote("".join(f"%{ord(c):02x}" for c in texto)))),
    "ficha de quien se fue": ("revocada", ficha_de_quien_se_fue),
    "ficha que no es": ("formato", lambda emitida, settings: {"HTTP_AUTHORIZATION": "Token pt_x"}),
}


@pytest.mark.parametrize("mala", MALAS)
def test_every_bad_credential_gets_one_answer_for_the_same_work(client, emitida, settings, monkeypatch, mala):
    motivo, cabeceras = MALAS[mala][0], MALAS[mala][1](emitida, settings)
    digests = []
    real = hmac.new
    monkeypatch.setattr(keys.hmac, "new", lambda *args: digests.append(args) or real(*args))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(RUTA, **cabeceras)
    assert answer.status_code == 401
    assert answer.content == (
        b'{"error":{"codigo":"credencial_invalida","mensaje":"La credencial no vale.",'
        b'"remedio":"Rev\xc3\xadsela o pida otra.","campos":{}}}'
    )
    assert answer["WWW-Authenticate"] == "Api-Key"
    assert len(digests) == 1
    assert [query["sql"].split()[0] for query in queries] == ["SELECT", "SAVEPOINT", "INSERT", "RELEASE"]
    intento = IntentoRechazado.objects.get()
    assert (intento.motivo, intento.direccion, intento.ruta) == (motivo, "127.0.0.1", RUTA)


def test_a_key_in_the_url_is_refused_beside_a_good_header(client, emitida):
    answer = client.get(RUTA, {"q": emitida.clave.texto}, HTTP_API_KEY=emitida.clave.texto)
    assert answer.status_code == 401
    assert IntentoRechazado.objects.get().identificador == emitida.clave.identificador


def test_a_key_in_the_path_is_refused_and_not_kept(client, emitida):
    assert client.get(f"{RUTA}{emitida.clave.texto}/", HTTP_API_KEY=emitida.clave.texto).status_code == 401
    assert IntentoRechazado.objects.get().ruta == f"{RUTA}…/"


def test_the_address_that_opens_a_file_is_not_kept(client, db):
    assert client.get("/api/exportaciones/0123abcd:F1rm4/", HTTP_API_KEY="sk_mala").status_code == 401
    assert IntentoRechazado.objects.get().ruta == "/api/exportaciones/0123abcd"


def test_anotar_adds_up_the_same_refusal_of_a_minute(client, emitida, monkeypatch):
    monkeypatch.setattr(
        refusals, "_minuto", lambda instante: instante.replace(hour=0, minute=0, second=0, microsecond=0)
    )
    for _ in range(3):
        client.get(RUTA, HTTP_API_KEY=otra(emitida.clave))
    client.get(RUTA, HTTP_API_KEY=otra(emitida.clave), REMOTE_ADDR="10.0.0.9")
    assert sorted(IntentoRechazado.objects.values_list("direccion", "veces")) == [("10.0.0.9", 1), ("127.0.0.1", 3)]


def test_guessing_ends_in_429_before_anything_is_looked_up(client, emitida, settings):
    settings.RECHAZOS_POR_MINUTO = 3
    good = {"HTTP_API_KEY": emitida.clave.texto}
    codes = [client.get(RUTA, HTTP_API_KEY=otra(emitida.clave)).status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(RUTA, **good)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer.json()["error"]["codigo"] == "demasiadas_peticiones"
    assert not queries.captured_queries
    assert client.get(RUTA, REMOTE_ADDR="10.0.0.9", **good).status_code == 200


def test_guessing_from_one_ipv6_network_counts_together(client, db, settings):
    settings.RECHAZOS_POR_MINUTO = 3
    codes = [client.get(RUTA, HTTP_API_KEY="x", REMOTE_ADDR=f"2001:db8::{n}").status_code for n in range(4)]
    assert codes == [401, 401, 401, 429]


def test_a_flood_from_many_addresses_fills_no_disk(client, db, monkeypatch):
    monkeypatch.setattr(refusals, "MAXIMO_POR_MINUTO", 5)
    codes = {client.get(RUTA, HTTP_API_KEY="x", REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(9)}
    assert codes == {401}
    assert IntentoRechazado.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_delays_no_refusal_and_loses_none(client, emitida):
    with ocupada(IntentoRechazado._meta.db_table):
        assert client.get(RUTA, HTTP_API_KEY="x").status_code == 401
        assert not limits.con_total("uso:")
    assert refusals.asentar() == 1
    assert refusals.asentar() == 0
    assert IntentoRechazado.objects.get().veces == 1


def test_podar_forgets_what_is_old(db, settings):
    settings.INTENTOS_DIAS = 10
    for days in (1, 9, 11, 400):
        IntentoRechazado.objects.create(
            minuto=timezone.now() - timedelta(days=days), direccion="10.0.0.1", motivo="formato", ruta="/"
        )
    assert refusals.podar() == 2


def test_what_the_database_keeps_opens_nothing(client, emitida, settings):
    """The digest, alone or dressed as a key, is no key; and it takes the pepper to make one."""
    fila = APIKeyCliente.objects.get()
    for guess in (fila.huella, f"sk_{fila.huella}", f"sk_{fila.identificador}{fila.huella[:38]}"):
        assert client.get(RUTA, HTTP_API_KEY=guess).status_code == 401
    settings.PIMIENTAS = ["la-pimienta-del-ladron"]
    assert client.get(RUTA, HTTP_API_KEY=emitida.clave.texto).status_code == 401


def test_a_key_is_good_from_its_own_networks(client, empresa):
    clave = emitir(nit="900123456", redes_permitidas=["10.0.0.0/8", "2001:db8::/32"]).clave.texto
    desde = lambda address: client.get(RUTA, HTTP_API_KEY=clave, REMOTE_ADDR=address).status_code  # noqa: E731
    assert [desde("10.9.9.9"), desde("::ffff:10.1.1.1"), desde("2001:db8::1")] == [200, 200, 200]
    assert [desde("11.0.0.1"), desde("::1"), desde("")] == [401, 401, 401]
