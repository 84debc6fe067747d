"""Users, groups and schedules can be listed, opened and added in the admin."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from companies.models import UsuarioEmpresa
from servers.models import Servidor


@pytest.fixture
def api(client, admin):
    client.force_login(admin)
    return client


@pytest.mark.parametrize("model", [User, Group, PeriodicTask, CrontabSchedule, IntervalSchedule])
def test_pages_open(api, model):
    nombre = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert api.get(reverse(f"{nombre}_changelist")).status_code == 200
    assert api.get(reverse(f"{nombre}_add")).status_code == 200


def test_schedule_is_shown_and_changed(api):
    crontab = CrontabSchedule.objects.create(minute="0", hour="1")
    tarea = PeriodicTask.objects.create(name="extraer-todas", task="extraer_todas_task", crontab=crontab)
    assert "extraer-todas" in api.get(reverse("admin:django_celery_beat_periodictask_changelist")).text
    assert "Cada día a las 01:00 (" in api.get(reverse("admin:django_celery_beat_periodictask_changelist")).text
    url = reverse("admin:django_celery_beat_periodictask_change", args=[tarea.pk])
    assert "extraer_todas_task" in api.get(url).text
    datos = {"name": "otra", "task": "extraer_todas_task", "crontab": crontab.pk, "args": "[]", "kwargs": "{}"}
    assert api.post(url, datos).status_code == 302
    tarea.refresh_from_db()
    assert (tarea.name, tarea.enabled) == ("otra", False)


def test_user_is_added_with_a_password(api):
    datos = {"username": "ana", "password1": "clave-larga-1", "password2": "clave-larga-1", "usable_password": "true"}
    assert api.post(reverse("admin:auth_user_add"), datos).status_code == 302
    assert User.objects.get(username="ana").check_password("clave-larga-1")


USUARIOS = ("view_user", "add_user", "change_user", "delete_user")


@pytest.fixture
def encargada(client, django_user_model, db):
    user = django_user_model.objects.create_user("encargada", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=USUARIOS))
    client.force_login(user)
    return user


def test_staff_who_change_users_do_not_become_superusers(client, encargada, admin):
    form = {"username": "encargada", "is_active": "on", "is_staff": "on", "is_superuser": "on", "date_joined_0":
            "2026-01-01", "date_joined_1": "00:00:00"}  # fmt: skip
    assert client.post(f"/admin/auth/user/{encargada.pk}/change/", form).status_code == 302
    encargada.refresh_from_db()
    assert not encargada.is_superuser
    new = {"password1": "clave-larga-9", "password2": "clave-larga-9"}
    for page in ("change", "delete"):
        assert client.post(f"/admin/auth/user/{admin.pk}/{page}/", form).status_code == 403
    assert client.post(f"/admin/auth/user/{admin.pk}/password/", new).status_code == 403
    assert type(admin).objects.get(pk=admin.pk).password == admin.password


def test_a_limited_user_changes_no_accounts(client, encargada, django_user_model):
    servidor = Servidor.objects.create(nombre="BCE", host="127.0.0.1", usuario="U", ruta_maestra="ADMIN")
    empresa = servidor.empresas.create(
        codigo="1", nombre="N", nit="1", nit_original="1", nit_base="1", anio_fiscal=2025
    )
    UsuarioEmpresa.objects.create(usuario=encargada, empresa=empresa)
    assert client.get("/admin/auth/user/").status_code == 200
    assert client.get("/admin/auth/user/add/").status_code == 403
    assert client.post(f"/admin/auth/user/{encargada.pk}/delete/", {"post": "yes"}).status_code == 403
    assert django_user_model.objects.count() == 1


@pytest.mark.parametrize(
    ("permisos", "limitada", "cambia"),
    [("view change", False, True), ("view change", True, False), ("view", False, False)],
)
def test_schedules_are_changed_by_who_may_and_sees_every_company(client, encargada, permisos, limitada, cambia):
    codenames = [f"{permiso}_periodictask" for permiso in permisos.split()]
    encargada.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    if limitada:
        servidor = Servidor.objects.create(nombre="BCE", host="127.0.0.1", usuario="U", ruta_maestra="ADMIN")
        suya = servidor.empresas.create(codigo="1", nombre="N", nit="1", nit_base="1", anio_fiscal=2025)
        UsuarioEmpresa.objects.create(usuario=encargada, empresa=suya)
    tarea = PeriodicTask.objects.create(name="t", task="extraer_todas_task", crontab=CrontabSchedule.objects.create())
    lista = reverse("admin:django_celery_beat_periodictask_changelist")
    assert client.get(lista).status_code == 200
    client.post(lista, {"action": "disable_tasks", "_selected_action": [tarea.pk]})
    tarea.refresh_from_db()
    assert tarea.enabled is not cambia
