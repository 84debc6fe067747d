"""What runs by itself and when; beat puts these rows into the database once, where staff may edit them."""

from celery.schedules import crontab

HORARIO = {
    "Extraer movimientos de todas las empresas": {
        "task": "extraer_todas_task",
        "schedule": crontab(hour=1, minute=0),
    },
    "Cuadrar todas las empresas": {"task": "cuadrar_todas_task", "schedule": crontab(hour=3, minute=0)},
    "Anotar los usos de claves": {"task": "asentar_usos_task", "schedule": crontab(minute="*/10")},
    "Limpiar usos e intentos de claves": {"task": "limpiar_accesos_task", "schedule": crontab(hour=4, minute=15)},
    "Retirar exportaciones caducadas": {"task": "podar_exportaciones_task", "schedule": crontab(hour=4, minute=30)},
}
