"""The threads of a worker that long runs may take: all but one, so that what somebody waits for finds one free.

A worker of a single thread has none to spare: its long runs take that one.
"""

import threading
from typing import Any
from uuid import UUID

from celery.signals import worker_init

_guard = threading.Lock()
_taken: set[UUID] = set()
_limit: list[int] = []  # empty: no worker, no limit


@worker_init.connect
def repartir(sender: Any = None, **kwargs: Any) -> None:
    """Learn how many threads this worker has."""
    threads = getattr(sender, "concurrency", 0) or 0
    with _guard:
        _limit[:] = [max(1, threads - 1)] if threads else []
        _taken.clear()


def tomar(run: UUID) -> bool:
    """Whether the run may keep its thread for long; once it may, it keeps it until `soltar`."""
    with _guard:
        if run in _taken or not _limit or len(_taken) < _limit[0]:
            _taken.add(run)
        return run in _taken


def soltar(run: UUID) -> bool:
    """Give the thread free; whether the run had it."""
    with _guard:
        had = run in _taken
        _taken.discard(run)
        return had
