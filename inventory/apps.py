from django.apps import AppConfig
from django.db.backends.signals import connection_created


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = "Inventario"

    def ready(self) -> None:
        from inventory.ledger import registrar_en_sqlite

        connection_created.connect(registrar_en_sqlite, dispatch_uid="huella_de_ventana")
