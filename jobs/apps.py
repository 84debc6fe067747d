from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Ejecuciones"

    def ready(self) -> None:
        """Connect Celery's signals: who is alive, and who has been told to end."""
        from jobs import processes, stopping  # noqa: F401
