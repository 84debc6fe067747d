"""Reading needs the model's view permission; a view without a model is for staff."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from jobs.models import Proceso
from lib.permissions import ModelPermissions


class Vista:
    queryset = Proceso.objects.all()

    def get_queryset(self):
        raise AssertionError("only the model is asked")


@pytest.fixture
def permite(rf, django_user_model, db):
    def permite(metodo, vista, *codenames, username="ana", **campos):
        request = getattr(rf, metodo)("/x")
        request.user = django_user_model.objects.create_user(username, **campos)
        request.user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
        return ModelPermissions().has_permission(request, vista())

    return permite


@pytest.mark.parametrize(
    ("metodo", "permiso"),
    [("get", "view"), ("head", "view"), ("post", "add"), ("put", "change"), ("patch", "change"), ("delete", "delete")],
)
def test_each_method_needs_its_own_permission(permite, metodo, permiso):
    otros = {"view", "add", "change", "delete"} - {permiso}
    assert permite(metodo, Vista, f"{permiso}_proceso")
    assert not permite(metodo, Vista, *(f"{otro}_proceso" for otro in otros), username="otra")


@pytest.mark.parametrize("is_staff", [True, False])
def test_view_without_a_model_is_for_staff(permite, is_staff):
    assert permite("get", object, is_staff=is_staff) is is_staff


def test_nobody_is_refused(rf):
    request = rf.get("/x")
    request.user = AnonymousUser()
    assert not ModelPermissions().has_permission(request, Vista())


class Abierta(Vista):
    alcances = {"GET": "lectura"}


@pytest.fixture
def permite_clave(rf):
    def permite(metodo, vista, *scopes):
        request = getattr(rf, metodo)("/x")
        request.user, request.auth = AnonymousUser(), SimpleNamespace(scopes=frozenset(scopes))
        return ModelPermissions().has_permission(request, vista())

    return permite


@pytest.mark.parametrize("metodo", ["get", "head", "options"])
def test_key_with_the_scope_reads_where_the_view_is_open(permite_clave, metodo):
    assert permite_clave(metodo, Abierta, "lectura", "ventas")
    assert not permite_clave(metodo, Abierta, "ventas")


@pytest.mark.parametrize("metodo", ["post", "put", "patch", "delete"])
def test_key_is_refused_where_the_method_has_no_scope(permite_clave, metodo):
    assert not permite_clave(metodo, Abierta, "lectura")


@pytest.mark.parametrize("vista", [Vista, object])
def test_key_is_refused_where_the_view_is_not_open(permite_clave, vista):
    assert not permite_clave("get", vista, "lectura")
