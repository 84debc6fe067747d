"""`manage.py quitar_segundo_factor USUARIO`: for someone who lost the phone and the recovery codes."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.accounts import second_factor


class Command(BaseCommand):
    help = "Quita el segundo factor de un usuario, termina sus sesiones y revoca sus fichas personales."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("usuario", help="El nombre de usuario.")

    def handle(self, *args: Any, **options: Any) -> None:
        usuario = get_user_model().objects.filter(username=options["usuario"]).first()
        if usuario is None:
            raise CommandError(f"No hay un usuario «{options['usuario']}».")
        habia = second_factor.quitar(usuario)
        hecho = "Se quitó su segundo factor" if habia else "No tenía segundo factor"
        self.stdout.write(f"{usuario}: {hecho}; sus sesiones terminaron y sus fichas ya no valen.")
