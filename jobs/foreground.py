"""Doing a run in the foreground, for every management command.

Exit status: 0 completada, 1 fallida o cancelada, 3 completada con errores, 4 another process has the run already
(2 is Django's and argparse's own: wrong arguments).
"""

import json
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper
from rest_framework.renderers import JSONRenderer

from jobs.bar import Mute, open_bar, resumen
from jobs.launching import ya_en_curso
from jobs.models import Ejecucion, Estado
from jobs.running import Cuerpo, ejecutar
from jobs.serializers import EjecucionSerializer
from jobs.watching import interrumpir_muertas
from lib.errors import TrastiendaError

SALIDA = {Estado.COMPLETADA: 0, Estado.FALLIDA: 1, Estado.CANCELADA: 1, Estado.COMPLETADA_CON_ERRORES: 3}
SALIDA_YA_EN_CURSO = 4

Pedido = Callable[[], tuple[Ejecucion, bool]]


class JobCommand(BaseCommand):
    """A command that does runs: a subclass names `cumplir` and yields, in `pedir`, what asks for each of its runs.

        class Command(JobCommand):
            cumplir = staticmethod(discovery.cumplir)

            def add_arguments(self, parser): super().add_arguments(parser); parser.add_argument("--servidor", ...)

            def pedir(self, **opciones):
                yield partial(discovery.solicitar, buscar(opciones["servidor"]), encolar=False)

    Several runs go one after the other; an error of one, or of asking for it, does not stop the others, and the worst
    status is the exit's.
    """

    cumplir: ClassVar[Cuerpo]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="Un objeto JSON por ejecución.")

    def pedir(self, **opciones: Any) -> Iterable[Pedido]:
        raise NotImplementedError

    def handle(self, *args: Any, **opciones: Any) -> None:
        status = 0
        as_json = opciones["as_json"]
        interrumpir_muertas()  # where no `vigilar` runs, a command that was killed would be in its own way for good
        try:
            for pedido in self.pedir(**opciones):
                its_status, go_on = self._correr(pedido, as_json=as_json)
                status = max(status, its_status)
                if not go_on:
                    break
        except TrastiendaError as error:
            status = max(status, self._quejarse(error, as_json=as_json))
        if status:
            raise SystemExit(status)

    def _correr(self, pedido: Pedido, *, as_json: bool) -> tuple[int, bool]:
        """The status of one run, and whether to go on with the next: Ctrl-C means all of them."""
        try:
            run, _ = pedido()
            status = correr(run, type(self).cumplir, stdout=self.stdout, as_json=as_json)
        except TrastiendaError as error:
            return self._quejarse(error, as_json=as_json), True
        return status, run.estado != Estado.CANCELADA

    def _quejarse(self, error: TrastiendaError, *, as_json: bool) -> int:
        if as_json:
            self.stdout.write(json.dumps({"error": error.as_dict()}, ensure_ascii=False))
        else:
            self.stderr.write(str(error))
        return SALIDA_YA_EN_CURSO if error.codigo == "ya_en_curso" else 1


def correr(run: Ejecucion, cuerpo: Cuerpo, *, stdout: OutputWrapper, as_json: bool = False) -> int:
    """Do the run here with a bar (terminal), lines (pipe) or one JSON object at its end; the exit status.

    Conflict `ya_en_curso` where another process has it; `run` is fresh afterwards.
    """
    show = Mute() if as_json else open_bar(stdout)
    try:
        with terminable(), show:
            done = ejecutar(run.pk, cuerpo, escucha=show)
    finally:
        run.refresh_from_db()
    if done is None:
        raise ya_en_curso(run, f"Otro proceso ya hace esta ejecución ({run.task_id}).")
    stdout.write(JSONRenderer().render(EjecucionSerializer(run).data).decode() if as_json else resumen(run))
    return SALIDA.get(Estado(run.estado), 1)


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does: cancelled, not left behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
