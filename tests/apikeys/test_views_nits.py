"""The médico de NIT over the API: for staff who may see keys and every company, and nobody else."""

import pytest

from companies.models import EquivalenciaNit

MEDICO, CONFIRMAR, RETIRAR = (f"/api/api-keys/{name}/" for name in ("medico_de_nit", "confirmar_nit", "retirar_nit"))
PAR = {"nit": "900123456", "otro": "9001234568"}


@pytest.fixture
def glued(crear_empresa):
    return crear_empresa("9001234568")


def test_medico_tells_what_is_seen_and_what_is_not(client, admin, glued, crear_empresa):
    crear_empresa("900123456-7")
    client.force_login(admin)
    body = client.get(MEDICO, {"nit": "900.123.456-7"}).json()
    assert (body["nit"], body["nit_base"], body["dv_valido"], body["dv_esperado"]) == (
        "900.123.456-7", "900123456", False, "8",
    )  # fmt: skip
    assert [(e["nit_base"], e["dv_valido"]) for e in body["veria"]] == [("900123456", False)]
    [casi] = body["casi"]
    assert (casi["nit_base"], casi["motivo"]) == ("9001234568", "dv_pegado_en_la_empresa")
    assert [e["id"] for e in casi["empresas"]] == [glued.pk]


@pytest.mark.parametrize("query", [{}, {"nit": ""}, {"nit": "x"}, {"nit": "1" * 60}])
def test_medico_answers_400_to_what_is_no_nit(client, admin, query):
    client.force_login(admin)
    assert client.get(MEDICO, query).status_code == 400


def test_confirming_and_withdrawing_answer_what_is_seen_now(client, admin, glued):
    client.force_login(admin)
    assert [e["id"] for e in client.post(CONFIRMAR, PAR, "application/json").json()["veria"]] == [glued.pk]
    assert client.post(RETIRAR, PAR, "application/json").json()["veria"] == []
    assert not EquivalenciaNit.objects.exists()


def test_confirming_another_number_answers_400(client, admin, glued):
    client.force_login(admin)
    answer = client.post(CONFIRMAR, PAR | {"otro": "860034313"}, "application/json")
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (400, "no_es_casi")


@pytest.mark.parametrize("permisos", [(), ("companies.view_empresaservidor",), ("apikeys.view_apikeycliente",)])
def test_confirming_asks_for_its_own_permission(client, crear_personal, glued, permisos):
    client.force_login(crear_personal(*permisos))
    assert client.get(MEDICO, {"nit": "9"}).status_code == (200 if "apikeys.view_apikeycliente" in permisos else 403)
    assert {client.post(path, PAR, "application/json").status_code for path in (CONFIRMAR, RETIRAR)} == {403}


def test_a_limited_person_sees_no_other_companies_through_it(client, crear_personal, glued, crear_empresa):
    permisos = ("apikeys.view_apikeycliente", "companies.add_equivalencianit", "companies.delete_equivalencianit")
    client.force_login(crear_personal(*permisos, solo=[crear_empresa("860034313-7")]))
    assert client.get(MEDICO, {"nit": "900123456"}).status_code == 403
    assert {client.post(path, PAR, "application/json").status_code for path in (CONFIRMAR, RETIRAR)} == {403}


def test_a_key_examines_nothing(client, clave_de, glued):
    header = clave_de("900123456")
    assert client.get(MEDICO, {"nit": "900123456"}, **header).status_code == 403
    assert client.post(CONFIRMAR, PAR, "application/json", **header).status_code == 403
