from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Trabajo"

    def ready(self) -> None:
        """Connect Celery's signals (who is alive, told to end, out of date) and the check of settings."""
        from jobs import checks, processes, stopping, unknown  # noqa: F401
