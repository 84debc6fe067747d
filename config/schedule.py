"""What runs by itself and when; beat copies these rows into the database, where staff may edit them."""

from celery.schedules import crontab

HORARIO = {
    "extraer-todas": {"task": "extraer_todas_task", "schedule": crontab(hour=1, minute=0)},
    "cuadrar-todas": {"task": "cuadrar_todas_task", "schedule": crontab(hour=3, minute=0)},
}
