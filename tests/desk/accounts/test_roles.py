"""The four roles."""

import json
from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from desk.accounts import roles
from desk.accounts.roles import ROLES

pytestmark = pytest.mark.django_db


def permisos(rol):
    filas = Permission.objects.filter(group__name=rol).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in filas}


def mandar(*opciones):
    salida = StringIO()
    call_command("roles", *opciones, stdout=salida)
    return salida.getvalue()


def test_each_role_is_there_after_migrating():
    assert set(ROLES) <= set(Group.objects.values_list("name", flat=True))
    assert len(permisos("administrador")) == Permission.objects.count()


@pytest.mark.parametrize("patron", sorted({patron for patrones in ROLES.values() for patron in patrones}))
def test_each_declared_permission_exists(patron):
    assert any(roles._declarado(clave, (patron,)) for clave in roles._permisos())


def test_a_reader_and_an_auditor_only_look():
    for rol in ("lector", "auditor"):
        assert {clave.split(".")[1].split("_")[0] for clave in permisos(rol)} == {"view"}


def test_personal_data_are_for_administrators_only():
    assert [rol for rol in ROLES if "inventory.ver_datos_personales" in permisos(rol)] == ["administrador"]


def test_an_operator_works_and_gives_no_rights():
    suyos = permisos("operador")
    assert {"companies.change_empresaservidor", "apikeys.add_apikeycliente", "jobs.view_ejecucion"} <= suyos
    assert not [clave for clave in suyos if clave.startswith(("auth.", "admin.", "mfa.")) or ".delete_serv" in clave]


def test_repairing_adds_what_lacks_and_takes_nothing():
    lector = Group.objects.get(name="lector")
    de_mas = Permission.objects.get(codename="view_user")
    lector.permissions.set([de_mas])
    Group.objects.get(name="operador").delete()
    with pytest.raises(CommandError):
        mandar()
    assert "le faltan" not in mandar("--reparar")
    assert "auth.view_user" in permisos("lector")
    assert "inventory.view_articulo" in permisos("lector")
    assert permisos("operador")


def test_the_command_speaks_json():
    vistos = json.loads(mandar("--json"))["roles"]
    assert [rol["nombre"] for rol in vistos] == list(ROLES)
    assert all(rol["faltan"] == [] for rol in vistos)
