"""What the commands of keys share: errors in the one shape, `--json`, and a status that tells the truth."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rest_framework.renderers import JSONRenderer

from lib.errors import TrastiendaError


class ComandoDeClaves(BaseCommand):
    """A subclass does its work in `hacer`, and says True where all is well; status 1 otherwise."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="Un objeto JSON en vez de frases.")

    def hacer(self, **opciones: Any) -> bool:
        raise NotImplementedError

    def handle(self, *args: Any, **opciones: Any) -> None:
        try:
            bien = self.hacer(**opciones)
        except TrastiendaError as error:
            bien = False
            if opciones["as_json"]:
                self.stdout.write(json.dumps({"error": error.as_dict()}, ensure_ascii=False))
            else:
                self.stderr.write(str(error))
        if not bien:
            sys.exit(1)

    def decir(self, objeto: Any, *frases: str, as_json: bool) -> None:
        """The object for a machine, or the sentences for a person."""
        self.stdout.write(JSONRenderer().render(objeto).decode() if as_json else "\n".join(frases))
