"""`manage.py roles`: what each role may do, and whether its group does."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.accounts import roles


class Command(BaseCommand):
    help = "Muestra los roles lector, operador, auditor y administrador; con --reparar les devuelve lo que les falte."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reparar", action="store_true", help="Añade los roles y permisos que falten.")
        parser.add_argument("--json", action="store_true", help="Un objeto JSON en vez de frases.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reparar"]:
            roles.asegurar()
        vistos = roles.examinar()
        if options["json"]:
            self.stdout.write(json.dumps({"roles": [asdict(rol) for rol in vistos]}))
        else:
            for rol in vistos:
                self.stdout.write(_frase(rol))
        if any(rol.faltan for rol in vistos):
            raise CommandError("A algún rol le faltan permisos: repita con --reparar.")


def _frase(rol: roles.Rol) -> str:
    frase = f"{rol.nombre}: {rol.permisos} permisos, {rol.usuarios} usuarios"
    return frase + (f"; le faltan {', '.join(rol.faltan)}" if rol.faltan else "")
