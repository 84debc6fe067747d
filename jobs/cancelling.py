"""Cancelling a run: at once while it waits, at its next sign of progress while it works."""

from django.utils import timezone

from jobs.models import ACTIVOS, RECLAMABLES, SIN_ESPERA, Ejecucion, Estado
from lib.errors import Conflict


def cancelar(run: Ejecucion) -> Ejecucion:
    """Cancel the run, or Conflict `ya_termino`; the run as it stands afterwards."""
    asked = Ejecucion.objects.filter(pk=run.pk, estado__in=ACTIVOS)
    waiting = Ejecucion.objects.filter(pk=run.pk, estado__in=RECLAMABLES)
    # The word first: a run that begins or is put off between the two meets it.
    done = asked.update(cancelacion_solicitada=True)
    waiting.update(estado=Estado.CANCELADA, fin=timezone.now(), mensaje="Cancelada.", **SIN_ESPERA)
    run.refresh_from_db()
    if not done:
        raise Conflict("ya_termino", f"La ejecución ya terminó: {run.get_estado_display().lower()}.")
    return run
