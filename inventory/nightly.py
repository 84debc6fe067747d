"""What is asked for every company at once: by the schedule, or by `--todas`."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from companies.choosing import empresa_con_id
from companies.models import EmpresaServidor, EstadoEmpresa
from jobs.models import Ejecucion
from lib.errors import TrastiendaError

logger = logging.getLogger(__name__)

Solicitar = Callable[[EmpresaServidor], tuple[Ejecucion, bool]]


def activas() -> Iterable[EmpresaServidor]:
    """Active companies of active servers, most recent fiscal year first."""
    rows = EmpresaServidor.objects.filter(estado=EstadoEmpresa.ACTIVO, servidor__activo=True)
    return rows.select_related("servidor").order_by("-anio_fiscal", "nombre", "pk")


def elegidas(pk: int | None) -> Iterable[EmpresaServidor]:
    """The company with this id, or every active one; Rejected where there is none with it."""
    if pk is None:
        return activas()
    return [empresa_con_id(pk)]


def pedir_para_todas(solicitar: Solicitar) -> int:
    """Ask for a run of every active company; how many are new. One that runs already, or may not run, is left alone."""
    return sum(_pedir(solicitar, empresa) for empresa in activas())


def _pedir(solicitar: Any, empresa: EmpresaServidor) -> bool:
    try:
        _, new = solicitar(empresa)
    except TrastiendaError as error:
        logger.info("%s of %s: %s", solicitar.__module__, empresa, error)
        return False
    return bool(new)
