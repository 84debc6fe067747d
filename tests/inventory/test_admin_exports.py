"""The button «Exportar» of the admin's lists, and the registry of what can be exported."""

import csv
import io

import pytest
from django.conf import settings as ajustes
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from companies.models import UsuarioEmpresa
from config.api import router
from jobs import exportables, exports
from jobs.models import Ejecucion, Estado, Exportacion
from jobs.requesters import Solicitante
from jobs.running import ejecutar
from jobs.views_exports import ExportableMixin

pytestmark = pytest.mark.django_db

LISTA = "/admin/inventory/movimientoinventario/"


@pytest.fixture
def lectora(client, django_user_model):
    """Staff who may see movements, and nothing of runs."""
    user = django_user_model.objects.create_user("lectora", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_movimientoinventario"))
    client.force_login(user)
    return user


@pytest.fixture
def todo_en_ejecucion(settings):
    settings.EXPORTACION_DIRECTA_FILAS = 0


def test_a_long_list_leads_to_its_run_and_its_file(client, lectora, crear_movimiento, todo_en_ejecucion):
    crear_movimiento(clave_origen="K:1", documento="OTRO")
    crear_movimiento(clave_origen="K:2")
    pedida = client.post(f"{LISTA}exportar/?q=OTRO&formato=csv")
    run = Ejecucion.objects.get()
    assert pedida.url == f"/admin/jobs/ejecucion/{run.pk}/change/"
    pagina = client.get(pedida.url).text
    assert "Descargar" not in pagina
    assert "admin.inventory" not in pagina
    assert "Rechazadas" not in pagina
    assert ejecutar(run.pk, exports.cumplir).estado == Estado.COMPLETADA
    pagina = client.get(pedida.url)
    hecha, enlace = pagina.context["descarga"]
    assert enlace in pagina.text
    filas = csv.DictReader(io.StringIO(client.get(enlace).getvalue().decode("utf-8-sig")), delimiter=";")
    assert [fila["clave de origen"] for fila in filas] == ["K:1"]
    assert (hecha.nombre, hecha.filas) == ("movimientos_de_inventario.csv", 1)


def test_a_get_starts_nothing_and_leads_to_the_list(client, lectora, crear_movimiento, todo_en_ejecucion):
    crear_movimiento()
    assert client.get(f"{LISTA}exportar/?q=FV&formato=csv").url == "..?q=FV"
    assert client.head(f"{LISTA}exportar/").status_code == 302
    assert Ejecucion.objects.count() == 0


def test_a_post_without_the_csrf_token_starts_nothing(lectora, crear_movimiento, todo_en_ejecucion):
    crear_movimiento()
    client = Client(enforce_csrf_checks=True)
    client.force_login(lectora)
    assert client.post(f"{LISTA}exportar/").status_code == 403
    assert Ejecucion.objects.count() == 0


def test_the_list_shows_the_buttons_as_forms(client, lectora, crear_movimiento):
    crear_movimiento()
    pagina = client.get(f"{LISTA}?q=FV").text
    for formato in ("xlsx", "csv"):
        formulario = pagina.partition(f'<form method="post" action="exportar/?formato={formato}&amp;q=FV"')[2]
        assert "csrfmiddlewaretoken" in formulario.partition("</form>")[0]


def test_whoever_sees_no_runs_sees_the_own_one_only(client, lectora, crear_movimiento, todo_en_ejecucion):
    crear_movimiento()
    ajena = Ejecucion.objects.create(tipo="otra", clave="x:1", tarea="t")
    assert client.get(client.post(f"{LISTA}exportar/").url).status_code == 200
    assert client.get(f"/admin/jobs/ejecucion/{ajena.pk}/change/").status_code == 403
    assert client.get("/admin/jobs/ejecucion/").status_code == 403


def test_a_list_that_is_too_long_says_so_on_its_page(client, lectora, crear_movimiento, todo_en_ejecucion, settings):
    settings.EXPORTACION_MAXIMO_FILAS = 1
    crear_movimiento(), crear_movimiento()
    response = client.post(f"{LISTA}exportar/?q=FV", follow=True)
    assert response.redirect_chain[-1][0].endswith("?q=FV")
    assert "exportacion_demasiado_grande" in response.text
    assert Ejecucion.objects.count() == 0


def test_an_unknown_format_says_so(client, lectora, crear_movimiento):
    crear_movimiento()
    assert "formato_desconocido" in client.post(f"{LISTA}exportar/?formato=pdf", follow=True).text


def test_a_file_of_the_admin_is_lost_with_the_permission(client, lectora, crear_movimiento, todo_en_ejecucion):
    crear_movimiento()
    client.post(f"{LISTA}exportar/")
    run = Ejecucion.objects.get()
    ejecutar(run.pk, exports.cumplir)
    enlace = client.get(f"/api/sistema/estado-exportacion/?task_id={run.pk}").json()["enlace"]
    assert client.get(enlace).status_code == 200
    lectora.user_permissions.clear()
    assert client.get(enlace).status_code == 404
    assert Exportacion.objects.count() == 1


def test_a_key_opens_no_list_of_the_admin(client, clave_de, empresa):
    response = client.post(f"{LISTA}exportar/", **clave_de(empresa.nit))
    assert response.status_code == 302
    assert "/exportar/" in response.url  # to the login


def test_every_exportable_viewset_is_in_the_registry():
    views = {view for _, view, _ in router.registry if issubclass(view, ExportableMixin)}
    registered = {name: path.rpartition(".")[0] for name, path in ajustes.EXPORTABLES.items()}
    assert {import_string(path) for path in registered.values()} == views
    assert all(import_string(path).exportacion == name for name, path in registered.items())


def test_each_list_opens_for_who_may_see_all(admin):
    for name in exportables.nombres():
        lista = exportables.abrir(name, "", Solicitante(admin))
        assert lista.columnas, name
        assert isinstance(list(lista.filas()), list)
        assert not lista.pasa_de(10_000)


def test_the_rows_of_one_company_are_read_by_one_query_a_page(lectora, crear_movimiento, empresa, monkeypatch):
    monkeypatch.setattr(exportables, "POR_LOTE", 2)
    UsuarioEmpresa.objects.create(usuario=lectora, empresa=empresa)
    for _ in range(5):
        crear_movimiento()
    lista = exportables.abrir("movimientos", "", Solicitante(lectora))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(list(lista.filas())) == 5
    assert len(queries) == 3
