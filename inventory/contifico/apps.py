from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContificoConfig(AppConfig):
    name = "inventory.contifico"
    label = "contifico"
    verbose_name = "Contífico"

    def ready(self) -> None:
        """After each migration the environment's account is made, or told what has changed."""
        from inventory.contifico import environment

        post_migrate.connect(environment.al_migrar, sender=self)
