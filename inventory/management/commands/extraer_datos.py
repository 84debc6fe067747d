"""Extract the movements of a company, or of all, in the foreground."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from inventory import extraction, nightly
from jobs.foreground import JobCommand, Pedido


class Command(JobCommand):
    help = "Extrae los movimientos de una empresa; sin fechas, su año fiscal."
    cumplir = extraction.cumplir

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--empresa", type=int, help="Id de la empresa.")
        which.add_argument("--todas", action="store_true", help="Todas las empresas activas.")
        parser.add_argument("--desde", type=date.fromisoformat, help="AAAA-MM-DD.")
        parser.add_argument("--hasta", type=date.fromisoformat, help="AAAA-MM-DD, incluido.")
        parser.add_argument("--forzar", action="store_true", help="Lee también los meses ya extraídos.")

    def pedir(self, **opciones: Any) -> Iterable[Pedido]:
        for empresa in nightly.elegidas(opciones["empresa"]):
            yield partial(
                extraction.solicitar,
                empresa, opciones["desde"], opciones["hasta"], forzar=opciones["forzar"], encolar=False,
            )  # fmt: skip
