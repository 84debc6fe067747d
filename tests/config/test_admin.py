"""The menu shows what there is and what the user may see."""

import pytest
from django.urls import reverse

from config.admin import navigation

pytestmark = pytest.mark.django_db


def titles(rf, user):
    request = rf.get("/admin/")
    request.user = user
    return [item["title"] for group in navigation(request) for item in group["items"]]


def test_navigation_of_an_administrator_begins_at_home(rf, admin):
    assert titles(rf, admin)[0] == "Inicio"
    assert titles(rf, admin)[-1] == "API"


def test_navigation_hides_what_the_user_may_not_see(rf, django_user_model):
    user = django_user_model.objects.create_user("ana", is_staff=True)
    assert titles(rf, user) == ["Inicio", "API"]


@pytest.mark.parametrize("ruta", ["/", "/admin"])
def test_short_addresses_lead_to_the_admin(client, ruta):
    assert client.get(ruta)["Location"] == "/admin/"


def test_login_page_speaks_spanish(client):
    response = client.get(reverse("account_login"))
    assert 'lang="es"' in response.text
    assert "Contraseña" in response.text
