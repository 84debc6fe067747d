"""Reading windows of the source into a load, together with those that their rows have moved from or to."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from companies.models import EmpresaServidor
from inventory.months import Mes, mes_de
from inventory.rejections import Rechazos
from inventory.window import Contexto, Lectura, Ventana
from lib.bulk import Lote
from servers.source import Instantanea

CLAVE = ("empresa_servidor_id", "clave_origen")
IGNORAR = ("ejecucion_id", "fecha_extraccion")  # they differ with each run and make no row a changed one


def origen_de(empresa: EmpresaServidor) -> str:
    """Where a company's rows come from; windows read from elsewhere do not count as extracted."""
    return f"{empresa.servidor_id}:{empresa.ruta_base}"


def leer_juntas(foto: Instantanea, contexto: Contexto, mes: Mes, lote: Lote, rechazos: Rechazos) -> list[Lectura]:
    """Read the window and, in the same snapshot, those from which its rows have moved, and from which theirs have."""
    pending, done = [mes], dict[Mes, Lectura]()
    while pending:
        for month in pending:
            done[month] = Ventana(foto, contexto, month, lote, rechazos, contexto.marcha).leer()
        with transaction.atomic():
            pending = mudadas_desde(lote, contexto.empresa, done)
    return list(done.values())


def ambito(empresa: EmpresaServidor, meses: Iterable[Mes]) -> Q:
    """The stored movements of those windows."""
    windows = Q()
    for month in meses:
        windows |= Q(fecha__gte=month.desde, fecha__lt=month.hasta)
    return Q(empresa_servidor=empresa) & windows


def mudadas_desde(lote: Lote, empresa: EmpresaServidor, meses: Iterable[Mes]) -> list[Mes]:
    """The other windows where rows of this load are stored now: their date has changed at the source."""
    days = lote.fuera_de(ambito(empresa, meses), clave=CLAVE, campo="fecha", ignorar=IGNORAR)
    return sorted({mes_de(day) for day in days})
