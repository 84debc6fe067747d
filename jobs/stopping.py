"""Telling the runs of a worker that it has been asked to end.

A warm shutdown waits for its tasks, and ours last for hours. The run sees the flag at its next sign of progress, gives
its lease back and goes on elsewhere from its checkpoint.
"""

import threading
from typing import Any

from celery.signals import worker_init, worker_shutting_down

_ending = threading.Event()
_working = threading.Event()


def pedida() -> bool:
    """Whether this worker is ending."""
    return _ending.is_set()


@worker_shutting_down.connect
def pedir(**kwargs: Any) -> None:
    _ending.set()


@worker_init.connect
def empezar(**kwargs: Any) -> None:
    _working.set()
    _ending.clear()


def es_worker() -> bool:
    """Whether this process is a worker, which whatever supervises it starts again when it dies."""
    return _working.is_set()
