"""The list and the page of keys; who may open them."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apikeys.issuing import emitir, renovar, revocar
from apikeys.models import APIKeyCliente, IntentoRechazado

LISTA = reverse("admin:apikeys_apikeycliente_changelist")
VER = "apikeys.view_apikeycliente"
CAMBIAR = "apikeys.change_apikeycliente"


@pytest.fixture
def fila(emitida):
    return emitida.fila


@pytest.fixture
def dentro(client, admin):
    client.force_login(admin)
    return client


def ficha(fila, pagina):
    return f"{LISTA}{fila.pk}/{pagina}/"


def datos(**otros):
    return {
        "nombre_cliente": "Clínica del Norte", "alcances": ["lectura", "prediccion"], "limite_por_minuto": "20",
        "redes_permitidas": "10.0.0.0/8\n203.0.113.7", "origenes": "https://tienda.example.com",
    } | otros  # fmt: skip


def test_list_tells_each_state_in_words(dentro, fila):
    otras = [emitir(nit="900123456-8").fila for _ in range(3)]
    revocar(otras[0], por=None)
    APIKeyCliente.objects.filter(pk=otras[1].pk).update(fecha_caducidad=timezone.now() - timedelta(days=1))
    renovar(otras[2], solape=timedelta(hours=5), por=None)
    text = dentro.get(LISTA).text
    for words in (
        "Vigente",
        "Revocada",
        "Caducada",
        "En solape hasta el",
        "NIT 900123456-8",
        f"sk_{fila.identificador}…",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("busca", "halla"),
    [
        ("ortop", True),
        ("900.123.456-8", True),
        ("900123456", True),
        ("sk_{}", True),
        ("{}", True),
        ("valle", False),
        ("860034313", False),
        ("zzz", False),
    ],
)
def test_search_finds_by_the_beginning(dentro, fila, busca, halla):
    answer = dentro.get(LISTA, {"q": busca.format(fila.identificador)})
    assert (f"sk_{fila.identificador}…" in answer.text) is halla


@pytest.mark.parametrize(
    ("filtro", "halla"),
    [
        ({"situacion": "vigente"}, True),
        ({"situacion": "pronto"}, False),
        ({"situacion": "revocada"}, False),
        ({"situacion": "otra"}, False),
        ({"dueno": "nit_base"}, True),
        ({"dueno": "local"}, False),
    ],
)
def test_filters_narrow_the_list(dentro, fila, filtro, halla):
    assert (f"sk_{fila.identificador}…" in dentro.get(LISTA, filtro).text) is halla


def test_list_asks_few_queries(dentro, empresa, django_assert_max_num_queries):
    for _ in range(5):
        emitir(nit="900123456-8")
    with django_assert_max_num_queries(9):
        dentro.get(LISTA)


def test_empty_list_names_the_next_step(dentro):
    assert "Genere la primera" in dentro.get(LISTA).text


def test_page_tells_what_the_key_is_and_never_the_key(dentro, emitida):
    text = dentro.get(ficha(emitida.fila, "change")).text
    for words in ("Vigente", "900123456-8", "Ortopedia del Valle", "Nunca", "Renovar", "Revocar"):
        assert words in text
    assert emitida.clave.texto[15:] not in text
    assert emitida.fila.huella not in text


def test_editing_changes_what_may_change(dentro, fila):
    answer = dentro.post(ficha(fila, "change"), datos())
    assert answer.status_code == 302
    fila.refresh_from_db()
    assert (fila.nombre_cliente, fila.alcances, fila.limite_por_minuto) == (
        "Clínica del Norte", ["lectura", "prediccion"], 20,
    )  # fmt: skip
    assert fila.redes_permitidas == ["10.0.0.0/8", "203.0.113.7/32"]
    assert [o.origen for o in fila.origenes.all()] == ["https://tienda.example.com"]
    dentro.post(ficha(fila, "change"), datos(origenes="https://otra.example.com"))
    assert [o.origen for o in fila.origenes.all()] == ["https://otra.example.com"]


def test_editing_never_touches_owner_or_secret(dentro, fila):
    antes = APIKeyCliente.objects.values("nit", "nit_base", "activa", "huella", "pimienta", "fecha_caducidad").get()
    mala = {"nit": "1", "nit_base": "1", "activa": "", "huella": "x", "pimienta": "x", "id_sucursal": "9", "usos": "9"}
    dentro.post(ficha(fila, "change"), datos(**mala))
    assert APIKeyCliente.objects.values(*antes).get() == antes


@pytest.mark.parametrize(
    "malo",
    [
        {"alcances": ["cajas"]},
        {"alcances": []},
        {"limite_por_minuto": "0"},
        {"redes_permitidas": "10.0.0.0/99"},
        {"origenes": "*"},
        {"nombre_cliente": ""},
    ],
)
def test_editing_refuses_what_is_not_possible(dentro, fila, malo):
    assert dentro.post(ficha(fila, "change"), datos(**malo)).status_code == 200
    fila.refresh_from_db()
    assert fila.limite_por_minuto == 600


def test_a_key_of_a_branch_is_edited_without_scopes(dentro, db):
    fila = emitir(id_sucursal="S01").fila
    assert "alcances" not in dentro.get(ficha(fila, "change")).context["adminform"].form.fields
    dentro.post(ficha(fila, "change"), datos(alcances=["lectura"]))
    fila.refresh_from_db()
    assert (fila.nombre_cliente, fila.alcances) == ("Clínica del Norte", ["ventas"])


def test_revoking_asks_first_and_then_ends_it(dentro, fila):
    pagina = dentro.get(ficha(fila, "revocar"))
    assert "Revocar ahora" in pagina.text
    assert APIKeyCliente.objects.get().activa
    dentro.post(ficha(fila, "revocar"))
    assert not APIKeyCliente.objects.get().activa
    text = dentro.get(ficha(fila, "change"), follow=True).text
    assert "Revocada" in text
    assert "Renovar" not in text


def test_renewing_shows_the_new_key_once(dentro, emitida):
    pedido = {"dias_validez": "30", "solape_horas": "5"}
    answer = dentro.post(ficha(emitida.fila, "renovar"), pedido)
    nueva = APIKeyCliente.objects.get(anterior=emitida.fila)
    assert answer.context["clave"].startswith(f"sk_{nueva.identificador}")
    assert "Renovar clave" in answer.text
    assert answer.context["clave"] in answer.text
    assert "no-store" in answer["Cache-Control"]
    again = dentro.post(ficha(emitida.fila, "renovar"), pedido, follow=True)
    assert answer.context["clave"] not in again.text
    assert "ya se renovó" in again.text
    assert APIKeyCliente.objects.count() == 2


@pytest.mark.parametrize("pedido", [{"dias_validez": "0", "solape_horas": "0"}, {"dias_validez": "9"}, {}])
def test_renewing_refuses_what_is_not_possible(dentro, fila, pedido):
    assert dentro.post(ficha(fila, "renovar"), pedido).status_code == 200
    assert APIKeyCliente.objects.count() == 1


def test_deleting_is_not_offered(dentro, fila):
    assert dentro.post(ficha(fila, "delete"), {"post": "yes"}).status_code == 403
    assert dentro.post(LISTA, {"action": "delete_selected", "_selected_action": [fila.pk]}).status_code in (200, 302)
    assert APIKeyCliente.objects.count() == 1


PAGINAS = ("change", "revocar", "renovar")


@pytest.mark.parametrize("permisos", [(), ("companies.view_empresaservidor",), (VER, CAMBIAR)])
def test_limited_staff_see_nothing_of_keys(client, crear_personal, fila, permisos, crear_empresa):
    solo = [crear_empresa("860034313-7")] if permisos else []
    client.force_login(crear_personal(*permisos, solo=solo))
    for path in (LISTA, reverse("admin:apikeys_medico_de_nit"), reverse("admin:apikeys_apikeycliente_add")):
        assert client.get(path).status_code == 403
    for page in PAGINAS:
        assert client.get(ficha(fila, page)).status_code in (302, 403)
        assert client.post(ficha(fila, page), datos()).status_code in (302, 403)
    assert "Claves de API" not in client.get("/admin/").text
    assert APIKeyCliente.objects.get().activa


def test_who_may_only_view_changes_nothing(client, crear_personal, fila):
    client.force_login(crear_personal(VER))
    assert client.get(LISTA).status_code == 200
    assert client.get(ficha(fila, "change")).status_code == 200
    client.post(ficha(fila, "change"), datos())
    for page in ("revocar", "renovar"):
        assert client.post(ficha(fila, page), {"dias_validez": "9", "solape_horas": "0"}).status_code in (302, 403)
    fila.refresh_from_db()
    assert (fila.activa, fila.nombre_cliente, APIKeyCliente.objects.count()) == (True, "Ortopedia del Valle", 1)
    assert client.get(reverse("admin:apikeys_apikeycliente_add")).status_code == 403


def test_pages_of_keys_ask_for_a_login(client, fila):
    assert client.get(LISTA)["Location"].startswith(("/admin/login/", "/entrar", "/cuentas", "/cuenta"))


def test_searching_for_a_whole_key_cuts_it_and_warns(dentro, emitida):
    answer = dentro.get(LISTA, {"q": emitida.clave.texto})
    assert answer["Location"] == f"{LISTA}?q=sk_{emitida.fila.identificador}"
    text = dentro.get(answer["Location"]).text
    assert "no debe ir en una dirección" in text
    assert f"sk_{emitida.fila.identificador}…" in text


def test_personal_data_are_given_by_those_who_may_see_them(client, crear_personal, fila):
    client.force_login(crear_personal(VER, CAMBIAR, "apikeys.add_apikeycliente"))
    pedido = datos(alcances=["lectura", "datos_personales"])
    assert "pide tener ese mismo permiso" in client.post(ficha(fila, "change"), pedido).text
    fila.refresh_from_db()
    assert fila.alcances == ["lectura"]
    APIKeyCliente.objects.update(alcances=["lectura", "datos_personales"])
    assert client.post(ficha(fila, "change"), pedido).status_code == 302  # what it has may stay
    answer = client.post(ficha(fila, "renovar"), {"dias_validez": "9", "solape_horas": "0"}, follow=True)
    assert "pide tener ese mismo permiso" in answer.text
    assert APIKeyCliente.objects.count() == 1


@pytest.mark.parametrize("columna", ["huella", "huella__startswith", "pimienta", "pedido__isnull", "sucesora__huella"])
@pytest.mark.parametrize("modelo", ["apikeycliente", "fichapersonal"])
def test_list_cannot_be_asked_by_what_proves_a_credential(dentro, emitida, modelo, columna):
    lista = reverse(f"admin:apikeys_{modelo}_changelist")
    assert dentro.get(lista, {columna: emitida.fila.huella[:3]}).status_code in (302, 400)


def test_page_of_a_key_draws_its_refusals_only_if_there_are(dentro, fila):
    assert "Rechazos por día" not in dentro.get(ficha(fila, "change")).text
    for direccion, identificador in (("192.0.2.7", fila.identificador), ("192.0.2.8", "deotraclave1")):
        IntentoRechazado.objects.create(
            minuto=timezone.now(), direccion=direccion, motivo="secreto", identificador=identificador, ruta="/", veces=4
        )
    answer = dentro.get(ficha(fila, "change"))
    assert "Rechazos por día" in answer.text
    [serie] = json.loads(answer.context["rechazos"])["datasets"]
    assert (len(serie["data"]), max(serie["data"]), sum(serie["data"])) == (30, 4, 4)
