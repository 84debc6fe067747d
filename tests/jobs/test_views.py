import pytest
from django.contrib.auth.models import Permission

from jobs.models import Ejecucion, Estado

pytestmark = pytest.mark.django_db

BASE = "/api/sistema/ejecuciones/"


def dar(user, *codenames):
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


def ids(response):
    return [row["id"] for row in response.json()["results"]]


def test_list_shows_newest_first_without_count(client, admin, crear_run):
    first, second = crear_run(), crear_run()
    client.force_login(admin)
    response = client.get(BASE)
    assert set(response.json()) == {"next", "previous", "results"}
    assert ids(response) == [second.task_id, first.task_id]


def test_list_pages_by_cursor(client, admin, crear_run):
    runs = [crear_run() for _ in range(3)]
    client.force_login(admin)
    first = client.get(BASE, {"page_size": 2})
    second = client.get(first.json()["next"])
    assert ids(first) + ids(second) == [run.task_id for run in reversed(runs)]


@pytest.mark.parametrize("query", [{"tipo": "otro"}, {"clave": "x:1"}, {"estado": ["fallida", "cancelada"]}])
def test_list_filters(client, admin, crear_run, query):
    crear_run()
    wanted = crear_run(tipo="otro", clave="x:1", estado=Estado.FALLIDA)
    client.force_login(admin)
    assert ids(client.get(BASE, query)) == [wanted.task_id]


def test_list_refuses_an_unknown_state(client, admin):
    client.force_login(admin)
    assert client.get(BASE, {"estado": "bien"}).status_code == 400


def test_list_needs_few_queries(client, admin, crear_run, django_assert_max_num_queries):
    for _ in range(5):
        crear_run(solicitada_por=admin)
    client.force_login(admin)
    with django_assert_max_num_queries(4):
        client.get(BASE)


def test_list_hides_the_runs_of_others(client, lector, admin, crear_run):
    mine = crear_run(solicitada_por=lector)
    crear_run(solicitada_por=admin)
    client.force_login(lector)
    assert ids(client.get(BASE)) == [mine.task_id]


def test_list_shows_all_to_staff_with_the_permission(client, lector, run):
    dar(lector, "view_ejecucion")
    client.force_login(lector)
    assert ids(client.get(BASE)) == [run.task_id]


def test_list_refuses_a_stranger(client, run):
    assert client.get(BASE).status_code == 401


@pytest.mark.parametrize("suffix", ["", "/"])
def test_detail_carries_the_log(client, admin, crear_run, suffix):
    run = crear_run(progreso=1, total=2, parametros={"a": 1})
    run.lineas.create(texto="Uno")
    run.lineas.create(texto="Dos", nivel="aviso")
    client.force_login(admin)
    body = client.get(f"{BASE}{run.task_id}{suffix}").json()
    assert [(line["nivel"], line["texto"]) for line in body["lineas"]] == [("info", "Uno"), ("aviso", "Dos")]
    assert (body["porcentaje"], body["parametros"]) == (50, {"a": 1})


@pytest.mark.parametrize("path", ["3f2b8c1e-5a55-4c39-9d0e-8f6f1f0c7a11/", "no-es-uuid/", "123/"])
def test_detail_knows_no_other_run(client, admin, path):
    client.force_login(admin)
    assert client.get(BASE + path).status_code == 404


def test_cancelar_ends_a_waiting_run_at_once(client, admin, run):
    client.force_login(admin)
    response = client.post(f"{BASE}{run.task_id}/cancelar/")
    assert response.status_code == 200
    assert response.json()["estado"] == Estado.CANCELADA


def test_cancelar_flags_a_running_one(client, admin, crear_run):
    run = crear_run(claimed=True)
    client.force_login(admin)
    body = client.post(f"{BASE}{run.task_id}/cancelar").json()
    assert (body["estado"], body["cancelacion_solicitada"]) == (Estado.EN_CURSO, True)


@pytest.mark.parametrize("estado", [Estado.COMPLETADA, Estado.FALLIDA, Estado.CANCELADA])
def test_cancelar_refuses_a_run_that_ended(client, admin, crear_run, estado):
    client.force_login(admin)
    response = client.post(f"{BASE}{crear_run(estado=estado).task_id}/cancelar/")
    assert response.status_code == 409
    assert response.json()["error"]["codigo"] == "ya_termino"


def test_cancelar_is_forbidden_to_staff_who_may_only_look(client, lector, run):
    dar(lector, "view_ejecucion")
    client.force_login(lector)
    assert client.post(f"{BASE}{run.task_id}/cancelar/").status_code == 403


def test_cancelar_is_unknown_for_the_run_of_another(client, lector, run):
    client.force_login(lector)
    assert client.post(f"{BASE}{run.task_id}/cancelar/").status_code == 404


def test_repetir_asks_for_a_new_run(client, admin, crear_run):
    run = crear_run(estado=Estado.FALLIDA, parametros={"a": 1})
    client.force_login(admin)
    response = client.post(f"{BASE}{run.task_id}/repetir/")
    again = Ejecucion.objects.get(estado=Estado.PENDIENTE)
    assert response.status_code == 202
    assert response.json()["task_id"] == again.task_id
    assert (again.clave, again.parametros, again.solicitada_por) == (run.clave, {"a": 1}, admin)
    assert client.get(response.json()["endpoint_progreso"]).status_code == 200
