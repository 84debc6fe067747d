"""What is done every night about uses and refusals."""

from typing import Any

from apikeys import tidying
from apikeys.management.speaking import ComandoDeClaves


class Command(ComandoDeClaves):
    help = "Anota los usos de claves que faltaban y olvida los intentos rechazados más viejos que INTENTOS_DIAS."

    def hacer(self, **opciones: Any) -> bool:
        hecho = tidying.limpiar()
        self.decir(
            hecho, f"Anotados: {hecho['anotados']}. Olvidados: {hecho['olvidados']}.", as_json=opciones["as_json"]
        )
        return True
