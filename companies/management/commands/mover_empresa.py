"""Move a company to another server, in the foreground."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from companies import moving
from companies.choosing import empresa_con_id, servidor_llamado
from jobs.foreground import JobCommand, Pedido


class Command(JobCommand):
    help = "Mueve una empresa, con sus movimientos y claves, a otro servidor que tiene el mismo NIT y año."
    cumplir = moving.cumplir

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--empresa", type=int, required=True, help="Id de la empresa.")
        parser.add_argument("--servidor", required=True, help="Id o nombre del servidor de destino.")

    def pedir(self, **opciones: Any) -> Iterable[Pedido]:
        empresa = empresa_con_id(opciones["empresa"])
        yield partial(moving.solicitar, empresa, servidor_llamado(opciones["servidor"]), encolar=False)
