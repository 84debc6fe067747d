"""Wiring only: what is installed, where it is served, when it runs."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
