import pytest
from django.contrib.auth.models import Permission

from companies.models import EmpresaServidor
from servers.models import Servidor
from tests.servers.conftest import CLAVE

DATOS = {
    "nombre": "Producción",
    "host": "10.8.3.11",
    "usuario": "SYSDBA",
    "password": CLAVE,
    "tipo_servidor": "FIREBIRD",
    "ruta_maestra": r"C:\datos\ADMIN.gdb",
}


@pytest.fixture
def api(client, admin):
    client.force_login(admin)
    return client


def test_create_answers_the_documented_fields_without_the_password(api):
    answer = api.post("/api/servidores/", DATOS, content_type="application/json")
    assert answer.status_code == 201
    body = answer.json()
    assert body["puerto"] == 3050
    assert body["zona_horaria"] == "America/Bogota"
    assert "password" not in body
    assert CLAVE not in answer.text
    assert Servidor.objects.get(pk=body["id"]).password == CLAVE


def test_create_of_a_sql_server_has_its_default_port(api):
    datos = DATOS | {"tipo_servidor": "SQL_SERVER", "ruta_maestra": "ADMIN"}
    answer = api.post("/api/servidores", datos, content_type="application/json")
    assert answer.json()["puerto"] == 1433
    assert Servidor.objects.get().puerto is None


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("nombre", ""),
        ("host", None),
        ("host", "10.8.3.11:3050"),
        ("host", "inet://10.8.3.11"),
        ("ruta_maestra", r"\\srv\datos\ADMIN.gdb"),
        ("ruta_maestra", "evil:/x"),
        ("password", ""),
        ("tipo_servidor", "ORACLE"),
        ("puerto", 0),
        ("puerto", 70000),
        ("puerto", "x"),
        ("zona_horaria", "Bogota"),
        ("controlador", "odbc"),
        ("juego_caracteres", "LATIN9"),
        ("conexiones_a_la_vez", 0),
        ("conexiones_a_la_vez", 21),
        ("filas_por_segundo", 99),
        ("lectura_hasta", "26:00"),
        ("instantanea_minutos", 0),
    ],
)
def test_create_refuses_a_bad_value_naming_the_field(api, campo, valor):
    answer = api.post("/api/servidores/", DATOS | {campo: valor}, content_type="application/json")
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["codigo"] == "datos_invalidos"
    assert campo in error["campos"]


@pytest.mark.parametrize(
    ("horas", "falta"), [({"lectura_desde": "22:00"}, "lectura_hasta"), ({"lectura_hasta": "06:00"}, "lectura_desde")]
)
def test_patch_refuses_half_a_pair_of_hours_naming_the_other(api, servidor, horas, falta):
    answer = api.patch(f"/api/servidores/{servidor.pk}/", horas, content_type="application/json")
    assert (answer.status_code, list(answer.json()["error"]["campos"])) == (400, [falta])


def test_server_is_polite_unless_told_otherwise(api, servidor):
    body = api.get(f"/api/servidores/{servidor.pk}/").json()
    assert (body["conexiones_a_la_vez"], body["filas_por_segundo"], body["instantanea_minutos"]) == (2, 50_000, 30)
    assert (body["lectura_desde"], body["lectura_hasta"]) == (None, None)
    sin_limite = api.patch(
        f"/api/servidores/{servidor.pk}/", {"filas_por_segundo": None}, content_type="application/json"
    )
    assert sin_limite.json()["filas_por_segundo"] is None


def test_create_refuses_a_name_that_is_taken(api, servidor):
    answer = api.post("/api/servidores/", DATOS | {"nombre": servidor.nombre}, content_type="application/json")
    assert answer.status_code == 400
    assert "nombre" in answer.json()["error"]["campos"]


@pytest.mark.parametrize("cuerpo", [{}, {"password": ""}])
def test_patch_without_a_password_keeps_it(api, servidor, cuerpo):
    answer = api.patch(f"/api/servidores/{servidor.pk}/", cuerpo | {"activo": False}, content_type="application/json")
    assert answer.status_code == 200
    servidor.refresh_from_db()
    assert servidor.password == CLAVE
    assert not servidor.activo


@pytest.mark.parametrize(
    "cuerpo", [{"host": "10.8.3.99"}, {"puerto": 3999}, {"tipo_servidor": "SQL_SERVER", "ruta_maestra": "ADMIN"}]
)
def test_patch_of_the_destination_asks_for_the_password_again(api, servidor, cuerpo):
    url = f"/api/servidores/{servidor.pk}/"
    answer = api.patch(url, cuerpo, content_type="application/json")
    assert (answer.status_code, list(answer.json()["error"]["campos"])) == (400, ["password"])
    assert api.patch(url, cuerpo | {"password": CLAVE}, content_type="application/json").status_code == 200


def test_put_changes_the_password(api, servidor):
    answer = api.put(f"/api/servidores/{servidor.pk}", DATOS | {"password": " otra "}, content_type="application/json")
    assert answer.status_code == 200
    servidor.refresh_from_db()
    assert servidor.password == " otra "


def test_list_is_paged_without_a_count_and_filters(api, crear_servidor, django_assert_max_num_queries):
    crear_servidor()
    crear_servidor(nombre="Otro", activo=False)
    with django_assert_max_num_queries(4):
        body = api.get("/api/servidores/").json()
    assert {"next", "previous", "results"} == set(body)
    assert len(body["results"]) == 2
    assert CLAVE not in str(body)
    assert [row["nombre"] for row in api.get("/api/servidores/?activo=false").json()["results"]] == ["Otro"]


def test_delete_removes_a_server_without_companies(api, servidor):
    assert api.delete(f"/api/servidores/{servidor.pk}/").status_code == 204
    assert not Servidor.objects.exists()


def test_delete_with_companies_is_refused_with_their_count(api, servidor):
    for anio in (2024, 2025):
        EmpresaServidor.objects.create(
            servidor=servidor, codigo="01", nombre="A", nit="1", nit_base="1", anio_fiscal=anio, ruta_base="X"
        )
    answer = api.delete(f"/api/servidores/{servidor.pk}/")
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["codigo"] == "tiene_dependientes"
    assert error["dependientes"] == {"empresas": 2}


def test_get_of_an_unknown_server_is_404(api):
    assert api.get("/api/servidores/999/").status_code == 404


def test_anonymous_and_unpermitted_are_refused(client, servidor, django_user_model):
    assert client.get("/api/servidores/").status_code in {401, 403}
    lector = django_user_model.objects.create_user("lector", is_staff=True)
    lector.user_permissions.add(Permission.objects.get(codename="view_servidor"))
    client.force_login(lector)
    assert client.get("/api/servidores/").status_code == 200
    assert client.post("/api/servidores/", DATOS, content_type="application/json").status_code == 403
    assert client.delete(f"/api/servidores/{servidor.pk}/").status_code == 403


def test_probar_answers_the_steps_of_a_server_that_fails(api, crear_servidor):
    servidor = crear_servidor(host="no-existe.invalid")
    answer = api.post(f"/api/servidores/{servidor.pk}/probar")
    assert answer.status_code == 200
    body = answer.json()
    assert body["correcto"] is False
    assert body["pasos"][0]["resultado"] == "fallo"
    assert body["pasos"][0]["error"] == "host_desconocido"
    assert {paso["resultado"] for paso in body["pasos"][1:]} == {"omitido"}
    assert CLAVE not in answer.text


def test_probar_asks_for_the_permission_to_change(client, servidor, django_user_model):
    lector = django_user_model.objects.create_user("lector", is_staff=True)
    lector.user_permissions.add(Permission.objects.get(codename="view_servidor"))
    client.force_login(lector)
    assert client.post(f"/api/servidores/{servidor.pk}/probar/").status_code == 403
    assert client.get(f"/api/servidores/{servidor.pk}/probar/").status_code in {403, 405}
