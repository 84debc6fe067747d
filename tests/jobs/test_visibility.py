"""A client's key reaches the runs that it started, and no others; what was one's alone only that one repeats."""

import pytest

from apikeys.models import APIKeyCliente
from jobs.models import Ejecucion, Estado
from jobs.visibility import puede_mandar, puede_repetir

pytestmark = pytest.mark.django_db

BASE = "/api/sistema/ejecuciones/"


@pytest.fixture
def cabecera(clave_de):
    return clave_de("900123456")


@pytest.fixture
def solicitante(cabecera):
    return f"clave:{APIKeyCliente.objects.get().identificador}"


@pytest.fixture
def propia(crear_run, solicitante):
    return crear_run(solicitada_con=solicitante)


@pytest.fixture
def ajenas(crear_run, admin):
    return [crear_run(), crear_run(solicitada_por=admin), crear_run(solicitada_con="clave:otraotraotra")]


def test_a_key_lists_the_runs_that_it_started(client, cabecera, propia, ajenas):
    assert [row["id"] for row in client.get(BASE, **cabecera).json()["results"]] == [propia.task_id]
    assert client.get(f"{BASE}{propia.pk}/", **cabecera).json()["id"] == propia.task_id


def test_a_key_finds_no_run_of_another(client, cabecera, propia, ajenas):
    for run in ajenas:
        assert client.get(f"{BASE}{run.pk}/", **cabecera).status_code == 404
        assert client.post(f"{BASE}{run.pk}/cancelar/", **cabecera).status_code == 404
        assert client.post(f"{BASE}{run.pk}/repetir/", **cabecera).status_code == 404
        assert client.get(f"/api/sistema/estado-extraccion/?task_id={run.pk}", **cabecera).status_code == 404
    assert Ejecucion.objects.filter(cancelacion_solicitada=True).count() == 0


def test_a_key_cancels_and_repeats_its_own(client, cabecera, propia, solicitante):
    assert client.post(f"{BASE}{propia.pk}/cancelar/", **cabecera).json()["estado"] == Estado.CANCELADA
    again = client.post(f"{BASE}{propia.pk}/repetir/", **cabecera)
    assert again.status_code == 202
    assert Ejecucion.objects.get(pk=again.json()["task_id"]).solicitada_con == solicitante


def test_a_key_without_a_name_sees_nothing(client, cabecera, crear_run):
    crear_run(solicitada_con="")
    assert client.get(BASE, **cabecera).json()["results"] == []


def test_staff_cancel_an_export_of_another_but_do_not_repeat_it(admin, lector, crear_run):
    run = crear_run(tipo="exportar", solicitada_por=lector)
    assert puede_mandar(run, admin)
    assert not puede_repetir(run, admin)
    assert puede_repetir(run, lector)


def test_the_admin_refuses_to_repeat_an_export_of_another(client, admin, lector, crear_run):
    run = crear_run(tipo="exportar", solicitada_por=lector, estado=Estado.COMPLETADA)
    client.force_login(admin)
    page = f"/admin/jobs/ejecucion/{run.pk}/"
    assert "Repetir" not in client.get(f"{page}change/").text
    assert client.post(f"{page}repetir/").status_code == 403
