"""Users, groups and permissions in the words of the guide."""

import re

import pytest
from django.contrib.auth.models import Permission, User

from desk.accounts.admin_words import QUE_PUEDE, permiso
from desk.accounts.roles import ROLES
from tests.desk.accounts.conftest import CLAVE

LISTA = "/admin/auth/user/"


def test_every_role_says_what_it_may():
    assert QUE_PUEDE.keys() == ROLES.keys()


def test_permissions_are_told_in_spanish(db):
    palabras = {row.codename: permiso(row) for row in Permission.objects.select_related("content_type")}
    assert palabras["change_servidor"] == "Fuentes · servidor: cambiar"
    assert palabras["ver_datos_personales"].startswith("Inventario · ")
    assert not [texto for texto in palabras.values() if "Can " in texto]


def test_page_of_a_user_tells_nothing_of_the_digest(client, admin, ana):
    client.force_login(admin)
    page = client.get(f"{LISTA}{ana.pk}/change/").text
    assert "Tiene contraseña" in page
    assert "Es del equipo" in page
    for malo in ("Raw passwords", "pbkdf2", "Es staff", "Can add"):
        assert malo not in page


@pytest.mark.parametrize(
    ("campos", "palabras"),
    [
        ({"is_active": False}, "Por admitir"),
        ({"is_staff": False}, "Sin entrada a estas páginas"),
        ({"is_superuser": True}, "superusuario"),
    ],
)
def test_list_of_users_tells_how_each_stands(client, admin, campos, palabras):
    User.objects.create_user("otra", password=CLAVE, **{"is_staff": True, "first_name": "Otra"} | campos)
    client.force_login(admin)
    page = client.get(f"{LISTA}?q=otra").text
    assert palabras in page
    assert "Sin activar" in page


def test_list_of_groups_tells_what_each_role_may(client, admin):
    client.force_login(admin)
    page = client.get("/admin/auth/group/").text
    assert all(frase in page for frase in QUE_PUEDE.values())


@pytest.mark.parametrize("ruta", ["/admin/", "/admin/auth/group/", "/admin/auth/group/add/", "/admin/auth/user/"])
def test_pages_say_roles_and_never_groups(client, admin, ruta):
    client.force_login(admin)
    page = client.get(ruta).text
    assert "Roles" in page
    assert not re.search(r"\bgrupos?\b", re.sub(r"<[^>]*>", " ", page), re.IGNORECASE)
