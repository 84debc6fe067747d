from django.apps import AppConfig


class ApikeysConfig(AppConfig):
    name = "apikeys"
    verbose_name = "Acceso"

    def ready(self) -> None:
        from apikeys import origins, schema  # noqa: F401  they register themselves
