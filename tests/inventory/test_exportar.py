"""Whole lists taken away: at once or by a run, with the rights that the requester has then and when it is fetched."""

import csv
import hashlib
import io
from datetime import date, timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apikeys.issuing import emitir_ficha
from apikeys.models import APIKeyCliente
from companies.models import EmpresaServidor, UsuarioEmpresa
from inventory.models import MovimientoInventario
from jobs import exports
from jobs.models import Ejecucion, Estado, Exportacion, TrozoExportacion
from jobs.running import ejecutar

pytestmark = pytest.mark.django_db

MOVIMIENTOS = "/api/movimientos/exportar/"
ESTADO = "/api/sistema/estado-exportacion/"


@pytest.fixture
def cabecera(clave_de, empresa):
    return clave_de(empresa.nit)


@pytest.fixture
def todo_en_ejecucion(settings):
    settings.EXPORTACION_DIRECTA_FILAS = 0


@pytest.fixture
def exportar(client, todo_en_ejecucion):
    """A function that asks for an export, does its run and gives its state as the API tells it."""

    def hacer(ruta=MOVIMIENTOS, cabecera=None, estado=Estado.COMPLETADA):
        cabecera = cabecera or {}
        aceptada = client.post(ruta, content_type="application/json", **cabecera)
        assert aceptada.status_code == 202, aceptada.content
        run = ejecutar(aceptada.json()["task_id"], exports.cumplir)
        assert run.estado == estado, run.error
        return client.get(aceptada.json()["endpoint_progreso"], **cabecera).json()

    return hacer


def bajar(enlace, **cabecera):
    partes = urlsplit(enlace)
    return Client().get(partes.path, **cabecera)


def leer(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def claves(response):
    return [fila["clave_origen"] for fila in leer(response)]


def en_vivo(client, cabecera):
    return [fila["clave_origen"] for fila in client.get("/api/movimientos/", **cabecera).json()["results"]]


def test_a_small_list_goes_out_at_once(client, cabecera, crear_movimiento):
    crear_movimiento(clave_origen="K:1", documento="OTRO")
    crear_movimiento(clave_origen="K:2")
    response = client.get(f"{MOVIMIENTOS}?documento=FV-00-1&campos=clave_origen,cantidad", **cabecera)
    assert leer(response) == [{"clave_origen": "K:2", "cantidad": "2.5000"}]
    assert response["Cache-Control"] == "no-store, private"
    assert Ejecucion.objects.count() == 0


def test_a_list_one_row_longer_becomes_a_run(client, cabecera, crear_movimiento, settings):
    settings.EXPORTACION_DIRECTA_FILAS = 2
    for _ in range(2):
        crear_movimiento()
    assert client.get(MOVIMIENTOS, **cabecera).status_code == 200
    crear_movimiento()
    assert client.get(MOVIMIENTOS, **cabecera).status_code == 202


def test_a_key_takes_its_list_away_by_a_run(client, cabecera, crear_movimiento, exportar):
    for number in range(5):
        crear_movimiento(articulo_nombre="=1+1" if number else "Tornillo")
    estado = exportar(cabecera=cabecera)
    response = bajar(estado["enlace"])
    body = response.getvalue()
    assert claves(bajar(estado["enlace"])) == en_vivo(client, cabecera)
    assert (estado["status"], estado["filas"], estado["tamano"]) == ("SUCCESS", 5, len(body))
    assert estado["sha256"] == hashlib.sha256(body).hexdigest()
    assert response["Content-Length"] == str(len(body))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith('attachment; filename="movimientos.csv"')
    assert b"'=1+1" in body


def test_a_session_asks_for_a_run_by_post_only(admin, todo_en_ejecucion, crear_movimiento):
    crear_movimiento()
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    for metodo, codigo in ((client.get, "pida_con_post"), (client.post, "csrf")):
        answer = metodo(MOVIMIENTOS)
        assert (answer.status_code, answer.json()["error"]["codigo"]) == (403, codigo)
    assert Ejecucion.objects.count() == 0


def test_post_asks_for_a_run_with_its_filters_in_the_body(client, cabecera, crear_movimiento):
    crear_movimiento(clave_origen="K:1", documento="OTRO")
    crear_movimiento(clave_origen="K:2")
    aceptada = client.post(MOVIMIENTOS, {"documento": "OTRO", "formato": "xlsx"}, "application/json", **cabecera)
    run = Ejecucion.objects.get(pk=aceptada.json()["task_id"])
    assert run.parametros == {"lista": "movimientos", "formato": "xlsx", "filtros": {"documento": ["OTRO"]}}
    assert ejecutar(run.pk, exports.cumplir).resultado["filas_escritas"] == 1


@pytest.mark.parametrize("lista", ["articulos", "existencias", "ventanas"])
def test_the_other_lists_are_exportable(client, cabecera, lista):
    response = client.get(f"/api/{lista}/exportar/?formato=xlsx", **cabecera)
    assert response.status_code == 200
    assert response.getvalue().startswith(b"PK")


def test_the_order_asked_for_is_that_of_the_file(client, cabecera, crear_movimiento, exportar):
    for number in range(3):
        crear_movimiento(clave_origen=f"K:{number}")
    estado = exportar(f"{MOVIMIENTOS}?ordering=fecha", cabecera)
    assert claves(bajar(estado["enlace"])) == ["K:0", "K:1", "K:2"]


@pytest.mark.parametrize(
    "query", ["documente=x", "page_size=5", "cursor=x", "fecha_desde=ayer", "campos=paciente", "formato=pdf"]
)
def test_a_bad_parameter_starts_nothing(client, cabecera, todo_en_ejecucion, crear_movimiento, query):
    crear_movimiento()
    assert client.get(f"{MOVIMIENTOS}?{query}", **cabecera).status_code == 400
    assert client.post(f"{MOVIMIENTOS}?{query}", {}, "application/json", **cabecera).status_code == 400
    assert Ejecucion.objects.count() == 0


@pytest.mark.parametrize("cuerpo", ["[]", '{"documento": {"a": 1}}', '{"documento": null}'])
def test_a_bad_body_answers_400(client, cabecera, cuerpo):
    assert client.post(MOVIMIENTOS, cuerpo, "application/json", **cabecera).status_code == 400


def test_head_starts_nothing(client, cabecera):
    assert client.head(MOVIMIENTOS, **cabecera).status_code == 405


def test_nobody_exports_without_a_credential(client):
    assert client.get(MOVIMIENTOS).status_code == 401
    assert client.post(MOVIMIENTOS).status_code == 401


def test_a_key_without_the_scope_exports_nothing(client, clave_de, empresa):
    cabecera = clave_de(empresa.nit, alcances=["ventas"])
    assert client.get(MOVIMIENTOS, **cabecera).status_code == 403
    assert client.post(MOVIMIENTOS, {}, "application/json", **cabecera).status_code == 403


def test_two_requesters_never_share_a_run(client, clave_de, empresa, admin, todo_en_ejecucion, crear_movimiento):
    crear_movimiento()
    cabeceras = [clave_de(empresa.nit), clave_de(empresa.nit)]
    client.force_login(admin)
    pedir = partial(client.post, MOVIMIENTOS, content_type="application/json")
    runs = {pedir(**cabecera).json()["task_id"] for cabecera in (*cabeceras, {})}
    assert len(runs) == 3


def test_a_second_export_of_the_same_list_waits_for_the_first(client, cabecera, todo_en_ejecucion, crear_movimiento):
    crear_movimiento()
    first, same = (client.get(MOVIMIENTOS, **cabecera).json()["task_id"] for _ in range(2))
    other = client.get(f"{MOVIMIENTOS}?documento=FV-00-1", **cabecera)
    assert same == first
    assert (other.status_code, other.json()["error"]["task_id"]) == (409, first)


@pytest.mark.parametrize(
    ("formato", "ajuste", "codigo"),
    [("csv", "EXPORTACION_MAXIMO_FILAS", "exportacion_demasiado_grande"), ("xlsx", None, "no_cabe_en_xlsx")],
)
def test_a_list_that_is_too_long_is_refused_before_work_begins(
    client, cabecera, todo_en_ejecucion, crear_movimiento, settings, monkeypatch, formato, ajuste, codigo
):
    crear_movimiento(), crear_movimiento()
    if ajuste:
        setattr(settings, ajuste, 1)
    else:
        object.__setattr__(exports.elegir_formato("xlsx"), "maximo", 1)
    try:
        response = client.get(f"{MOVIMIENTOS}?formato={formato}", **cabecera)
    finally:
        object.__setattr__(exports.elegir_formato("xlsx"), "maximo", 1_048_575)
    assert (response.status_code, response.json()["error"]["codigo"]) == (400, codigo)
    assert "CSV" in response.json()["error"]["remedio"].upper() or ajuste
    assert Ejecucion.objects.count() == 0


# --- rights, when the run works ---


def test_a_key_that_was_revoked_before_the_run_gets_nothing(client, cabecera, todo_en_ejecucion, crear_movimiento):
    crear_movimiento()
    task_id = client.get(MOVIMIENTOS, **cabecera).json()["task_id"]
    APIKeyCliente.objects.update(activa=False)
    run = ejecutar(task_id, exports.cumplir)
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, "sin_derecho")
    assert Exportacion.objects.count() == 0


def test_a_company_that_was_lost_before_the_run_is_not_in_the_file(
    client, cabecera, todo_en_ejecucion, crear_movimiento, crear_empresa
):
    otra = crear_empresa(nit_base=EmpresaServidor.objects.get().nit_base, anio_fiscal=2025)
    queda, ajeno = crear_movimiento(), crear_movimiento(empresa_servidor=otra)
    task_id = client.get(MOVIMIENTOS, **cabecera).json()["task_id"]
    EmpresaServidor.objects.filter(pk=otra.pk).update(nit_base="800197268")
    ejecutar(task_id, exports.cumplir)
    estado = client.get(f"{ESTADO}?task_id={task_id}", **cabecera).json()
    body = bajar(estado["enlace"]).getvalue().decode()
    assert queda.clave_origen in body
    assert ajeno.clave_origen not in body


# --- rights, when the file is fetched ---


def test_a_revoked_key_fetches_nothing(cabecera, exportar, crear_movimiento):
    crear_movimiento()
    enlace = exportar(cabecera=cabecera)["enlace"]
    APIKeyCliente.objects.update(activa=False)
    assert bajar(enlace).status_code == 404


def test_a_revoked_token_closes_what_was_asked_for_with_it_and_nothing_else(
    client, lectora, exportar, crear_movimiento
):
    crear_movimiento()
    una, otra = ({"HTTP_AUTHORIZATION": f"Token {emitir_ficha(lectora, dias=1)[1].texto}"} for _ in range(2))
    client.force_login(lectora)
    enlaces = [exportar(cabecera=como)["enlace"] for como in (una, otra, {})]
    assert client.post("/api/auth/logout/", **una).status_code == 204
    assert [bajar(enlace).status_code for enlace in enlaces] == [404, 200, 200]


def test_a_revoked_token_gets_nothing_from_a_run_that_waits(client, lectora, todo_en_ejecucion, crear_movimiento):
    crear_movimiento()
    con = {"HTTP_AUTHORIZATION": f"Token {emitir_ficha(lectora, dias=1)[1].texto}"}
    task_id = client.get(MOVIMIENTOS, **con).json()["task_id"]
    assert client.post("/api/auth/logout/", **con).status_code == 204
    assert ejecutar(task_id, exports.cumplir).error["codigo"] == "sin_derecho"


def test_the_address_opens_only_from_the_networks_of_the_key(cabecera, exportar, crear_movimiento):
    crear_movimiento()
    enlace = exportar(cabecera=cabecera)["enlace"]
    APIKeyCliente.objects.update(redes_permitidas=["10.0.0.0/8"])
    assert bajar(enlace).status_code == 404
    assert bajar(enlace, REMOTE_ADDR="10.1.2.3").status_code == 200


def test_a_key_that_lost_a_company_fetches_nothing(cabecera, exportar, crear_movimiento, empresa):
    crear_movimiento()
    enlace = exportar(cabecera=cabecera)["enlace"]
    EmpresaServidor.objects.filter(pk=empresa.pk).update(nit_base="800197268")
    assert bajar(enlace).status_code == 404


def test_a_key_that_lost_the_scope_of_its_columns_fetches_nothing(clave_de, empresa, exportar, crear_movimiento):
    crear_movimiento(paciente="PACIENTE DE PRUEBA")
    enlace = exportar(cabecera=clave_de(empresa.nit, alcances=["lectura", "datos_personales"]))["enlace"]
    assert "PACIENTE DE PRUEBA" in bajar(enlace).getvalue().decode()
    APIKeyCliente.objects.update(alcances=["lectura"])
    assert bajar(enlace).status_code == 404


@pytest.fixture
def lectora(django_user_model, db):
    user = django_user_model.objects.create_user("lectora", password="clave-larga-2", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_movimientoinventario"))
    return user


@pytest.mark.parametrize("cambio", ["desactivada", "sin permiso", "limitada", "borrada"])
def test_a_user_who_lost_rights_fetches_nothing(client, lectora, exportar, crear_movimiento, empresa, cambio):
    crear_movimiento()
    client.force_login(lectora)
    enlace = exportar()["enlace"]
    assert bajar(enlace).status_code == 200
    match cambio:
        case "desactivada":
            type(lectora).objects.update(is_active=False)
        case "sin permiso":
            lectora.user_permissions.clear()
        case "limitada":
            UsuarioEmpresa.objects.create(usuario=lectora, empresa=empresa)
        case "borrada":
            lectora.delete()
    assert bajar(enlace).status_code == 404


def test_the_address_opens_nothing_for_somebody_else(client, cabecera, clave_de, admin, exportar, crear_movimiento):
    crear_movimiento()
    enlace = exportar(cabecera=cabecera)["enlace"]
    assert bajar(enlace, **cabecera).status_code == 200
    assert bajar(enlace, **clave_de("800197268-4")).status_code == 404
    client.force_login(admin)
    assert client.get(urlsplit(enlace).path).status_code == 404


def test_an_expired_or_forged_address_opens_nothing(cabecera, exportar, crear_movimiento):
    crear_movimiento()
    enlace = exportar(cabecera=cabecera)["enlace"]
    assert bajar(enlace.replace("/exportaciones/", "/exportaciones/0")).status_code == 404
    assert bajar(enlace[:-2] + "x/").status_code == 404
    Exportacion.objects.update(caduca=timezone.now() - timedelta(seconds=1))
    assert bajar(enlace).status_code == 404


def test_an_expired_export_shows_no_address(client, cabecera, exportar, crear_movimiento):
    crear_movimiento()
    task_id = exportar(cabecera=cabecera)["task_id"]
    Exportacion.objects.update(caduca=timezone.now() - timedelta(seconds=1))
    assert client.get(f"{ESTADO}?task_id={task_id}", **cabecera).json()["enlace"] is None


def test_staff_see_the_run_of_another_without_its_address(client, cabecera, admin, exportar, crear_movimiento):
    crear_movimiento()
    task_id = exportar(cabecera=cabecera)["task_id"]
    client.force_login(admin)
    assert client.get(f"{ESTADO}?task_id={task_id}").json()["enlace"] is None
    assert client.get(f"{ESTADO}?task_id={task_id}").json()["filas"] == 1
    assert "/api/exportaciones/" not in client.get(f"/admin/jobs/ejecucion/{task_id}/change/").text


def test_no_address_and_no_key_is_stored(cabecera, exportar, crear_movimiento):
    crear_movimiento()
    enlace = exportar(cabecera=cabecera)["enlace"]
    stored = str(list(Ejecucion.objects.values())) + str(list(Exportacion.objects.values()))
    assert urlsplit(enlace).path.split("/")[3].split(":")[-1] not in stored
    assert cabecera["HTTP_API_KEY"][15:] not in stored + enlace


# --- downloads that are cut ---


@pytest.mark.parametrize(
    ("rango", "desde", "hasta"), [("bytes=0-9", 0, 10), ("bytes=7-", 7, None), ("bytes=3-3", 3, 4)]
)
def test_an_interrupted_download_goes_on(cabecera, exportar, crear_movimiento, rango, desde, hasta):
    crear_movimiento()
    enlace = exportar(cabecera=cabecera)["enlace"]
    body = bajar(enlace).getvalue()
    part = bajar(enlace, HTTP_RANGE=rango)
    end = hasta or len(body)
    assert part.status_code == 206
    assert part.getvalue() == body[desde:hasta]
    assert part["Content-Range"] == f"bytes {desde}-{end - 1}/{len(body)}"


@pytest.mark.parametrize("rango", ["bytes=999999999-", "bytes=5-2", "lines=1-2", "bytes=-5", "bytes=0-1,4-5"])
def test_a_range_that_means_nothing_gives_the_whole_file(cabecera, exportar, crear_movimiento, rango):
    crear_movimiento()
    enlace = exportar(cabecera=cabecera)["enlace"]
    assert bajar(enlace, HTTP_RANGE=rango).getvalue() == bajar(enlace).getvalue()


# --- what a run leaves ---


def test_a_cancelled_export_leaves_no_file(client, cabecera, todo_en_ejecucion, crear_movimiento, monkeypatch):
    monkeypatch.setattr(exports, "FILAS_POR_AVANCE", 1)
    for _ in range(3):
        crear_movimiento()
    run = Ejecucion.objects.get(pk=client.get(MOVIMIENTOS, **cabecera).json()["task_id"])

    def cancelar(marcha):
        if marcha.progreso:
            Ejecucion.objects.filter(pk=run.pk).update(cancelacion_solicitada=True)
            marcha.latir()

    assert ejecutar(run.pk, exports.cumplir, escucha=cancelar).estado == Estado.CANCELADA
    assert TrozoExportacion.objects.count() == Exportacion.objects.count() == 0


def test_a_run_that_is_done_again_finds_its_file(cabecera, exportar, crear_movimiento):
    crear_movimiento()
    estado = exportar(cabecera=cabecera)
    Ejecucion.objects.update(estado=Estado.INTERRUMPIDA)
    MovimientoInventario.objects.all().delete()
    assert ejecutar(estado["task_id"], exports.cumplir).resultado["sha256"] == estado["sha256"]


def test_only_the_newest_files_of_one_list_are_kept(cabecera, exportar, crear_movimiento):
    crear_movimiento()
    enlaces = [exportar(cabecera=cabecera)["enlace"] for _ in range(6)]
    assert Exportacion.objects.count() == 5
    assert [bajar(enlace).status_code for enlace in enlaces] == [404] + [200] * 5


# --- the monthly summary, whose rows are sums ---

RESUMEN = "/api/movimientos/resumen_mensual/"


def test_the_monthly_summary_goes_out_as_it_is_listed(client, cabecera, crear_movimiento):
    for mes in (1, 2, 2):
        crear_movimiento(fecha=date(2026, mes, 1))
    listed = client.get(f"{RESUMEN}?por=articulo", **cabecera).json()["results"]
    told = leer(client.get(f"{RESUMEN}exportar/?por=articulo", **cabecera))
    assert told == [{name: str(value) for name, value in row.items()} for row in listed]
    assert len(told) == 2


def test_the_monthly_summary_is_made_by_a_run(cabecera, crear_movimiento, exportar):
    crear_movimiento()
    estado = exportar(f"{RESUMEN}exportar/?campos=mes,movimientos", cabecera)
    assert leer(bajar(estado["enlace"])) == [{"mes": "2026-03", "movimientos": "1"}]


def test_a_summary_that_is_too_long_fails_in_its_run(cabecera, crear_movimiento, exportar, settings):
    settings.EXPORTACION_MAXIMO_FILAS = 1
    crear_movimiento(), crear_movimiento(fecha=date(2026, 1, 1))
    estado = exportar(f"{RESUMEN}exportar/", cabecera, Estado.FALLIDA)
    assert estado["error"]["codigo"] == "exportacion_demasiado_grande"


# --- in the foreground ---


def test_the_command_writes_the_file(admin, crear_movimiento, tmp_path):
    crear_movimiento(clave_origen="K:1", documento="OTRO")
    crear_movimiento(clave_origen="K:2")
    ruta = tmp_path / "salida.csv"
    call_command("exportar", "movimientos", "--usuario", "admin", "--filtro", "documento=OTRO", "--archivo", str(ruta))
    assert [fila["clave_origen"] for fila in csv.DictReader(ruta.open(encoding="utf-8-sig"))] == ["K:1"]


def test_the_command_exports_a_list_of_the_admin(admin, crear_movimiento, tmp_path):
    crear_movimiento(clave_origen="K:1")
    ruta = tmp_path / "salida.csv"
    lista = "admin.inventory.movimientoinventario"
    call_command("exportar", lista, "--usuario", "admin", "--filtro", "q=FV", "--archivo", str(ruta))
    assert "K:1" in ruta.read_text()


@pytest.mark.parametrize(
    ("usuario", "filtro", "codigo"),
    [("nadie", "documento=X", "usuario_desconocido"), ("ana", "documento=X", "sin_permiso"),
     ("admin", "documente=X", "datos_invalidos")],
)  # fmt: skip
def test_the_command_says_why_it_cannot(admin, django_user_model, capsys, usuario, filtro, codigo):
    django_user_model.objects.create_user("ana")
    with pytest.raises(SystemExit):
        call_command("exportar", "movimientos", "--usuario", usuario, "--filtro", filtro, "--json")
    dicho = capsys.readouterr().out
    assert codigo in dicho
    assert "ErrorDetail" not in dicho
    assert Ejecucion.objects.count() == 0


def test_the_command_keeps_the_export_where_the_file_cannot_be_written(admin, crear_movimiento, tmp_path):
    crear_movimiento(clave_origen="K:1")
    ruta = tmp_path / "no hay" / "salida.csv"
    with pytest.raises(CommandError, match="La exportación está hecha"):
        call_command("exportar", "movimientos", "--usuario", "admin", "--archivo", str(ruta))
    assert Exportacion.objects.get().filas == 1
