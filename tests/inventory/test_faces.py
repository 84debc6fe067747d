"""The faces of extraction and reconciliation: API, commands, tasks, schedule."""

import io
import json
from contextlib import nullcontext

import pytest
from celery import current_app
from django.contrib.auth.models import Permission
from django.core.management import call_command

from companies.models import EmpresaServidor, UsuarioEmpresa
from config.schedule import HORARIO
from inventory import extraction, session, tasks
from inventory.models import MovimientoInventario, VentanaExtraccion
from jobs.models import Ejecucion, Estado
from jobs.running import ejecutar
from tests.programs import usar_broker

EXTRAER = "/api/sistema/extraer_datos/"


@pytest.fixture(autouse=True)
def _sin_pausas(monkeypatch, tmp_path):
    monkeypatch.setattr(session, "PAUSAS", ())
    usar_broker(tmp_path / "broker")


@pytest.fixture
def cliente(client, admin):
    client.force_login(admin)
    return client


def pedir(client, url, **body):
    return client.post(url, body, content_type="application/json")


def test_post_extraer_answers_202_as_documented(cliente, empresa_tns, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as sent:
        answer = pedir(
            cliente, EXTRAER, empresa_servidor_id=empresa_tns.pk, fecha_inicio="2024-01-01", fecha_fin="2024-12-31"
        )
    assert answer.status_code == 202
    run = Ejecucion.objects.get()
    assert answer.json() == {
        "estado": "procesando",
        "task_id": run.task_id,
        "mensaje": f"Se extraen los movimientos de {empresa_tns}.",
        "endpoint_progreso": f"/api/sistema/estado-extraccion/?task_id={run.task_id}",
    }
    assert len(sent) == 1
    assert (run.cola, run.solicitada_por.username) == ("fuentes", "admin")


def test_post_extraer_without_dates_means_the_fiscal_year(cliente, empresa_tns):
    assert pedir(cliente, EXTRAER, empresa_servidor_id=empresa_tns.pk).status_code == 202
    assert Ejecucion.objects.get().parametros == {
        "empresa": empresa_tns.pk, "inicio": "2024-01-01", "fin": "2024-12-31", "forzar": False,
    }  # fmt: skip


def test_post_extraer_twice_gives_the_run_that_is_there(cliente, empresa_tns):
    first = pedir(cliente, EXTRAER, empresa_servidor_id=empresa_tns.pk).json()
    assert pedir(cliente, EXTRAER, empresa_servidor_id=empresa_tns.pk).json() == first
    answer = pedir(cliente, EXTRAER, empresa_servidor_id=empresa_tns.pk, forzar_reextraccion=True)
    assert answer.status_code == 409
    assert answer.json()["error"]["codigo"] == "ya_en_curso"
    assert answer.json()["error"]["task_id"] == first["task_id"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"empresa_servidor_id": "x"}, {"fecha_inicio": "2024-13-01"}, {"fecha_fin": "ayer"},
        {"fecha_inicio": "2024-02-01", "fecha_fin": "2024-01-01"}, {"fecha_fin": "9999-12-31"},
        {"forzar_reextraccion": "tal vez"},
    ],
)  # fmt: skip
def test_post_extraer_refuses_bad_input(cliente, empresa_tns, body):
    body = {"empresa_servidor_id": empresa_tns.pk} | body if body else body
    answer = pedir(cliente, EXTRAER, **body)
    assert answer.status_code == 400
    assert set(answer.json()["error"]) >= {"codigo", "mensaje", "remedio", "campos"}
    assert not Ejecucion.objects.exists()


@pytest.mark.parametrize("url", [EXTRAER, "/api/sistema/cuadrar/"])
def test_post_knows_only_companies_that_the_caller_sees(client, django_user_model, empresa_tns, crear_empresa, url):
    user = django_user_model.objects.create_user("operadora", is_staff=True)
    client.force_login(user)
    assert pedir(client, url, empresa_servidor_id=empresa_tns.pk).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="change_empresaservidor"))
    UsuarioEmpresa.objects.create(usuario=user, empresa=crear_empresa())
    assert pedir(client, url, empresa_servidor_id=empresa_tns.pk).status_code == 404
    UsuarioEmpresa.objects.create(usuario=user, empresa=empresa_tns)
    assert pedir(client, url, empresa_servidor_id=empresa_tns.pk).status_code == 202


def test_post_extraer_refuses_anonymous_callers(client, empresa_tns):
    assert pedir(client, EXTRAER, empresa_servidor_id=empresa_tns.pk).status_code in {401, 403}


def test_post_extraer_refuses_an_inactive_company(cliente, empresa_tns):
    EmpresaServidor.objects.update(estado="INACTIVO")
    answer = pedir(cliente, EXTRAER, empresa_servidor_id=empresa_tns.pk)
    assert (answer.status_code, answer.json()["error"]["codigo"]) == (400, "empresa_inactiva")


def test_get_estado_extraccion_holds_the_documented_result(cliente, fuente, empresa_tns, correr):
    fuente.documento("2024-01-10")
    run = correr(extraction, empresa_tns)
    answer = cliente.get(f"/api/sistema/estado-extraccion/?task_id={run.task_id}").json()
    assert answer["status"] == "SUCCESS"
    result = answer["result"]
    assert (result["estado"], result["registros_guardados"], result["total_encontrados"]) == ("exito", 1, 1)
    assert result["chunks_procesados"] == 12
    assert cliente.get("/api/sistema/estado-extraccion/").status_code == 400


def test_get_estado_extraccion_of_a_failed_run_says_error(cliente, empresa_tns, correr):
    empresa_tns.servidor.puerto = 1
    empresa_tns.servidor.save()
    run = correr(extraction, empresa_tns)
    answer = cliente.get(f"/api/sistema/estado-extraccion?task_id={run.task_id}").json()
    assert answer["status"] == "ERROR"
    assert answer["result"] == {
        "estado": "error", "registros_guardados": 0, "total_encontrados": 0, "chunks_procesados": 0,
    }  # fmt: skip
    assert answer["error"]["codigo"] == "conexion_rechazada"


def mandar(*args, status=0):
    out = io.StringIO()
    with pytest.raises(SystemExit) if status else nullcontext() as end:
        call_command(*args, stdout=out, stderr=out)
    assert not status or end.value.code == status
    return out.getvalue()


def test_extraer_datos_command_prints_json(fuente, empresa_tns):
    fuente.documento("2024-01-10")
    dates = ("--desde", "2024-01-01", "--hasta", "2024-01-31")
    out = mandar("extraer_datos", "--empresa", str(empresa_tns.pk), *dates, "--json")
    assert json.loads(out)["resultado"]["registros_guardados"] == 1


def test_commands_do_all_companies_and_tell_the_worst(fuente, empresa_tns, crear_empresa):
    fuente.documento("2024-01-10")
    broken = crear_empresa(servidor=empresa_tns.servidor, ruta_base="/no/existe.gdb", anio_fiscal=2024)
    crear_empresa(servidor=empresa_tns.servidor, ruta_base="/no/existe.gdb", estado="INACTIVO")
    mandar("extraer_datos", "--todas", status=1)
    assert MovimientoInventario.objects.count() == 1
    assert Ejecucion.objects.count() == 2
    broken.delete()
    mandar("cuadrar", "--todas")
    mandar("cuadrar", "--empresa", str(empresa_tns.pk))


def test_commands_refuse_an_unknown_company(db):
    assert "empresa_inexistente" in mandar("extraer_datos", "--empresa", "999", status=1)


def test_tasks_do_the_run(fuente, empresa_tns):
    run, _ = extraction.solicitar(empresa_tns, encolar=False)
    tasks.extraer_datos_task(run.task_id)
    run.refresh_from_db()
    assert run.estado == Estado.COMPLETADA
    assert VentanaExtraccion.objects.count() == 12


def test_nightly_tasks_ask_for_every_active_company(empresa_tns, crear_empresa):
    crear_empresa(servidor=empresa_tns.servidor, estado="INACTIVO")
    busy, _ = extraction.solicitar(empresa_tns, forzar=True, encolar=False)
    other = crear_empresa(servidor=empresa_tns.servidor)
    assert tasks.extraer_todas_task() == 1
    assert tasks.extraer_todas_task() == 0
    assert tasks.cuadrar_todas_task() == 2
    kinds = set(Ejecucion.objects.values_list("tipo", "clave"))
    assert kinds == {
        (tipo, f"empresa:{pk}")
        for tipo in ("extraer_datos", "cuadrar")
        for pk in (busy.parametros["empresa"], other.pk)
    }


def test_schedule_names_tasks_that_there_are():
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in HORARIO.values()} <= set(current_app.tasks)


def test_a_company_that_is_gone_fails_clearly(empresa_tns):
    run, _ = extraction.solicitar(empresa_tns, encolar=False)
    empresa_tns.delete()
    assert ejecutar(run.pk, extraction.cumplir).error["codigo"] == "empresa_inexistente"
