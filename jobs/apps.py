from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Trabajo"

    def ready(self) -> None:
        """Connect Celery's signals (who is alive, who has been told to end) and the check of settings."""
        from jobs import checks, processes, stopping  # noqa: F401
