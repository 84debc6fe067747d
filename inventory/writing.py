"""Writing windows: their rows, rejections, ledger and checkpoint in one transaction, or nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from companies.models import EmpresaServidor
from inventory.ahead import Adelanto, DeMes, Legible, Leida, Libro, libro, preparar
from inventory.ledger import anotar_ventana
from inventory.months import Mes
from inventory.reading import CLAVE, IGNORAR, ambito, leer_juntas, mudadas_desde, origen_de
from inventory.window import Contexto, Lectura
from lib.errors import Fatal, Retriable
from lib.merging import Conteos
from servers.source import Fuente

Confirmar = Callable[[list[Lectura], Conteos], None]


def copiar(
    fuente: Fuente,
    contexto: Contexto,
    mes: Mes,
    confirmar: Confirmar,
    *,
    adelanto: Adelanto,
    siguiente: Legible[Any] | None = None,
) -> list[Lectura]:
    """Make the stored window equal to the source's, together with the windows that its rows have moved from.

    Read in one snapshot, which ends before the write transaction begins; `confirmar` writes the checkpoint as the last
    thing of that transaction. While it lasts, `siguiente` is read.
    """
    with adelanto.tomar(fuente, contexto, DeMes(mes)) as leida:
        if siguiente is not None:
            adelanto.empezar(fuente, contexto, siguiente)
        if _escribir(contexto, leida, confirmar):
            return leida.lecturas
    adelanto.descartar()
    return _copiar_juntas(fuente, contexto, mes, confirmar)


def _copiar_juntas(fuente: Fuente, contexto: Contexto, mes: Mes, confirmar: Confirmar) -> list[Lectura]:
    """The window again, with those that its rows have moved from: all in one snapshot and one transaction."""
    with preparar(contexto) as preparada:
        with fuente.instantanea() as foto:
            lecturas = leer_juntas(foto, contexto, mes, preparada.lote, preparada.rechazos)
        if not _escribir(contexto, Leida(lecturas, foto.momento, preparada), confirmar):
            raise _mas_nueva()
    return lecturas


def _escribir(contexto: Contexto, leida: Leida, confirmar: Confirmar) -> bool:
    """All of it in one transaction; False, with nothing written, where rows of it are stored in other windows."""
    lote, rechazos = leida.preparada.lote, leida.preparada.rechazos
    meses = [lectura.mes for lectura in leida.lecturas]
    with transaction.atomic():
        empresa = exigir_origen(contexto)
        _exigir_vigencia(empresa, meses, leida.preparada.antes)
        suyos = ambito(empresa, meses)
        conteos = lote.copiar(clave=CLAVE, ambito=suyos)
        if conteos is None:  # the window is not empty, or a key lies in another one
            if mudadas_desde(lote, empresa, meses):
                return False
            conteos = lote.fusionar(clave=CLAVE, ambito=suyos, ignorar=IGNORAR)
        rechazos.reemplazar(empresa, meses, contexto.marcha.run)
        for lectura in leida.lecturas:
            _anotar(contexto, lectura, rechazos.por_mes.get(lectura.mes, 0), leida.momento)
        EmpresaServidor.objects.filter(pk=empresa.pk).update(ultima_extraccion=leida.momento)
        confirmar(leida.lecturas, conteos)
    return True


def exigir_origen(contexto: Contexto) -> EmpresaServidor:
    """Hold the company for this transaction; Fatal where it was moved to another database while it was read."""
    empresa = EmpresaServidor.objects.select_for_update().only("servidor_id", "ruta_base").get(pk=contexto.empresa.pk)
    if origen_de(empresa) != contexto.origen:
        raise Fatal(
            "empresa_movida", "La empresa cambió de servidor o de base mientras se leía.", "Repita la extracción."
        )
    return empresa


def _exigir_vigencia(empresa: EmpresaServidor, meses: Iterable[Mes], antes: Libro) -> None:
    """Retriable where another run has written one of these windows since their reading began."""
    now = libro(empresa)
    if any(now.get(mes) != antes.get(mes) for mes in meses):
        raise _mas_nueva()


def _mas_nueva() -> Retriable:
    return Retriable("ventana_mas_nueva", "Otra ejecución escribió esa ventana mientras se leía.", "Se lee de nuevo.")


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
