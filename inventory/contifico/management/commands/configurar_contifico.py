"""The environment's account of Contífico, made or brought up to date; status 1 where there is none to make."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.contifico import environment
from lib.errors import TrastiendaError


class Command(BaseCommand):
    help = "Crea la cuenta de Contífico de las variables CONTIFICO_*, o le aplica las que hayan cambiado."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Un objeto JSON en vez de una frase.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = environment.aplicar()
        except TrastiendaError as error:
            raise CommandError(str(error)) from None
        if done is None:
            raise CommandError("No hay CONTIFICO_API_KEY en el entorno.")
        if options["json"]:
            answer = {"cuenta": done.cuenta.nombre, "creada": done.creada, "variables": done.variables}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write(str(done))
