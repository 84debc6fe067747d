"""«Probar conexión» on the command line; ends with status 1 if a step failed."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lib.doctor import Diagnostico, PasoHecho
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
            self._contar(diagnostico)
        if not diagnostico.correcto:
            sys.exit(1)

    def _contar(self, diagnostico: Diagnostico) -> None:
        for paso in diagnostico.pasos:
            self.stdout.write(_linea(paso))
            for more in filter(None, (paso.detalle, paso.remedio)):
                self.stdout.write(f"{'':12}{more}")
        self.stdout.write(diagnostico.resumen)


def _linea(paso: PasoHecho) -> str:
    took = "" if paso.ms is None else f" ({paso.ms} ms)"
    return f"{paso.resultado.upper():<9}{paso.titulo}{took}: {paso.mensaje}"
