"""Reading needs the model's view permission; a view without a model is for staff."""

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
