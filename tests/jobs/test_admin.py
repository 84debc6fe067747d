from datetime import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from jobs.models import Ejecucion, Espera, Estado, Proceso

pytestmark = pytest.mark.django_db

LISTA = reverse("admin:jobs_ejecucion_changelist")


def pagina(run):
    return reverse("admin:jobs_ejecucion_change", args=[run.pk])


@pytest.fixture
def mesa(client, admin):
    """A client that is logged in as a superuser."""
    client.force_login(admin)
    return client


@pytest.fixture
def mirona(client, django_user_model):
    """A client of staff who may look at runs, and no more."""
    user = django_user_model.objects.create_user("mirona", password="clave-larga-3", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_ejecucion"))
    client.force_login(user)
    return client


def test_list_names_the_next_step_when_empty(mesa):
    assert "descubra las empresas de un servidor" in mesa.get(LISTA).content.decode()


@pytest.mark.parametrize("estado", Estado)
def test_list_shows_states_in_words(mesa, crear_run, estado):
    run = crear_run(estado=estado, progreso=1, total=4, conteos={"leidas": 17})
    text = mesa.get(LISTA).content.decode()
    assert estado.label in text
    assert run.nombre in text
    assert run.sobre in text
    assert "25 %" in text


def test_list_is_not_counted(mesa, crear_run, django_assert_max_num_queries):
    for _ in range(60):
        crear_run()
    with django_assert_max_num_queries(6) as captured:
        assert mesa.get(LISTA).status_code == 200
    assert not [query for query in captured.captured_queries if "COUNT(" in query["sql"].upper()]


@pytest.mark.parametrize("query", [{"q": "la cosa"}, {"tipo": "probar"}, {"estado__exact": "pendiente"}])
def test_list_searches_and_filters(mesa, crear_run, query):
    wanted = crear_run()
    other = crear_run(tipo="otro", clave="empresa:1", sobre="Otra", estado=Estado.FALLIDA)
    text = mesa.get(LISTA, query).content.decode()
    assert str(wanted.pk) in text
    assert str(other.pk) not in text


def test_page_shows_a_live_bar_while_the_run_works(mesa, crear_run):
    run = crear_run(claimed=True)
    text = mesa.get(pagina(run)).content.decode()
    assert f'data-ejecucion="/api/sistema/ejecuciones/{run.pk}/"' in text
    assert 'data-activa="en_curso"' in text
    assert "jobs/barra.js" in text
    assert "Cancelar" in text
    assert "Repetir" not in text


def test_page_shows_error_remedy_counts_result_and_log(mesa, crear_run):
    run = crear_run(
        estado=Estado.FALLIDA,
        error={"codigo": "acceso_denegado", "mensaje": "No aceptó la clave.", "remedio": "Corríjala."},
        conteos={"leidas": 12, "redondeadas": 3},
        resultado={"empresas": [{"empresa": "Óptica <b>", "anio_fiscal": 2024}], "vacia": None, "exito": True},
    )
    run.lineas.create(texto="Se leyó <script>")
    text = mesa.get(pagina(run)).content.decode()
    parts = ["No aceptó la clave.", "Corríjala.", "acceso_denegado", "Redondeadas", "Óptica &lt;b&gt;", "Año fiscal"]
    for part in [*parts, "Se leyó &lt;script&gt;", "Repetir"]:
        assert part in text
    assert "data-activa" not in text


def test_page_of_an_unknown_run_is_404(mesa, run):
    url = pagina(run)
    run.delete()
    assert mesa.get(url).status_code == 404
    assert mesa.get(reverse("admin:jobs_ejecucion_change", args=["no-es-uuid"])).status_code == 404


def test_cancelar_button_cancels(mesa, run):
    response = mesa.post(reverse("admin:jobs_ejecucion_cancelar", args=[run.pk]), follow=True)
    assert "Cancelada." in response.content.decode()
    run.refresh_from_db()
    assert run.estado == Estado.CANCELADA


def test_cancelar_button_says_when_the_run_has_ended(mesa, crear_run):
    run = crear_run(estado=Estado.COMPLETADA)
    response = mesa.post(reverse("admin:jobs_ejecucion_cancelar", args=[run.pk]), follow=True)
    assert "ya terminó" in response.content.decode()


def test_repetir_button_leads_to_the_new_run(mesa, crear_run):
    run = crear_run(estado=Estado.FALLIDA)
    response = mesa.post(reverse("admin:jobs_ejecucion_repetir", args=[run.pk]))
    again = Ejecucion.objects.get(estado=Estado.PENDIENTE)
    assert response.url == pagina(again)


@pytest.mark.parametrize("name", ["cancelar", "repetir"])
def test_buttons_are_not_for_get_nor_for_those_who_only_look(mirona, run, name):
    url = reverse(f"admin:jobs_ejecucion_{name}", args=[run.pk])
    assert mirona.get(url).status_code == 405
    assert mirona.post(url).status_code == 403
    assert "Cancelar" not in mirona.get(pagina(run)).content.decode()


def test_nobody_types_a_run(mesa, run):
    assert mesa.get(reverse("admin:jobs_ejecucion_add")).status_code == 403
    assert mesa.post(reverse("admin:jobs_ejecucion_delete", args=[run.pk]), {"post": "yes"}).status_code == 403


def test_processes_show_who_lives(mesa):
    url = reverse("admin:jobs_proceso_changelist")
    assert "arranque el worker" in mesa.get(url).content.decode()
    Proceso.objects.create(nombre="worker@a", clase="worker")
    Proceso.objects.create(nombre="beat@a", clase="beat", latido="2024-01-01T00:00Z")
    text = mesa.get(url).content.decode()
    assert "Trabajador (worker)" in text
    assert "Vivo" in text
    assert "No responde" in text


def test_page_tells_what_a_run_waits_for_and_since_when(mesa, crear_run):
    since = timezone.make_aware(datetime(2026, 11, 20, 15, 20))
    run = crear_run(espera=Espera.CUPO, espera_desde=since, mensaje="Espera una conexión de BCE.")
    text = mesa.get(pagina(run)).content.decode()
    assert "Espera una conexión de BCE." in text
    assert "Espera desde el 20 nov 2026 15:20; después sigue sola" in text
    assert "worker libre" not in text


def test_page_tells_how_the_server_was_treated(mesa, crear_run):
    run = crear_run(medidas={"filas_leidas": 1000, "segundos_leyendo": 2.0, "espera_de_cupo": 75.0})
    text = mesa.get(pagina(run)).content.decode()
    assert "500 filas/s" in text
    assert "1 min 15 s" in text
