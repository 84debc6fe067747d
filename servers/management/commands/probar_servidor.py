"""«Probar conexión» on the command line; ends with status 1 if a step failed."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lib.errors import Rejected
from servers import doctor
from servers.models import Servidor


class Command(BaseCommand):
    help = "Prueba la conexión con un servidor, paso a paso: dirección, puerto, acceso, base maestra y EMPRESAS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("servidor", help="Nombre o número del servidor.")
        parser.add_argument("--json", action="store_true", help="Un objeto JSON en vez de frases.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            servidor = Servidor.objects.buscar(options["servidor"])
        except Rejected as error:
            raise CommandError(str(error)) from None
        diagnostico = doctor.probar(servidor)
        if options["json"]:
            self.stdout.write(json.dumps(diagnostico.as_dict(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(diagnostico.lineas()))
        if not diagnostico.correcto:
            sys.exit(1)
