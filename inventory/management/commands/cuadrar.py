"""Compare a company, or all, with its source and correct the months that differ, in the foreground."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from inventory import nightly, reconciliation
from jobs.foreground import JobCommand, Pedido


class Command(JobCommand):
    help = "Compara los meses de una empresa con su fuente y vuelve a leer los que difieren."
    cumplir = reconciliation.cumplir

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--empresa", type=int, help="Id de la empresa.")
        which.add_argument("--todas", action="store_true", help="Todas las empresas activas.")

    def pedir(self, **opciones: Any) -> Iterable[Pedido]:
        for empresa in nightly.elegidas(opciones["empresa"]):
            yield partial(reconciliation.solicitar, empresa, encolar=False)
