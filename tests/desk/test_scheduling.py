"""What staff changed of the schedule is still there after beat starts again, and what is new has been added."""

from types import SimpleNamespace

from celery import current_app
from django.conf import settings
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from config.schedule import HORARIO
from desk.scheduling import Planificador

EXTRAER = "Extraer movimientos de todas las empresas"


def arrancar():
    """What beat does first; the rest of its start closes the connection that the test rolls back."""
    Planificador.update_from_dict(SimpleNamespace(Entry=Planificador.Entry, app=current_app, schedule={}), HORARIO)


def test_beat_follows_this_schedule():
    assert settings.CELERY_BEAT_SCHEDULER == "desk.scheduling:Planificador"


def test_a_start_adds_what_is_missing(db):
    arrancar()
    PeriodicTask.objects.get(name=EXTRAER).delete()
    arrancar()
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == set(HORARIO)
    assert PeriodicTask.objects.get(name=EXTRAER).crontab.hour == "1"


def test_a_start_leaves_what_staff_changed(db):
    arrancar()
    tarea = PeriodicTask.objects.get(name=EXTRAER)
    tarea.crontab = CrontabSchedule.objects.create(hour="22", minute="30")
    tarea.enabled = False
    tarea.save()
    arrancar()
    tarea.refresh_from_db()
    assert (tarea.crontab.hour, tarea.enabled) == ("22", False)
