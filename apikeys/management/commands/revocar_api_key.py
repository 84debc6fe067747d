"""End a key at once."""

from typing import Any

from django.core.management.base import CommandParser

from apikeys import issuing
from apikeys.choosing import clave_llamada
from apikeys.management.speaking import ComandoDeClaves
from apikeys.serializers import ClaveSerializer


class Command(ComandoDeClaves):
    help = "Revoca una clave de API: deja de abrir en el acto."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("clave", help="Id o prefijo (sk_…) de la clave.")

    def hacer(self, **opciones: Any) -> bool:
        fila = clave_llamada(opciones["clave"])
        issuing.revocar(fila, por=None)
        self.decir(ClaveSerializer(fila).data, f"Clave revocada: {fila}.", as_json=opciones["as_json"])
        return True
