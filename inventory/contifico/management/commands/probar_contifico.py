"""«Probar conexión» of an account of Contífico on the command line; ends with status 1 if a step failed."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.contifico import doctor
from inventory.contifico.models import Cuenta
from lib.errors import Rejected


class Command(BaseCommand):
    help = "Prueba la conexión con Contífico, paso a paso: dirección, conexión, clave, versiones y recursos."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cuenta", nargs="?", default="", help="Nombre o número de la cuenta; sin él, la primera.")
        parser.add_argument("--json", action="store_true", help="Un objeto JSON en vez de frases.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cuenta = Cuenta.objects.buscar(options["cuenta"])
        except Rejected as error:
            raise CommandError(str(error)) from None
        diagnostico = doctor.probar(cuenta)
        if options["json"]:
            self.stdout.write(json.dumps(diagnostico.as_dict(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(diagnostico.lineas()))
        if not diagnostico.correcto:
            sys.exit(1)
