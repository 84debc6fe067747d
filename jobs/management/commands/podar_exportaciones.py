"""Remove the exported files that have expired."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobs import export_store


class Command(BaseCommand):
    help = "Retira los archivos exportados que caducaron."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="Un objeto JSON.")

    def handle(self, *args: Any, **opciones: Any) -> None:
        retiradas = export_store.podar()
        said = json.dumps({"retiradas": retiradas}) if opciones["as_json"] else f"Archivos retirados: {retiradas}"
        self.stdout.write(said)
