"""Requests that say `esperar`: the answer is the run's end, done by a real worker meanwhile."""

from time import monotonic

import pytest

from desk.demo.tns import CENTRAL
from inventory.models import MovimientoInventario

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def servidor(api, firebird, instalacion_tns):
    return api.post(
        "/api/servidores/", status=201, nombre=CENTRAL, host="127.0.0.1", puerto=firebird.port,
        usuario=firebird.usuario, password=firebird.password, tipo_servidor="FIREBIRD",
        ruta_maestra=instalacion_tns.maestras[CENTRAL],
    )  # fmt: skip


def test_esperar_answers_with_the_end_of_discovery_extraction_and_reconciliation(
    programas, api, servidor, instalacion_tns
):
    programas.worker()
    found = api.post("/api/sistema/descubrir_empresas/?esperar=true", status=200, servidor_id=servidor["id"])
    assert (found["status"], found["error"]) == ("SUCCESS", None)
    assert found["total_empresas"] == len(found["empresas"]) > 0

    [empresa] = api.get("/api/empresas-servidor/", nit="900123456", anio_fiscal=2025)["results"]
    done = api.post("/api/sistema/extraer_datos/", status=200, empresa_servidor_id=empresa["id"], esperar=True)
    assert (done["status"], done["result"]["estado"]) == ("SUCCESS", "exito")
    stored = MovimientoInventario.objects.filter(empresa_servidor=empresa["id"]).count()
    assert done["result"]["registros_guardados"] == stored > 0
    assert done == api.get("/api/sistema/estado-extraccion/", task_id=done["task_id"])

    even = api.post("/api/sistema/cuadrar/", status=200, empresa_servidor_id=empresa["id"], esperar=1)
    assert even["result"]["estado"] == "cuadrado"


def test_esperar_answers_with_the_error_of_a_run_that_failed(programas, api, servidor):
    programas.worker()
    api.client.patch(f"/api/servidores/{servidor['id']}/", {"password": "otra"}, content_type="application/json")
    done = api.post("/api/sistema/descubrir_empresas/", status=200, servidor_id=servidor["id"], esperar=True)
    assert (done["status"], done["estado"]) == ("ERROR", "fallida")
    assert done["error"]["remedio"]


def test_esperar_answers_202_where_the_run_takes_longer(programas, api, servidor, settings):
    settings.ESPERA_MAXIMA_SEGUNDOS = 1
    begun = monotonic()
    asked = api.post("/api/sistema/descubrir_empresas/", status=202, servidor_id=servidor["id"], esperar=True)
    assert 1 <= monotonic() - begun < 5
    assert asked["estado"] == "procesando"
    again = api.post("/api/sistema/descubrir_empresas/", status=202, servidor_id=servidor["id"])
    assert again["task_id"] == asked["task_id"]
