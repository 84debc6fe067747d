"""Writing windows: their rows, rejections, ledger and checkpoint in one transaction, or nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from companies.models import EmpresaServidor
from inventory.ledger import anotar_ventana
from inventory.models import MovimientoInventario, VentanaExtraccion
from inventory.months import Mes
from inventory.reading import CAMPOS, CLAVE, Contexto, Lectura, ambito, leer, origen_de
from inventory.rejections import Rechazos
from lib import bulk
from lib.bulk import Conteos, Lote
from lib.errors import Fatal, Retriable
from servers.source import Fuente

IGNORAR = ("ejecucion_id", "fecha_extraccion")  # they differ with each run and make no row a changed one

Confirmar = Callable[[list[Lectura], Conteos], None]
Libro = dict[Mes, list[Any]]


def copiar(fuente: Fuente, contexto: Contexto, mes: Mes, confirmar: Confirmar) -> list[Lectura]:
    """Make the stored window equal to the source's, together with the windows that its rows have moved from.

    Read in one snapshot, which ends before the write transaction begins; `confirmar` writes the checkpoint as the last
    thing of that transaction.
    """
    with bulk.preparar(MovimientoInventario, CAMPOS) as lote, Rechazos() as rechazos:
        antes = _libro(contexto.empresa)
        with fuente.instantanea() as foto:
            momento = foto.momento
            lecturas = leer(foto, contexto, mes, lote, rechazos)
        meses = [lectura.mes for lectura in lecturas]
        with transaction.atomic():
            empresa = exigir_origen(contexto)
            _exigir_vigencia(empresa, meses, antes, lote)
            conteos = lote.fusionar(clave=CLAVE, ambito=ambito(empresa, meses), ignorar=IGNORAR)
            rechazos.reemplazar(empresa, meses, contexto.marcha.run)
            for lectura in lecturas:
                _anotar(contexto, lectura, rechazos.por_mes.get(lectura.mes, 0), momento)
            EmpresaServidor.objects.filter(pk=empresa.pk).update(ultima_extraccion=momento)
            confirmar(lecturas, conteos)
    return lecturas


def exigir_origen(contexto: Contexto) -> EmpresaServidor:
    """Hold the company for this transaction; Fatal where it was moved to another database while it was read."""
    empresa = EmpresaServidor.objects.select_for_update().get(pk=contexto.empresa.pk)
    if origen_de(empresa) != contexto.origen:
        raise Fatal(
            "empresa_movida", "La empresa cambió de servidor o de base mientras se leía.", "Repita la extracción."
        )
    return empresa


def _libro(empresa: EmpresaServidor) -> Libro:
    """Who wrote each of the company's windows, and when it was read: told apart, never compared, as clocks go wrong."""
    rows = VentanaExtraccion.objects.filter(empresa_servidor=empresa)
    return {Mes(desde): written for desde, *written in rows.values_list("desde", "leida", "ejecucion_id")}


def _exigir_vigencia(empresa: EmpresaServidor, meses: list[Mes], antes: Libro, lote: Lote) -> None:
    """Retriable where another run has written, since this reading began, one of its windows or one of its lines."""
    now = _libro(empresa)
    overtaken = any(now.get(mes) != antes.get(mes) for mes in meses)
    if overtaken or lote.fuera_de(ambito(empresa, meses), clave=CLAVE, campo="fecha"):
        raise Retriable(
            "ventana_mas_nueva", "Otra ejecución escribió esa ventana mientras se leía.", "Se lee de nuevo."
        )


def _anotar(contexto: Contexto, lectura: Lectura, rechazadas: int, momento: datetime) -> None:
    fuente = lectura.fuente
    anotar_ventana(
        contexto.empresa,
        lectura.mes.desde,
        lectura.mes.hasta,
        leido=lectura.resumen,
        origen=contexto.origen,
        receta=contexto.receta,
        leida=momento,
        ejecucion=contexto.marcha.run,
        rechazadas=rechazadas,
        redondeadas=lectura.cuentas["redondeadas"],
        origen_filas=fuente.filas if fuente else None,
        origen_cantidad=str(fuente.cantidad) if fuente else "",
        origen_claves=str(fuente.claves) if fuente else "",
    )
