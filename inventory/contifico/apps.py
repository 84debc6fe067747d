from django.apps import AppConfig


class ContificoConfig(AppConfig):
    name = "inventory.contifico"
    label = "contifico"
    verbose_name = "Contífico"
