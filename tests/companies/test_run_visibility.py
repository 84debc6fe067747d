"""A user who is limited to companies learns nothing of the others from runs, on any page or endpoint."""

import pytest

from companies import discovery
from inventory import extraction
from jobs.models import Ejecucion, Estado
from jobs.visibility import visibles

PERMISOS = ("jobs.view_ejecucion", "jobs.change_ejecucion", "companies.change_empresaservidor")


@pytest.fixture
def ajena(crear_empresa):
    return crear_empresa("800197268-4", codigo="02", nombre="Ajena")


@pytest.fixture
def limitada(empresa, crear_limitado):
    return crear_limitado(empresa, permisos=PERMISOS)


def terminada(tipo, clave, **campos):
    resultado = {"empresas": [{"empresa": "Ajena"}]}
    return Ejecucion.objects.create(
        tipo=tipo, clave=clave, tarea="t", estado=Estado.COMPLETADA, resultado=resultado, **campos
    )


@pytest.fixture
def ocultas(ajena, servidor, limitada):
    return [
        terminada(extraction.TRABAJO.tipo, f"empresa:{ajena.pk}"),
        terminada(discovery.TRABAJO.tipo, f"servidor:{servidor.pk}", solicitada_por=limitada),  # before the limits
        terminada("otra", "contifico:products"),
    ]


@pytest.fixture
def propias(empresa, limitada):
    return [
        terminada(extraction.TRABAJO.tipo, f"empresa:{empresa.pk}"),
        terminada("otra", "contifico:products", solicitada_por=limitada),
    ]


def test_visibles_leaves_a_limited_user_the_runs_on_the_own_companies(limitada, propias, ocultas):
    assert {run.pk for run in visibles(Ejecucion.objects.all(), limitada)} == {run.pk for run in propias}


def test_visibles_leaves_an_unlimited_user_every_run(admin, ocultas, propias):
    assert visibles(Ejecucion.objects.all(), admin).count() == len(ocultas) + len(propias)


def test_no_endpoint_tells_a_limited_user_of_foreign_runs(client, limitada, propias, ocultas):
    client.force_login(limitada)
    listed = client.get("/api/sistema/ejecuciones/").json()["results"]
    assert {run["task_id"] for run in listed} == {run.task_id for run in propias}
    for run in ocultas:
        assert client.get(f"/api/sistema/ejecuciones/{run.pk}/").status_code == 404
        assert client.post(f"/api/sistema/ejecuciones/{run.pk}/repetir/").status_code == 404
        assert client.post(f"/api/sistema/ejecuciones/{run.pk}/cancelar/").status_code == 404
    assert client.get(f"/api/sistema/estado-extraccion/?task_id={ocultas[0].pk}").status_code == 404
    assert client.get(f"/api/sistema/estado-extraccion/?task_id={propias[0].pk}").status_code == 200


def test_no_admin_page_tells_a_limited_user_of_foreign_runs(client, limitada, propias, ocultas):
    client.force_login(limitada)
    export = b"".join(client.post("/admin/jobs/ejecucion/exportar/").streaming_content).decode()
    pages = [client.get("/admin/").text, client.get("/admin/jobs/ejecucion/").text, export]
    assert not [page for page in pages for run in ocultas[:2] if run.clave in page or run.task_id in page]
    assert propias[0].clave in export
    for run in ocultas:
        assert "Ajena" not in client.get(f"/admin/jobs/ejecucion/{run.pk}/change/", follow=True).text
        assert client.post(f"/admin/jobs/ejecucion/{run.pk}/repetir/").status_code == 404
    assert Ejecucion.objects.count() == len(propias) + len(ocultas)
