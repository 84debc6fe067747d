"""Discover the companies of a server, in the foreground."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from companies import discovery
from companies.choosing import servidor_llamado
from jobs.foreground import JobCommand, Pedido


class Command(JobCommand):
    help = "Descubre las empresas de un servidor y las guarda."
    cumplir = discovery.cumplir

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--servidor", required=True, help="Id o nombre del servidor.")

    def pedir(self, **opciones: Any) -> Iterable[Pedido]:
        yield partial(discovery.solicitar, servidor_llamado(opciones["servidor"]), encolar=False)
