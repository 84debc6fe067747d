"""Asking for an account and being admitted."""

import pytest
from django.contrib.auth.models import Group, User

from desk.accounts import registering
from tests.desk.accounts.conftest import CLAVE


@pytest.fixture
def pedir(client, db):
    def pedir(usuario="nueva", clave="clave-larga-7", **campos):
        cuerpo = {"username": usuario, "password": clave, **campos}
        return client.post("/api/auth/register/", cuerpo, content_type="application/json")

    return pedir


def test_a_request_leaves_an_inactive_user_without_any_right(pedir):
    demasiado = {"is_staff": True, "is_superuser": True, "is_active": True, "groups": [1]}
    assert pedir(email="n@example.com", **demasiado).status_code == 202
    user = User.objects.get(username="nueva")
    assert (user.is_active, user.is_staff, user.is_superuser, user.groups.count()) == (False, False, False, 0)
    assert (user.email, user.check_password("clave-larga-7")) == ("n@example.com", True)


@pytest.mark.parametrize("usuario", ["ana", "ANA", "ＡＮＡ"])
def test_a_taken_name_gets_the_same_answer_and_changes_nothing(ana, pedir, usuario):
    assert pedir("otra").json() == pedir(usuario).json()
    ana.refresh_from_db()
    assert ana.check_password(CLAVE)
    assert sorted(User.objects.values_list("username", flat=True)) == ["ana", "otra"]


@pytest.mark.parametrize(
    ("usuario", "clave"), [("nueva", "12345678"), ("nueva", "nueva"), ("con espacio", "clave-larga-7")]
)
def test_a_bad_name_or_password_is_400(pedir, usuario, clave):
    answer = pedir(usuario, clave)
    assert answer.status_code == 400
    assert set(answer.json()["error"]["campos"]) == {"password" if usuario == "nueva" else "username"}
    assert not User.objects.exists()


def test_an_address_asks_five_times_a_minute(pedir):
    assert [pedir(f"n{numero}").status_code for numero in range(6)] == [202] * 5 + [429]
    assert User.objects.count() == 5


def test_a_full_queue_takes_no_more(pedir, monkeypatch):
    monkeypatch.setattr(registering, "MAXIMO_POR_ADMITIR", 1)
    assert pedir("una").status_code == 202
    assert pedir("dos").status_code == 503


def test_who_asked_cannot_log_in_before_being_admitted(pedir, entrar):
    pedir()
    assert "no son correctos" in entrar("nueva", "clave-larga-7").text
    assert registering.admitir(User.objects.get(), Group.objects.create(name="lectores"))
    assert entrar("nueva", "clave-larga-7").status_code == 302


def test_admitting_gives_one_role_once(pedir):
    pedir()
    user, rol = User.objects.get(), Group.objects.create(name="lectores")
    assert registering.admitir(user, rol)
    assert not registering.admitir(user, Group.objects.create(name="otros"))
    user.refresh_from_db()
    assert (user.is_active, user.is_staff, user.is_superuser, list(user.groups.all())) == (True, True, False, [rol])
