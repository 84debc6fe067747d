"""Bring every stored secret under the first key of CLAVES_CIFRADO."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lib import encrypted_json, encryption


class Command(BaseCommand):
    help = "Cifra de nuevo todos los secretos guardados con la primera clave de CLAVES_CIFRADO."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Un objeto JSON en vez de frases.")

    def handle(self, *args: Any, **options: Any) -> None:
        rotations = [*encryption.rotar(), *encrypted_json.rotar()]
        if options["json"]:
            self.stdout.write(json.dumps({"columnas": [asdict(rotation) for rotation in rotations]}))
        else:
            for rotation in rotations:
                self.stdout.write(_frase(rotation))
        lost = sum(len(rotation.ilegibles) for rotation in rotations)
        if lost:
            raise CommandError(
                f"{lost} secretos no se abren con ninguna clave. Devuelva a CLAVES_CIFRADO la clave con que se "
                "guardaron, o escriba esos secretos de nuevo."
            )


def _frase(rotation: encryption.Rotacion) -> str:
    frase = (
        f"{rotation.columna}: {rotation.leidas} leídas, {rotation.cifradas} cifradas de nuevo, "
        f"{rotation.al_dia} al día, {len(rotation.ilegibles)} ilegibles"
    )
    return frase + (f" (filas {', '.join(rotation.ilegibles)})" if rotation.ilegibles else "")
