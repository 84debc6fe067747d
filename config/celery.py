"""The Celery application."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("trastienda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def asentar(**kwargs: Any) -> None:
    """What a worker has loaded stays; to look through it for garbage, now and then in a run, takes 0.1 s each time."""
    gc.collect()
    gc.freeze()
