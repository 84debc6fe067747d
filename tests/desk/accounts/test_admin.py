"""Nobody gets, or gives, more rights than they may."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group, Permission, User

from desk.accounts import second_factor
from tests.desk.accounts.conftest import CLAVE

LISTA = "/admin/auth/user/"


@pytest.fixture
def jefa(client, db):
    """An administrator, but no superuser, logged in."""
    user = User.objects.create_user("jefa", password=CLAVE, is_staff=True)
    user.groups.set([Group.objects.get(name="administrador")])
    client.force_login(user)
    return user


@pytest.fixture
def encargado(client, db):
    """May change accounts and groups, and read; logged in."""
    user = User.objects.create_user("encargado", password=CLAVE, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    user.groups.set([Group.objects.get(name="lector")])
    client.force_login(user)
    return user


def guardar(client, user, **campos):
    form = {"username": user.username, "is_active": "on", "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return client.post(f"{LISTA}{user.pk}/change/", form | campos)


def grupo(nombre):
    return Group.objects.get(name=nombre)


def test_who_may_give_rights_gives_roles(client, jefa, ana):
    assert guardar(client, ana, is_staff="on", groups=[grupo("operador").pk]).status_code == 302
    assert list(ana.groups.all()) == [grupo("operador")]


def test_nobody_gives_what_they_lack(client, encargado, ana):
    lector, todo = grupo("lector"), grupo("administrador")
    assert guardar(client, ana, is_staff="on", groups=[todo.pk]).status_code == 200  # the form refuses it
    ajeno = Permission.objects.get(codename="change_servidor")
    assert guardar(client, ana, is_staff="on", user_permissions=[ajeno.pk]).status_code == 200
    assert guardar(client, ana, is_staff="on", groups=[lector.pk]).status_code == 302
    assert (list(ana.groups.all()), ana.user_permissions.count()) == ([lector], 0)


def test_without_the_right_to_change_groups_rights_are_fixed(client, encargado, ana):
    encargado.user_permissions.remove(Permission.objects.get(codename="change_group"))
    assert guardar(client, ana, groups=[grupo("lector").pk]).status_code == 302
    ana.refresh_from_db()
    assert (ana.is_staff, ana.groups.count()) == (True, 0)


@pytest.mark.parametrize("quien", ["jefa", "admin"])
def test_nobody_changes_the_own_rights(request, client, quien):
    user = request.getfixturevalue(quien)
    client.force_login(user)
    antes = (user.is_staff, user.is_superuser, set(user.groups.all()))
    assert guardar(client, user, is_superuser="on", groups=[grupo("lector").pk]).status_code == 302
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser, set(user.groups.all())) == antes
    assert client.post(f"{LISTA}{user.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("activa", [True, False])
def test_accounts_with_more_rights_are_out_of_reach(client, encargado, ana, activa):
    ana.groups.set([grupo("operador")])
    User.objects.filter(pk=ana.pk).update(is_active=activa)
    assert guardar(client, ana, is_staff="on").status_code == 403
    assert client.post(f"{LISTA}{ana.pk}/password/", {"password1": "x", "password2": "x"}).status_code == 403
    assert client.post(f"{LISTA}{ana.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nobody_makes_a_superuser_but_one(client, jefa, ana):
    guardar(client, ana, is_staff="on", is_superuser="on")
    ana.refresh_from_db()
    assert not ana.is_superuser


def test_the_own_group_and_stronger_ones_are_fixed(client, encargado):
    for nombre in ("lector", "operador"):
        ruta = f"/admin/auth/group/{grupo(nombre).pk}/change/"
        assert client.post(ruta, {"name": nombre, "permissions": []}).status_code == 403
    otro = Group.objects.create(name="otro")
    ajeno = Permission.objects.get(codename="change_servidor")
    assert (
        client.post(f"/admin/auth/group/{otro.pk}/change/", {"name": "otro", "permissions": [ajeno.pk]}).status_code
        == 200
    )
    assert not otro.permissions.exists()


@pytest.mark.parametrize("delante", ["", "0", "+", "_2B"])
def test_the_own_password_is_changed_where_the_old_one_is_asked_for(client, jefa, delante):
    assert client.get(f"{LISTA}{delante}{jefa.pk}/password/").url == "/cuenta/contrasena/cambiar/"


def test_who_waits_is_found_and_admitted(client, jefa, ana):
    espera = User.objects.create_user("nueva", password=CLAVE, is_active=False)
    lista = client.get(f"{LISTA}?solicitud=por_admitir").text
    assert ("nueva" in lista, ">ana<" in lista) == (True, False)
    pedido = {"action": "admitir_operador", "_selected_action": [espera.pk, ana.pk]}
    assert "Admitidos como operador: 1. Sin cambios: 1 (" in client.post(LISTA, pedido, follow=True).text
    espera.refresh_from_db()
    assert (espera.is_active, espera.is_staff, list(espera.groups.all())) == (True, True, [grupo("operador")])
    assert ana.groups.count() == 0


def test_nobody_admits_to_a_role_beyond_the_own(client, encargado):
    espera = User.objects.create_user("nueva", password=CLAVE, is_active=False)
    pedido = {"action": "admitir_operador", "_selected_action": [espera.pk]}
    assert "No puede dar el rol operador" in client.post(LISTA, pedido, follow=True).text
    encargado.user_permissions.remove(Permission.objects.get(codename="change_group"))
    client.post(LISTA, pedido | {"action": "admitir_lector"})
    espera.refresh_from_db()
    assert not espera.is_active


def test_the_list_says_who_has_a_second_factor(client, jefa, ana, secreto, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        assert "segundo factor" in client.get(LISTA).text.lower()


def test_a_lost_second_factor_is_taken_away_of_others_only(client, jefa, ana, secreto, admin):
    totp.TOTP.activate(admin, totp.generate_totp_secret())
    totp.TOTP.activate(jefa, totp.generate_totp_secret())
    pedido = {"action": "quitar_segundo_factor", "_selected_action": [ana.pk, admin.pk, jefa.pk]}
    assert "y fichas: 1. Sin cambios: 2 (" in client.post(LISTA, pedido, follow=True).text
    assert [second_factor.tiene(user) for user in (ana, admin, jefa)] == [False, True, True]
