"""Issue a key: standard output gets the key and nothing else, so that it may go straight into a file of secrets."""

from typing import Any

from django.core.management.base import CommandParser

from apikeys import issuing
from apikeys.management.speaking import ComandoDeClaves
from apikeys.models import Alcance
from apikeys.serializers import ClaveEmitidaSerializer


class Command(ComandoDeClaves):
    help = "Genera una clave de API para un NIT, una sucursal o un local. La clave se muestra una sola vez."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        dueno = parser.add_mutually_exclusive_group(required=True)
        dueno.add_argument("--nit", default="", help="Como está escrito; ve las empresas de ese NIT.")
        dueno.add_argument("--sucursal", default="", dest="id_sucursal", help="Id de la sucursal.")
        dueno.add_argument("--local", default="", help="Local de cajas.")
        parser.add_argument("--nombre", default="", dest="nombre_cliente", help="Por defecto, el de su empresa.")
        parser.add_argument("--dias", type=int, default=issuing.DIAS, dest="dias_validez", help="De 1 a 3650.")
        parser.add_argument("--alcance", action="append", choices=Alcance.values, dest="alcances")
        parser.add_argument("--limite", type=int, dest="limite_por_minuto", help="Peticiones por minuto.")
        parser.add_argument("--red", action="append", default=[], dest="redes_permitidas", help="En forma CIDR.")
        parser.add_argument("--origen", action="append", default=[], dest="origenes", help="https://tienda.example.com")
        parser.add_argument("--reemplazar", action="store_true", help="Revoca las demás claves del mismo dueño.")

    def hacer(self, **opciones: Any) -> bool:
        emitida = issuing.emitir(**{name: opciones[name] for name in PEDIDO})
        datos = ClaveEmitidaSerializer(emitida.fila, context={"emitida": emitida}).data
        self.decir(datos, emitida.clave.texto, as_json=opciones["as_json"])
        if not opciones["as_json"]:
            self.stderr.write(f"{emitida.fila}: ve {datos['empresas_asociadas']} empresas, caduca el {_dia(emitida)}.")
            self.stderr.write(datos["mensaje"])
        return True


PEDIDO = (
    "nit", "id_sucursal", "local", "nombre_cliente", "dias_validez", "alcances", "limite_por_minuto",
    "redes_permitidas", "origenes", "reemplazar",
)  # fmt: skip


def _dia(emitida: issuing.Emitida) -> str:
    return f"{emitida.fila.fecha_caducidad:%d/%m/%Y}"
