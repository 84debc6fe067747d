"""The API of keys, as staff, clients and strangers use it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from apikeys import keys
from apikeys.issuing import emitir, renovar, revocar
from apikeys.models import APIKeyCliente, IntentoRechazado
from companies.models import EquivalenciaNit
from tests.claves import emitir_de_nit

API = "/api/api-keys/"
TODOS = tuple(f"apikeys.{verb}_apikeycliente" for verb in ("view", "add", "change"))


@pytest.fixture
def personal(client, crear_personal):
    client.force_login(crear_personal(*TODOS, "inventory.ver_datos_personales"))
    return client


@pytest.fixture
def pedir(personal):
    def pedir(accion, **cuerpo):
        return personal.post(f"{API}{accion}/", cuerpo, "application/json")

    return pedir


def abre(client, texto):
    client.logout()
    return client.get("/api/empresas-servidor/", HTTP_API_KEY=texto).status_code == 200


def test_generar_answers_as_documented(pedir, personal, crear_empresa):
    crear_empresa(anio_fiscal=2024)
    crear_empresa(anio_fiscal=2025)
    answer = pedir("generar_api_key", nit="900.123.456-8", nombre_cliente="Cliente Ejemplo", dias_validez=30)
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["nit"] == "9001234568"
    assert body["nombre_cliente"] == "Cliente Ejemplo"
    assert body["empresas_asociadas"] == 2
    assert body["accion"] == "Creada"
    assert body["mensaje"]
    caducidad, creacion = (datetime.fromisoformat(body[f"fecha_{name}"]) for name in ("caducidad", "creacion"))
    assert timedelta(days=29, hours=23) < caducidad - creacion < timedelta(days=30, hours=1)
    assert keys.leer(body["api_key"], keys.CLIENTE)
    assert abre(personal, body["api_key"])


def test_generar_with_reemplazar_says_actualizada(pedir, emitida):
    body = pedir("generar_api_key", nit="900123456", reemplazar=True).json()
    assert body["accion"] == "Actualizada"
    assert APIKeyCliente.objects.get(activa=True).pk == body["api_key_id"]


def test_generar_takes_everything_that_a_key_has(pedir, empresa):
    wanted = {
        "alcances": ["lectura", "sincronizar"],
        "limite_por_minuto": 7,
        "redes_permitidas": ["10.0.0.0/8"],
        "origenes": ["https://tienda.example.com"],
    }
    body = pedir("generar_api_key", nit="900123456", **wanted).json()
    assert {name: body[name] for name in wanted} == wanted


def test_generar_gives_no_personal_data_that_the_caller_may_not_see(client, crear_personal, empresa):
    client.force_login(crear_personal(*TODOS))
    body = {"nit": "900123456", "alcances": ["lectura", "datos_personales"]}
    answer = client.post(f"{API}generar_api_key/", body, "application/json")
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (400, "datos_personales_ajenos")


@pytest.mark.parametrize(
    ("cuerpo", "status", "codigo"),
    [
        ({}, 400, "dueno_unico"),
        ({"nit": "800197268-4"}, 404, "nit_sin_empresas"),
        ({"nit": "abc"}, 400, "nit_invalido"),
        ({"nit": "900123456", "local": "Centro"}, 400, "dueno_unico"),
        ({"nit": "900123456", "dias_validez": 3651}, 400, "datos_invalidos"),
        ({"nit": "900123456", "dias_validez": 0}, 400, "datos_invalidos"),
        ({"nit": "900123456", "alcances": ["ventas"]}, 400, "alcance_invalido"),
        ({"nit": "900123456", "alcances": ["todo"]}, 400, "datos_invalidos"),
        ({"nit": "900123456", "alcances": []}, 400, "datos_invalidos"),
        ({"nit": "900123456", "redes_permitidas": ["10.0.0.0/64"]}, 400, "red_invalida"),
        ({"nit": "900123456", "origenes": ["*"]}, 400, "origen_invalido"),
        ({"nit": "900123456", "limite_por_minuto": 0}, 400, "datos_invalidos"),
        ({"nit": ["900123456"]}, 400, "datos_invalidos"),
        ({"nit": "900123456", "nombre_cliente": "a\u0007b"}, 400, "texto_invalido"),
    ],
)
def test_generar_refuses_what_is_not_possible(pedir, empresa, cuerpo, status, codigo):
    answer = pedir("generar_api_key", **cuerpo)
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (status, codigo)
    assert not APIKeyCliente.objects.exists()


@pytest.mark.parametrize(
    "campo",
    ["activa", "nit_base", "empresas_asociadas", "identificador", "huella", "pimienta", "usos", "revocada", "sucesora",
     "creada_por", "fecha_caducidad", "api_key", "id"],
)  # fmt: skip
def test_no_body_assigns_what_it_may_not(pedir, emitida, campo):
    other = emitir_de_nit("800197268", "Otro")[0]
    for accion, cuerpo in (
        ("generar_api_key", {"nit": "900123456"}),
        ("revocar_api_key", {"api_key_id": emitida.fila.pk}),
        ("renovar_api_key", {"api_key_id": emitida.fila.pk}),
    ):
        answer = pedir(accion, **cuerpo, **{campo: other.pk})
        assert answer.status_code == 400
        assert list(answer.json()["error"]["campos"]) == [campo]
    assert APIKeyCliente.objects.filter(activa=True).count() == 2


@pytest.mark.parametrize("campo", ["nit", "alcances", "nombre_cliente", "limite_por_minuto"])
def test_renovar_changes_no_right(pedir, emitida, campo):
    answer = pedir("renovar_api_key", api_key_id=emitida.fila.pk, **{campo: "800197268"})
    assert answer.status_code == 400
    assert APIKeyCliente.objects.count() == 1


def test_listar_shows_prefixes_only(personal, emitida):
    answer = personal.get(f"{API}listar_api_keys/")
    body = answer.json()
    assert body["total_api_keys"] == 1
    assert (body["next"], body["previous"]) == (None, None)
    [row] = body["api_keys"]
    assert row["prefijo"] == emitida.clave.texto[:15]
    assert row["empresas_asociadas"] == 1
    assert row["estado"] == "vigente"
    assert not {"api_key", "huella", "pimienta"} & set(row)


def test_listar_filters_and_pages(personal, crear_empresa, emitida):
    crear_empresa(nit="800197268-4")
    for _ in range(3):
        emitir(nit="800197268-4")
    revocar(APIKeyCliente.objects.latest("pk"), por=None)
    listar = lambda **query: personal.get(f"{API}listar_api_keys/", query).json()  # noqa: E731
    assert listar(nit="800.197.268-4")["total_api_keys"] == 3
    assert listar(activa="false")["total_api_keys"] == 1
    first = listar(page_size=3)
    assert (len(first["api_keys"]), first["total_api_keys"]) == (3, 4)
    second = personal.get(first["next"]).json()
    assert [row["api_key_id"] for row in second["api_keys"]] == [emitida.fila.pk]
    assert personal.get(f"{API}listar_api_keys/", {"nit": "x"}).status_code == 400
    assert personal.get(f"{API}listar_api_keys/", {"nada": "x"}).status_code == 400


def test_listar_costs_the_same_for_many(personal, emitida, django_assert_max_num_queries):
    for number in range(5):
        emitir_de_nit(f"80019726{number}", "Otro")
    with django_assert_max_num_queries(10):
        assert personal.get(f"{API}listar_api_keys/").json()["total_api_keys"] == 6


def test_listar_counts_the_companies_of_confirmed_nits(personal, crear_empresa, emitida):
    crear_empresa(nit="9001234568")
    EquivalenciaNit.objects.create(nit_base="900123456", equivale_a="9001234568")
    [row] = personal.get(f"{API}listar_api_keys/").json()["api_keys"]
    assert row["empresas_asociadas"] == emitida.fila.actualizar_empresas_asociadas() == 2


def test_revocar_ends_the_key_at_once(pedir, personal, emitida):
    assert pedir("revocar_api_key", api_key_id=emitida.fila.pk).json()["clave"]["activa"] is False
    again = pedir("revocar_api_key", api_key_id=emitida.fila.pk)
    assert (again.status_code, again.json()["error"]["codigo"]) == (409, "ya_revocada")
    assert not abre(personal, emitida.clave.texto)


@pytest.mark.parametrize("accion", ["revocar_api_key", "renovar_api_key"])
def test_a_key_that_is_not_there_is_404(pedir, accion):
    answer = pedir(accion, api_key_id=999_999_999)
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (404, "clave_inexistente")
    assert pedir(accion, api_key_id=2**63).status_code == 400
    assert pedir(accion).status_code == 400


def test_renovar_hands_over_with_an_overlap(pedir, personal, emitida):
    answer = pedir("renovar_api_key", api_key_id=emitida.fila.pk, dias=30, solape_horas=2)
    body = answer.json()
    assert answer.status_code == 201
    assert (body["accion"], body["nit"]) == ("Actualizada", "9001234568")
    emitida.fila.refresh_from_db()
    assert emitida.fila.sucesora_id == body["api_key_id"]
    assert emitida.fila.fecha_caducidad - timezone.now() <= timedelta(hours=2)
    assert pedir("renovar_api_key", api_key_id=emitida.fila.pk).status_code == 409
    assert abre(personal, emitida.clave.texto)
    assert abre(personal, body["api_key"])


ACCIONES = {
    "generar_api_key": {"nit": "900123456"},
    "revocar_api_key": {"api_key_id": 1},
    "renovar_api_key": {"api_key_id": 1},
    "listar_api_keys": None,
    "estadisticas": None,
}


def llamar(client, accion, cuerpo, **cabeceras):
    if cuerpo is None:
        return client.get(f"{API}{accion}/", **cabeceras)
    return client.post(f"{API}{accion}/", cuerpo, "application/json", **cabeceras)


@pytest.mark.parametrize(("accion", "cuerpo"), ACCIONES.items())
def test_nobody_manages_keys_but_staff_who_may_and_see_all(client, empresa, crear_personal, accion, cuerpo):
    todo = emitir(nit="900123456", alcances=["lectura", "prediccion", "sincronizar", "datos_personales"])
    assert llamar(client, accion, cuerpo).status_code == 401
    assert llamar(client, accion, cuerpo, HTTP_API_KEY=todo.clave.texto).status_code == 403
    limited = crear_personal(*TODOS, solo=[empresa])
    client.force_login(limited)
    assert llamar(client, accion, cuerpo).status_code == 403
    limited.empresas_visibles.all().delete()
    limited.user_permissions.clear()
    assert llamar(client, accion, cuerpo).status_code == 403
    assert APIKeyCliente.objects.filter(activa=True).count() == 1


def validar(client, cuerpo, **cabeceras):
    return client.post(f"{API}validar_api_key/", cuerpo, "application/json", **cabeceras)


def test_validar_answers_as_documented(client, emitida, empresa):
    answer = validar(client, {"api_key": emitida.clave.texto})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["valid"], body["nit"], body["nombre_cliente"]) == (True, "9001234568", "Ortopedia del Valle")
    assert body["total_empresas"] == 1
    assert body["empresas"] == [
        {
            "empresa_servidor_id": empresa.pk,
            "nombre": "Ortopedia del Valle",
            "nit": "9001234568",
            "anio_fiscal": 2025,
            "codigo": "01",
            "preferred_template": None,
            "servidor": "BCE",
        }
    ]


def test_validar_of_a_branch_lists_no_company(client, empresa):
    body = validar(client, {"api_key": emitir(id_sucursal="7").clave.texto}).json()
    assert (body["valid"], body["empresas"], body["total_empresas"]) == (True, [], 0)


@pytest.mark.parametrize("cuerpo", [{}, {"api_key": ""}, {"api_key": None}, {"api_key": ["x"]}, {"otra": 1}, []])
def test_validar_without_a_key_is_400(client, db, cuerpo):
    assert validar(client, cuerpo).status_code == 400


def test_validar_never_says_why_not(client, emitida, settings):
    settings.VALIDACIONES_POR_MINUTO = 100
    wrong = [keys.nueva(keys.CLIENTE).texto, "sk_corta", emitida.clave.texto[:-1], "ñ" * 54, "a" * 1_000_000]
    answers = [validar(client, {"api_key": texto}) for texto in wrong]
    for cambio in (
        {"redes_permitidas": ["10.0.0.0/8"]},
        {"fecha_caducidad": timezone.now() - timedelta(days=1)},
        {"activa": False},
    ):
        APIKeyCliente.objects.update(**cambio)
        answers.append(validar(client, {"api_key": emitida.clave.texto}))
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["valid"] is False
    motivos = set(IntentoRechazado.objects.values_list("motivo", flat=True))
    assert motivos == {"desconocida", "formato", "red", "caducada", "revocada"}


def test_validar_is_throttled_by_address(client, emitida, settings, contadores):
    settings.VALIDACIONES_POR_MINUTO = 2
    cuerpo = {"api_key": emitida.clave.texto}
    codes = [validar(client, cuerpo, REMOTE_ADDR="10.7.7.7").status_code for _ in range(3)]
    other = validar(client, cuerpo, REMOTE_ADDR="10.7.7.8").status_code
    if contadores == "archivo":  # the Redis is shared with other tests
        assert (codes, other) == ([200, 200, 429], 200)
    assert codes[-1] == 429


def test_validar_counts_against_the_limit_of_the_key(client, empresa):
    cuerpo = {"api_key": emitir(nit="900123456", limite_por_minuto=1).clave.texto}
    assert [validar(client, cuerpo).status_code for _ in range(2)] == [200, 429]


def test_mi_clave_tells_a_key_of_itself(client, empresa):
    emitida = emitir(local="Centro")
    body = client.get(f"{API}mi_clave/", HTTP_API_KEY=emitida.clave.texto).json()
    assert body["prefijo"] == emitida.clave.texto[:15]
    assert (body["local"], body["alcances"], body["empresas_asociadas"]) == ("Centro", ["cajas"], 0)
    assert not {"huella", "pimienta", "api_key", "creada_por"} & set(body)


def test_mi_clave_is_for_keys(personal):
    assert personal.get(f"{API}mi_clave/").status_code == 403
    personal.logout()
    assert personal.get(f"{API}mi_clave/").status_code == 401


def test_estadisticas_count_states_and_refusals(personal, crear_empresa, empresa):
    keys_ = [emitir(nit="900123456") for _ in range(4)]
    emitir(nit="900123456", dias_validez=5)
    revocar(keys_[0].fila, por=None)
    renovar(keys_[1].fila, solape=timedelta(hours=1), por=None)
    renovar(keys_[2].fila, por=None)
    APIKeyCliente.objects.filter(pk=keys_[3].fila.pk).update(usos=5, ultimo_uso=timezone.now())
    IntentoRechazado.objects.create(minuto=timezone.now(), direccion="10.0.0.1", motivo="formato", ruta="/", veces=3)
    IntentoRechazado.objects.create(
        minuto=timezone.now() - timedelta(hours=5), direccion="10.0.0.1", motivo="secreto", ruta="/"
    )
    body = personal.get(f"{API}estadisticas/").json()
    assert body["total_api_keys"] == 7
    assert body["por_estado"] == {
        "vigente": 3, "pronto": 1, "solape": 1, "caducada": 0, "sucedida": 1, "revocada": 1,
    }  # fmt: skip
    assert (body["usos"], body["usadas_ultimos_30_dias"], body["sin_usar"]) == (5, 1, 6)
    assert (body["rechazos_ultima_hora"], body["rechazos_ultimo_dia"]) == (3, 4)
    assert body["rechazos_por_motivo"] == {"formato": 3, "secreto": 1}
