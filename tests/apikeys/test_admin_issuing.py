"""The three steps of issuing a key, and that the third shows it once and nowhere else."""

import logging
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from apikeys.models import APIKeyCliente
from companies.models import EquivalenciaNit

PAGINA = reverse("admin:apikeys_apikeycliente_add")


@pytest.fixture
def dentro(client, admin):
    client.force_login(admin)
    return client


def datos(paso, **otros):
    return {
        "paso": paso, "tipo": "nit", "dueno": "900.123.456-8", "nombre_cliente": "", "dias_validez": "30",
        "alcances": ["lectura"], "limite_por_minuto": "60", "redes_permitidas": "", "origenes": "",
    } | otros  # fmt: skip


def emitir(client, pedido=None, **otros):
    return client.post(PAGINA, datos("emitir", pedido=str(pedido or uuid.uuid4()), **otros))


def test_form_takes_the_nit_of_the_link(dentro):
    assert 'value="900123456-8"' in dentro.get(PAGINA, {"nit": "900123456-8"}).text


def test_second_step_shows_what_it_will_see_and_makes_nothing(dentro, empresa, crear_empresa):
    crear_empresa("9001234568", 2024, nombre="La del DV pegado")
    answer = dentro.post(PAGINA, datos("revisar"))
    for words in ("Ortopedia del Valle", "DV válido", "No verá, por poco", "La del DV pegado", "Es el mismo cliente"):
        assert words in answer.text
    assert not APIKeyCliente.objects.exists()


def test_second_step_confirms_a_near_match_by_its_button(dentro, empresa, crear_empresa):
    crear_empresa("9001234568", 2024)
    pedido = uuid.uuid4()
    answer = dentro.post(PAGINA, datos("revisar", confirmar="9001234568", pedido=str(pedido)))
    assert EquivalenciaNit.objects.get().equivale_a == "9001234568"
    assert len(answer.context["examen"].veria) == 2
    assert answer.context["pedido"] == pedido
    dentro.post(PAGINA, datos("revisar", retirar="9001234568"))
    assert not EquivalenciaNit.objects.exists()


def test_second_step_carries_everything_typed(dentro, empresa):
    typed = {"alcances": ["lectura", "prediccion"], "redes_permitidas": "10.0.0.0/8", "reemplazar": "on"}
    ocultos = dentro.post(PAGINA, datos("revisar", **typed)).context["ocultos"]
    for pair in (("alcances", "lectura"), ("alcances", "prediccion"), ("redes_permitidas", "10.0.0.0/8")):
        assert pair in ocultos
    assert ("reemplazar", "on") in ocultos
    assert {name for name, _ in ocultos}.isdisjoint({"pedido", "paso", "confirmar", "csrfmiddlewaretoken"})


def test_second_step_without_companies_offers_no_key(dentro, db):
    answer = dentro.post(PAGINA, datos("revisar"))
    assert "Generar y mostrar" not in answer.text
    assert "Ninguna empresa tiene ese NIT" in emitir(dentro).text
    assert not APIKeyCliente.objects.exists()


def test_third_step_shows_the_key_and_forbids_keeping_it(dentro, empresa, admin):
    answer = emitir(dentro, alcances=["lectura", "sincronizar"], redes_permitidas="10.0.0.0/8", limite_por_minuto="7")
    fila = APIKeyCliente.objects.get()
    clave = answer.context["clave"]
    assert answer.text.count(clave) == 1
    assert "no-store" in answer["Cache-Control"]
    assert (fila.alcances, fila.redes_permitidas, fila.limite_por_minuto) == (
        ["lectura", "sincronizar"], ["10.0.0.0/8"], 7,
    )  # fmt: skip
    assert fila.creada_por == admin
    assert dentro.get("/api/empresas-servidor/", HTTP_API_KEY=clave, REMOTE_ADDR="10.1.1.1").status_code == 200
    assert LogEntry.objects.filter(object_id=fila.pk).exists()


def test_a_reload_neither_makes_nor_shows_a_key(dentro, empresa):
    pedido = uuid.uuid4()
    clave = emitir(dentro, pedido).context["clave"]
    again = emitir(dentro, pedido)
    assert again.status_code == 302
    seen = dentro.get(again["Location"]).text
    assert "se mostró una sola vez" in seen
    assert clave[15:] not in seen
    assert APIKeyCliente.objects.count() == 1


def test_the_key_stays_in_no_session_log_history_or_other_page(dentro, empresa, caplog):
    caplog.set_level(logging.DEBUG)
    clave = emitir(dentro).context["clave"]
    fila = APIKeyCliente.objects.get()
    lista = reverse("admin:apikeys_apikeycliente_changelist")
    pages = [lista, f"{lista}{fila.pk}/change/", f"{lista}{fila.pk}/history/", "/admin/"]
    seen = [dentro.get(page, follow=True).text for page in pages]
    seen += [str(Session.objects.get().get_decoded()), caplog.text]
    seen += [f"{entry.change_message} {entry.object_repr}" for entry in LogEntry.objects.all()]
    assert [text for text in seen if clave[15:] in text or fila.huella in text] == []


def test_replacing_ends_the_others(dentro, empresa):
    emitir(dentro)
    answer = dentro.post(PAGINA, datos("revisar", reemplazar="on"))
    assert "Dejará de abrir al instante 1 clave vigente" in answer.text
    assert "ya no abren" in emitir(dentro, reemplazar="on").text
    assert APIKeyCliente.objects.filter(activa=True).count() == 1


def test_a_further_key_leaves_the_others(dentro, empresa):
    emitir(dentro)
    assert "Ya tiene 1 clave vigente" in dentro.post(PAGINA, datos("revisar")).text
    emitir(dentro)
    assert APIKeyCliente.objects.filter(activa=True).count() == 2


@pytest.mark.parametrize(("tipo", "alcance"), [("id_sucursal", "ventas"), ("local", "cajas")])
def test_a_branch_or_till_gets_its_one_scope(dentro, db, tipo, alcance):
    assert "no ve ninguna empresa" in dentro.post(PAGINA, datos("revisar", tipo=tipo, dueno="S01")).text
    emitir(dentro, tipo=tipo, dueno="S01")
    fila = APIKeyCliente.objects.get()
    assert (getattr(fila, tipo), fila.alcances) == ("S01", [alcance])


@pytest.mark.parametrize(
    ("campo", "malo"),
    [
        ("dueno", ""),
        ("dueno", "NIT 9"),
        ("dueno", "9" * 60),
        ("dias_validez", "0"),
        ("dias_validez", "4000"),
        ("alcances", ["cajas"]),
        ("alcances", []),
        ("limite_por_minuto", "0"),
        ("redes_permitidas", "300.0.0.0/8"),
        ("origenes", "https://*.example.com"),
        ("tipo", "otro"),
    ],
)
@pytest.mark.parametrize("paso", ["revisar", "emitir"])
def test_what_is_not_possible_goes_back_to_the_form(dentro, empresa, paso, campo, malo):
    answer = dentro.post(PAGINA, datos(paso, pedido=str(uuid.uuid4()), **{campo: malo}))
    assert answer.context["form"].errors
    assert not APIKeyCliente.objects.exists()


def test_emitting_without_the_second_step_shows_it(dentro, empresa):
    assert "Generar y mostrar" in dentro.post(PAGINA, datos("emitir")).text
    assert not APIKeyCliente.objects.exists()


def test_confirming_needs_its_own_permission_also_here(client, crear_personal, empresa, crear_empresa):
    crear_empresa("9001234568", 2024)
    client.force_login(crear_personal("apikeys.view_apikeycliente", "apikeys.add_apikeycliente"))
    assert "Es el mismo cliente" not in client.post(PAGINA, datos("revisar")).text
    assert client.post(PAGINA, datos("revisar", confirmar="9001234568")).status_code == 403
    assert not EquivalenciaNit.objects.exists()


@pytest.mark.parametrize("paso", ["revisar", "emitir"])
def test_personal_data_are_given_by_those_who_may_see_them(client, crear_personal, empresa, paso):
    client.force_login(crear_personal("apikeys.view_apikeycliente", "apikeys.add_apikeycliente"))
    answer = client.post(PAGINA, datos(paso, pedido=str(uuid.uuid4()), alcances=["lectura", "datos_personales"]))
    assert "pide tener ese mismo permiso" in answer.text
    assert not APIKeyCliente.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_key(admin, empresa):
    pedido, juntas = uuid.uuid4(), threading.Barrier(2)

    def click(_):
        browser = Client()
        browser.force_login(admin)
        juntas.wait()
        try:
            return emitir(browser, pedido).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(click, range(2))) == [200, 302]
    assert APIKeyCliente.objects.count() == 1
