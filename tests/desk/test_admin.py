"""Users, groups and schedules can be listed, opened and added in the admin."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask


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
