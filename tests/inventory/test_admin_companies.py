"""The buttons that inventory adds to the admin of companies."""

import pytest
from django.urls import reverse

from companies.models import UsuarioEmpresa
from inventory import extraction
from jobs.models import Ejecucion
from tests.programs import usar_broker

LISTA = "/admin/companies/empresaservidor/"
BOTONES = {"extraer-movimientos": "extraer_datos", "cuadrar": "cuadrar"}


@pytest.fixture(autouse=True)
def _dentro(client, admin, tmp_path):
    usar_broker(tmp_path / "broker")
    client.force_login(admin)


@pytest.mark.parametrize(("boton", "tipo"), BOTONES.items())
def test_the_button_asks_and_the_post_starts(client, empresa, boton, tipo):
    page = client.get(f"{LISTA}{empresa.pk}/change/")
    url = f"{LISTA}{empresa.pk}/{boton}/"
    assert url in page.content.decode()
    assert client.get(url).status_code == 200
    assert not Ejecucion.objects.exists()
    answer = client.post(url)
    run = Ejecucion.objects.get()
    assert answer.url == reverse("admin:jobs_ejecucion_change", args=[run.pk])
    assert (run.tipo, run.clave) == (tipo, f"empresa:{empresa.pk}")


def test_the_button_takes_days_and_force(client, empresa):
    url = f"{LISTA}{empresa.pk}/extraer-movimientos/"
    assert "Leer también los meses ya extraídos" in client.get(url).text
    client.post(url, {"inicio": "2026-03-01", "fin": "2026-03-31", "forzar": "on"})
    run = Ejecucion.objects.get()
    assert run.parametros == {"empresa": empresa.pk, "inicio": "2026-03-01", "fin": "2026-03-31", "forzar": True}


def test_the_button_starts_nothing_with_wrong_days(client, empresa):
    answer = client.post(f"{LISTA}{empresa.pk}/extraer-movimientos/", {"inicio": "2026-03-01", "fin": "2026-02-01"})
    assert "anterior a la inicial" in answer.text
    assert not Ejecucion.objects.exists()


@pytest.mark.parametrize(("accion", "tipo"), [("extraer_varias", "extraer_datos"), ("cuadrar_varias", "cuadrar")])
def test_the_action_says_how_many_it_asked_for(client, crear_empresa, accion, tipo):
    empresas = [crear_empresa(), crear_empresa(), crear_empresa(estado="INACTIVO")]
    body = {"action": accion, "_selected_action": [e.pk for e in empresas]}
    answer = client.post(LISTA, body, follow=True)
    texts = [str(message) for message in answer.context["messages"]]
    assert any("2 ejecuciones" in text for text in texts)
    assert any("inactiva" in text for text in texts)
    assert set(Ejecucion.objects.values_list("tipo", flat=True)) == {tipo}


def test_the_button_knows_only_visible_companies(client, django_user_model, empresa, crear_empresa, admin):
    UsuarioEmpresa.objects.create(usuario=admin, empresa=crear_empresa())
    assert client.post(f"{LISTA}{empresa.pk}/extraer-movimientos/").status_code == 404
    assert not Ejecucion.objects.exists()


def test_the_button_shows_the_run_that_is_already_there(client, empresa):
    run, _ = extraction.solicitar(empresa, encolar=False)
    answer = client.post(f"{LISTA}{empresa.pk}/extraer-movimientos/")
    assert answer.url == reverse("admin:jobs_ejecucion_change", args=[run.pk])
