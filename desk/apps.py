from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

SALAS = {"auth": "Personas", "django_celery_beat": "Trabajo"}
NOMBRES = {"auth.group": ("rol", "roles")}


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = "Mesa"

    def ready(self) -> None:
        """Call what comes from elsewhere as menu and guide do; listen to allauth."""
        for label, sala in SALAS.items():
            apps.get_app_config(label).verbose_name = sala
        for label, (uno, varios) in NOMBRES.items():  # words only: migrations read what the class itself declares
            opciones = apps.get_model(label)._meta
            opciones.verbose_name, opciones.verbose_name_plural = uno, varios
        apps.get_model("auth.user")._meta.get_field("groups").verbose_name = "roles"
        from allauth.mfa import signals

        from desk.accounts import roles, second_factor

        last = [room for room in apps.get_app_configs() if room.models_module][-1]
        post_migrate.connect(roles.asegurar, sender=last)  # by then every permission is there
        signals.authenticator_added.connect(second_factor.al_activar)
        signals.authenticator_removed.connect(second_factor.al_quitar)
        signals.authenticator_used.connect(second_factor.al_usar)
