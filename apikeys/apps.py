from django.apps import AppConfig


class ApikeysConfig(AppConfig):
    name = "apikeys"
    verbose_name = "Acceso"

    def ready(self) -> None:
        from apikeys import schema  # noqa: F401  it registers itself
