import socket
from datetime import time, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from companies.models import EmpresaServidor
from jobs.models import Ejecucion, Espera
from servers.models import Servidor
from tests.servers.conftest import CLAVE

LISTA = reverse("admin:servers_servidor_changelist")
DATOS = {
    "nombre": "BCE",
    "activo": "on",
    "tipo_servidor": "FIREBIRD",
    "host": "10.8.3.10",
    "puerto": "",
    "usuario": "SYSDBA",
    "contrasena": CLAVE,
    "ruta_maestra": r"C:\datos\ADMIN.gdb",
    "zona_horaria": "America/Bogota",
    "controlador": "automatico",
    "juego_caracteres": "automatico",
    "conexiones_a_la_vez": "2",
    "filas_por_segundo": "50000",
    "lectura_desde": "",
    "lectura_hasta": "",
    "instantanea_minutos": "30",
}


@pytest.fixture
def sitio(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def puerto_cerrado():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return closed.getsockname()[1]


def de(servidor, name="change"):
    return reverse(f"admin:servers_servidor_{name}", args=[servidor.pk])


def errores(answer):
    return answer.context["adminform"].form.errors


def test_add_stores_the_password_encrypted(sitio):
    answer = sitio.post(reverse("admin:servers_servidor_add"), DATOS)
    assert answer.status_code == 302, errores(answer)
    assert Servidor.objects.get().password == CLAVE


def test_add_without_a_password_is_refused(sitio):
    answer = sitio.post(reverse("admin:servers_servidor_add"), DATOS | {"contrasena": ""})
    assert list(errores(answer)) == ["contrasena"]


def test_add_of_an_embedded_database_needs_no_password(sitio):
    datos = DATOS | {"contrasena": "", "controlador": "embebido", "ruta_maestra": "/datos/ADMIN.GDB"}
    assert sitio.post(reverse("admin:servers_servidor_add"), datos).status_code == 302


@pytest.mark.parametrize(
    ("campo", "valor"),
    [
        ("host", "10.0.0.1/3050"),
        ("ruta_maestra", "evil:/x"),
        ("zona_horaria", "Bogota"),
        ("puerto", "70000"),
        ("conexiones_a_la_vez", "0"),
        ("conexiones_a_la_vez", ""),
        ("filas_por_segundo", "99"),
        ("instantanea_minutos", "0"),
        ("lectura_desde", "25:00"),
    ],
)
def test_add_refuses_a_bad_value_naming_the_field(sitio, campo, valor):
    answer = sitio.post(reverse("admin:servers_servidor_add"), DATOS | {campo: valor})
    assert list(errores(answer)) == [campo]


def test_change_with_an_empty_password_keeps_it(sitio, servidor):
    answer = sitio.post(de(servidor), DATOS | {"contrasena": "", "usuario": "LECTOR"})
    assert answer.status_code == 302
    servidor.refresh_from_db()
    assert (servidor.usuario, servidor.password) == ("LECTOR", CLAVE)


def test_change_lets_whoever_waits_for_its_hour_look_again(sitio, servidor):
    later = timezone.now() + timedelta(hours=5)
    fields = {
        "tipo": "leer",
        "nombre": "Leer",
        "sobre": "",
        "tarea": "leer",
        "espera": Espera.HORARIO,
        "no_antes": later,
    }
    ours, other = (
        Ejecucion.objects.create(clave=f"cosa:{pk}", recurso=f"servidor:{pk}", **fields)
        for pk in (servidor.pk, servidor.pk + 1)
    )
    sitio.post(de(servidor), DATOS | {"contrasena": "", "lectura_desde": "01:00", "lectura_hasta": "23:00"})
    for run in (ours, other):
        run.refresh_from_db()
    assert (ours.no_antes, other.no_antes) == (None, later)


@pytest.mark.parametrize("cambio", [{"host": "10.8.3.99"}, {"puerto": "3999"}, {"tipo_servidor": "SQL_SERVER"}])
def test_change_of_destination_asks_for_the_password_again(sitio, servidor, cambio):
    answer = sitio.post(de(servidor), DATOS | {"contrasena": ""} | cambio)
    assert "Escríbala de nuevo" in answer.text
    servidor.refresh_from_db()
    assert (servidor.host, servidor.puerto, servidor.tipo_servidor) == ("10.8.3.10", None, "FIREBIRD")


def test_password_is_in_no_page_and_in_no_history(sitio, servidor):
    assert CLAVE not in sitio.get(de(servidor)).text
    assert servidor.password_cifrada not in sitio.get(de(servidor)).text
    sitio.post(de(servidor), DATOS | {"contrasena": "otra-clave-9"})
    sitio.post(de(servidor), DATOS | {"contrasena": "otra-clave-9", "host": "mal host"})
    for page in (LISTA, de(servidor), de(servidor, "history")):
        assert "otra-clave-9" not in sitio.get(page).text
    assert not LogEntry.objects.filter(change_message__contains="otra-clave-9").exists()


def test_the_stored_token_cannot_be_guessed_by_the_address(sitio, servidor):
    assert sitio.get(f"{LISTA}?host__startswith=1").status_code == 200
    assert sitio.get(f"{LISTA}?password_cifrada__startswith=g").status_code == 400


def test_list_shows_companies_and_the_last_discovery(sitio, servidor, crear_servidor, django_assert_max_num_queries):
    crear_servidor(nombre="Otro", activo=False, tipo_servidor="SQL_SERVER")
    for anio in (2024, 2025):
        EmpresaServidor.objects.create(
            servidor=servidor, codigo="01", nombre="A", nit="1", nit_base="1", anio_fiscal=anio, ruta_base="X"
        )
    for estado in ("fallida", "completada"):
        run = Ejecucion.objects.create(
            tipo="descubrir_empresas", clave=f"servidor:{servidor.pk}", tarea="t", estado=estado
        )
    with django_assert_max_num_queries(12):
        answer = sitio.get(LISTA)
    rows = {row.nombre: row for row in answer.context["cl"].result_list}
    assert rows["BCE"].empresas_total == 2
    assert rows["BCE"].descubrimiento_estado == "completada"
    assert rows["Otro"].descubrimiento_estado is None
    for text in ("10.8.3.10:3050", "10.8.3.10:1433", "Inactivo", "Completada", f"/admin/jobs/ejecucion/{run.pk}/"):
        assert text in answer.text


def test_list_without_servers_leads_to_the_first_one(sitio):
    answer = sitio.get(LISTA)
    assert reverse("admin:servers_servidor_add") in answer.text
    assert "descubra sus empresas" in answer.text


def test_probar_conexion_connects_only_when_asked(sitio, crear_servidor, puerto_cerrado):
    servidor = crear_servidor(host="127.0.0.1", puerto=puerto_cerrado)
    page = reverse("admin:servers_servidor_probar_conexion", args=[servidor.pk])
    assert page in sitio.get(de(servidor)).text
    assert "Aún no se ha probado" in sitio.get(page).text
    answer = sitio.post(page)
    assert "Falló" in answer.text
    assert "está cerrado" in answer.text
    assert "Qué hacer:" in answer.text
    assert answer.text.count("Sin probar") == 3
    assert CLAVE not in answer.text


def test_probar_conexiones_tries_each_chosen_server(sitio, crear_servidor, puerto_cerrado):
    chosen = [
        crear_servidor(nombre=name, host=host, puerto=puerto_cerrado)
        for name, host in (("A", "127.0.0.1"), ("B", "no-existe.invalid"))
    ]
    data = {"action": "probar_conexiones", "_selected_action": [servidor.pk for servidor in chosen]}
    probados = sitio.post(LISTA, data).context["probados"]
    assert [(servidor.nombre, found.correcto) for servidor, found in probados] == [("A", False), ("B", False)]


def test_probar_conexion_asks_for_the_permission_to_change(client, servidor, django_user_model):
    lector = django_user_model.objects.create_user("lector", is_staff=True)
    lector.user_permissions.add(Permission.objects.get(codename="view_servidor"))
    client.force_login(lector)
    assert client.get(LISTA).status_code == 200
    assert client.post(reverse("admin:servers_servidor_probar_conexion", args=[servidor.pk])).status_code == 403
    assert "probar-conexion" not in client.get(de(servidor)).text


def test_list_and_form_tell_how_much_is_asked_of_a_server(sitio, crear_servidor):
    servidor = crear_servidor(lectura_desde=time(22), lectura_hasta=time(6), conexiones_a_la_vez=1)
    assert "1 conexión · 50.000 filas/s · de 22:00 a 06:00" in sitio.get(LISTA).text
    assert "sigue sola cuando vuelven" in sitio.get(de(servidor)).text


def test_list_tells_of_a_server_without_limits(sitio, crear_servidor):
    crear_servidor(filas_por_segundo=None)
    assert "2 conexiones · sin límite de filas<" in sitio.get(LISTA).text


@pytest.mark.parametrize(
    ("horas", "campo"), [(("22:00", ""), "lectura_hasta"), (("", "6:00"), "lectura_desde"), (("6", "6:00"), None)]
)
def test_add_refuses_half_a_pair_of_hours(sitio, horas, campo):
    desde, hasta = horas
    answer = sitio.post(reverse("admin:servers_servidor_add"), DATOS | {"lectura_desde": desde, "lectura_hasta": hasta})
    assert (campo or "lectura_desde") in errores(answer)
