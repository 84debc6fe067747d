import gc

from celery.signals import worker_ready

from config.celery import asentar


def test_asentar_leaves_what_is_loaded_out_of_later_searches():
    assert any(receiver() is asentar for _, receiver in worker_ready.receivers)
    try:
        asentar()
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
