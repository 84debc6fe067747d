"""Telling the runs of a worker that it has been asked to end: one byte that the pool's children share.

A warm shutdown waits for its tasks, and ours last for hours. The run sees the byte at its next sign of progress,
gives its lease back and goes on elsewhere from its checkpoint.
"""

import mmap
from typing import Any

from celery.signals import worker_init, worker_shutting_down

_byte = mmap.mmap(-1, 1)  # anonymous and shared: made before the pool forks, so that one write reaches every child

_worker = False


def pedida() -> bool:
    """Whether this worker is ending."""
    return _byte[0] != 0


@worker_shutting_down.connect
def pedir(**kwargs: Any) -> None:
    _byte[0] = 1


@worker_init.connect
def empezar(**kwargs: Any) -> None:
    global _worker
    _worker = True
    _byte[0] = 0


def es_worker() -> bool:
    """Whether this process is a worker with a pool of threads, or a child of a worker's pool: replaced if it dies."""
    return _worker
