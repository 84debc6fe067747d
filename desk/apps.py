from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

SALAS = {"auth": "Personas", "django_celery_beat": "Trabajo"}


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "Mesa"

    def ready(self) -> None:
        """Call what comes from elsewhere as the menu does, in the line that says where one is; listen to allauth."""
        for label, sala in SALAS.items():
            apps.get_app_config(label).verbose_name = sala
        from allauth.mfa import signals

        from desk.accounts import roles, second_factor

        last = [room for room in apps.get_app_configs() if room.models_module][-1]
        post_migrate.connect(roles.asegurar, sender=last)  # by then every permission is there
        signals.authenticator_added.connect(second_factor.al_activar)
        signals.authenticator_removed.connect(second_factor.al_quitar)
        signals.authenticator_used.connect(second_factor.al_usar)
