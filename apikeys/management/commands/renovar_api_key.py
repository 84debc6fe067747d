"""Issue the successor of a key: standard output gets the new key and nothing else."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from apikeys import issuing
from apikeys.accepting import SOLAPE_USUAL
from apikeys.choosing import clave_llamada
from apikeys.management.speaking import ComandoDeClaves
from apikeys.serializers import ClaveEmitidaSerializer


class Command(ComandoDeClaves):
    help = "Renueva una clave de API: la nueva se muestra una sola vez y la anterior sigue abriendo durante el solape."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("clave", help="Id o prefijo (sk_…) de la clave.")
        parser.add_argument("--dias", type=int, default=issuing.DIAS, help="Validez de la nueva, de 1 a 3650.")
        parser.add_argument("--solape-horas", type=int, default=SOLAPE_USUAL, help="De 0 a 720.")

    def hacer(self, **opciones: Any) -> bool:
        fila = clave_llamada(opciones["clave"])
        solape = timedelta(hours=min(opciones["solape_horas"], 10_000))
        emitida = issuing.renovar(fila, dias_validez=opciones["dias"], solape=solape, por=None)
        datos = ClaveEmitidaSerializer(emitida.fila, context={"emitida": emitida}).data
        self.decir(datos, emitida.clave.texto, as_json=opciones["as_json"])
        if not opciones["as_json"]:
            self.stderr.write(f"{fila} sigue abriendo hasta el {fila.fecha_caducidad:%d/%m/%Y %H:%M} UTC.")
            self.stderr.write(datos["mensaje"])
        return True
