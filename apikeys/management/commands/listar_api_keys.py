"""The keys that there are, each by its prefix."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandParser

from apikeys.association import contar_empresas
from apikeys.badges import dueno, situacion
from apikeys.management.speaking import ComandoDeClaves
from apikeys.models import APIKeyCliente
from apikeys.serializers import ClaveSerializer
from companies.nit import analizar


class Command(ComandoDeClaves):
    help = "Lista las claves de API, la más reciente primero; nunca la clave entera."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--nit", help="Solo las de este NIT, como está escrito.")
        parser.add_argument("--activas", action="store_true", help="Sin las revocadas.")

    def hacer(self, **opciones: Any) -> bool:
        filas = APIKeyCliente.objects.select_related("creada_por").prefetch_related("origenes")
        if opciones["nit"]:
            filas = filas.filter(nit_base=analizar(opciones["nit"]).base)
        halladas = list(filas.filter(activa=True) if opciones["activas"] else filas)
        cuentas = contar_empresas(halladas)
        datos = ClaveSerializer(halladas, many=True, context={"empresas": cuentas}).data
        self.decir(
            {"total_api_keys": len(halladas), "api_keys": datos},
            *_lineas(halladas, cuentas),
            as_json=opciones["as_json"],
        )
        return True


def _lineas(filas: Iterable[APIKeyCliente], cuentas: dict[int, int]) -> Iterable[str]:
    for fila in filas:
        yield f"{fila.pk} {fila}: {' '.join(dueno(fila))}, {cuentas[fila.pk]} empresas. {situacion(fila)[1]}"
    yield f"Claves: {len(cuentas)}"
