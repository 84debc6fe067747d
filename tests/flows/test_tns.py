"""The first thing that the back office must do, as a program sees it: from a server to movements one can trust."""

from collections import Counter
from decimal import Decimal

import pytest

from desk.demo.checking import diferencias
from desk.demo.tns import CENTRAL, COSTA

pytestmark = pytest.mark.django_db


def _registrar(api, firebird, instalacion, nombre):
    return api.post(
        "/api/servidores/",
        status=201,
        nombre=nombre,
        host="127.0.0.1",
        puerto=firebird.port,
        usuario=firebird.usuario,
        password=firebird.password,
        tipo_servidor="FIREBIRD",
        ruta_maestra=instalacion.maestras[nombre],
    )


def _descubrir(api, trabajar, servidor):
    asked = api.post("/api/sistema/descubrir_empresas/", status=202, servidor_id=servidor["id"])
    assert asked["estado"] == "procesando"
    trabajar()
    return api.get(asked["endpoint_progreso"].split("?")[0], task_id=asked["task_id"])


def _extraer(api, trabajar, empresa, **options):
    asked = api.post("/api/sistema/extraer_datos/", status=202, empresa_servidor_id=empresa["id"], **options)
    trabajar()
    return api.get("/api/sistema/estado-extraccion/", task_id=asked["task_id"])


def _empresa(api, nit, anio):
    [empresa] = api.get("/api/empresas-servidor/", nit=nit, anio_fiscal=anio)["results"]
    return empresa


def test_tns_flow_from_registering_to_reading(api, trabajar, firebird, instalacion_tns):
    central = _registrar(api, firebird, instalacion_tns, CENTRAL)
    assert api.post(f"/api/servidores/{central['id']}/probar/", status=200)["correcto"] is True

    found = _descubrir(api, trabajar, central)
    assert found["status"] == "SUCCESS"
    assert Counter(e["accion"] for e in found["empresas"]) == instalacion_tns.verdad.acciones(CENTRAL)

    empresa = _empresa(api, "900123456", 2025)
    done = _extraer(api, trabajar, empresa)
    truth = instalacion_tns.verdad.datos["900123456", 2025]
    assert done["result"]["estado"] == "exito"
    assert done["result"]["registros_guardados"] == truth.total.filas
    assert done["result"]["chunks_procesados"] == 12

    rows = list(api.pages("/api/movimientos/", empresa_servidor_id=empresa["id"], page_size=50))
    assert len({row["clave_origen"] for row in rows}) == len(rows) == truth.total.filas
    assert sum(Decimal(row["cantidad"]) for row in rows) == truth.total.cantidad
    assert sum(Decimal(row["valor_total"]) for row in rows) == truth.total.valor


def test_tns_flow_keeps_every_company_as_its_source_has_it(api, trabajar, firebird, instalacion_tns):
    for nombre in (CENTRAL, COSTA):
        _descubrir(api, trabajar, _registrar(api, firebird, instalacion_tns, nombre))
    for empresa in api.pages("/api/empresas-servidor/"):
        _extraer(api, trabajar, empresa)
    assert diferencias(instalacion_tns.verdad) == []


def test_tns_flow_names_the_server_that_holds_a_company(api, trabajar, firebird, instalacion_tns):
    _descubrir(api, trabajar, _registrar(api, firebird, instalacion_tns, CENTRAL))
    found = _descubrir(api, trabajar, _registrar(api, firebird, instalacion_tns, COSTA))
    [skipped] = [e for e in found["empresas"] if e["accion"] == "omitida"]
    assert skipped["servidor"] == CENTRAL


def test_tns_flow_changes_nothing_when_it_is_repeated(api, trabajar, firebird, instalacion_tns):
    central = _registrar(api, firebird, instalacion_tns, CENTRAL)
    _descubrir(api, trabajar, central)
    assert {e["accion"] for e in _descubrir(api, trabajar, central)["empresas"]} == {
        "sin_cambios", "omitida", "rechazada",
    }  # fmt: skip
    empresa = _empresa(api, "830555111", 2025)
    _extraer(api, trabajar, empresa)
    again = _extraer(api, trabajar, empresa)
    assert again["result"]["estado"] == "ya_extraido"
    forced = _extraer(api, trabajar, empresa, forzar_reextraccion=True)
    run = api.get(f"/api/sistema/ejecuciones/{forced['task_id']}/")
    truth = instalacion_tns.verdad.datos["830555111", 2025]
    assert run["conteos"]["sin_cambios"] == truth.total.filas
    assert run["conteos"]["creadas"] == run["conteos"]["actualizadas"] == 0


def test_tns_flow_finds_the_last_minute_of_a_month(api, trabajar, firebird, instalacion_tns):
    _descubrir(api, trabajar, _registrar(api, firebird, instalacion_tns, CENTRAL))
    empresa = _empresa(api, "900123456", 2025)
    _extraer(api, trabajar, empresa, fecha_inicio="2025-12-01", fecha_fin="2025-12-31")
    last = api.get(
        "/api/movimientos/", empresa_servidor_id=empresa["id"], fecha_desde="2025-12-31", fecha_hasta="2025-12-31"
    )
    assert "23:59:30" in {row["hora"] for row in last["results"]}


def test_tns_flow_hides_companies_from_a_limited_user(api, trabajar, firebird, instalacion_tns, limitado):
    _descubrir(api, trabajar, _registrar(api, firebird, instalacion_tns, CENTRAL))
    empresa, otra = _empresa(api, "900123456", 2025), _empresa(api, "830555111", 2025)
    _extraer(api, trabajar, empresa, fecha_inicio="2025-03-01", fecha_fin="2025-03-31")
    api.client.force_login(limitado(otra["id"]))
    api.get(f"/api/empresas-servidor/{empresa['id']}/", status=404)
    assert [e["id"] for e in api.pages("/api/empresas-servidor/")] == [otra["id"]]
    assert list(api.pages("/api/movimientos/")) == []
