"""The médico de NIT on the command line; ends with status 1 where a key for the NIT would see no company."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apikeys.serializers_nits import ExamenSerializer
from companies import near_nits
from companies.models import EmpresaServidor
from companies.near_nits import Examen
from lib.errors import Rejected


class Command(BaseCommand):
    help = "Dice qué empresas vería una clave de un NIT y cuáles no por poco; confirma o retira un casi-NIT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("nit", help="El NIT como está escrito.")
        hacer = parser.add_mutually_exclusive_group()
        hacer.add_argument("--confirmar", metavar="OTRO", help="Quien tiene NIT ve también OTRO.")
        hacer.add_argument("--retirar", metavar="OTRO", help="Quien tiene NIT deja de ver OTRO.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Un objeto JSON en vez de frases.")

    def handle(self, *args: Any, nit: str, confirmar: str | None, retirar: str | None, **options: Any) -> None:
        try:
            if confirmar:
                near_nits.confirmar(nit, confirmar)
            if retirar:
                near_nits.retirar(nit, retirar)
            examen = near_nits.examinar(nit)
        except Rejected as error:
            raise CommandError(str(error)) from None
        if options["as_json"]:
            self.stdout.write(json.dumps(ExamenSerializer(examen).data, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_contar(examen)))
        if not examen.veria:
            sys.exit(1)


def _contar(examen: Examen) -> Iterable[str]:
    yield f"NIT {examen.nit.original}: base {examen.nit.base}"
    if examen.nit.dv_valido is False:
        yield f"El DV escrito ({examen.nit.dv}) está errado: sería {examen.dv_esperado}."
    if examen.confirmados:
        yield f"Confirmados como el mismo (con --retirar se deshace): {', '.join(examen.confirmados)}."
    yield "Vería 1 empresa:" if len(examen.veria) == 1 else f"Vería {len(examen.veria)} empresas:"
    yield from map(_linea, examen.veria)
    for casi in examen.casi:
        yield f"No vería {casi.nit_base}. {casi.explicacion}"
        yield from map(_linea, casi.empresas)


def _linea(empresa: EmpresaServidor) -> str:
    errado = ", DV errado" if empresa.dv_valido is False else ""
    return f"  {empresa.pk} {empresa} ({empresa.nit_original}{errado}, {empresa.servidor})"
