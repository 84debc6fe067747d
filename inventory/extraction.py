"""Copy a company's movements, month by month, and with them its articles and stock."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from companies.choosing import empresa_con_id
from companies.models import EmpresaServidor, EstadoEmpresa
from inventory.catalog import CATALOGO, copiar_catalogo
from inventory.checkpoint import Avance
from inventory.models import VentanaExtraccion
from inventory.months import Mes, abiertos_desde, anio_fiscal, meses_entre
from inventory.reading import origen_de
from inventory.recipe import receta_de
from inventory.session import Sesion
from jobs import launching
from jobs.launching import Trabajo
from jobs.models import Ejecucion
from jobs.running import Marcha
from lib.errors import Rejected
from servers.turn import exigir_activo

TRABAJO = Trabajo("extraer_datos", "extraer_datos_task", "fuentes", nombre="Extraer movimientos")


def solicitar(
    empresa: EmpresaServidor,
    inicio: date | None = None,
    fin: date | None = None,
    *,
    forzar: bool = False,
    por: Any = None,
    encolar: bool = True,
) -> tuple[Ejecucion, bool]:
    """The run that extracts the company's fiscal year, or the months that the dates touch; and whether it is new."""
    exigir_activa(empresa)
    first, last = anio_fiscal(empresa)
    inicio, fin = inicio or first, fin or last
    meses_entre(inicio, fin)
    return launching.solicitar(
        TRABAJO,
        clave=f"empresa:{empresa.pk}",
        sobre=str(empresa),
        parametros={"empresa": empresa.pk, "inicio": str(inicio), "fin": str(fin), "forzar": forzar},
        por=por,
        encolar=encolar,
    )


def cumplir(marcha: Marcha) -> dict[str, Any]:
    """Do the run that `solicitar` asked for."""
    asked = marcha.parametros
    empresa = empresa_con_id(asked["empresa"])
    inicio, fin = date.fromisoformat(asked["inicio"]), date.fromisoformat(asked["fin"])
    return extraer(empresa, inicio, fin, forzar=asked["forzar"], marcha=marcha)


def extraer(empresa: EmpresaServidor, inicio: date, fin: date, *, forzar: bool, marcha: Marcha) -> dict[str, Any]:
    """Copy every month that the days from `inicio` to `fin` touch.

    1. Leave out the months that the ledger holds from this source and by these rules, unless forced or still open.
    2. Copy each of the others in one snapshot and one transaction, which also moves the checkpoint.
    3. Copy articles and stock as they are now.
    """
    exigir_activa(empresa)
    meses = meses_entre(inicio, fin)
    avance = Avance(marcha)
    extraidos = set() if forzar else _extraidos(empresa)
    pendientes = [mes for mes in meses if mes not in extraidos and mes not in avance.hechos]
    marcha.avanzar(len(avance.hechos), total=len(avance.hechos) + len(pendientes))
    if pendientes or (avance.hechos and not avance.catalogo):
        _copiar(empresa, pendientes, avance)
    return _resultado(meses, (inicio, fin), avance)


def exigir_activa(empresa: EmpresaServidor) -> None:
    """Rejected where the company or its server is switched off."""
    if empresa.estado != EstadoEmpresa.ACTIVO:
        raise Rejected(
            "empresa_inactiva",
            f"{empresa} está inactiva: ya no aparece en la base maestra de su servidor.",
            "Descubra de nuevo las empresas del servidor o actívela.",
        )
    exigir_activo(empresa.servidor)


def _extraidos(empresa: EmpresaServidor) -> set[Mes]:
    """The months that the ledger holds as they would be read now, and that are not open any more."""
    abierto = abiertos_desde(empresa, timezone.now(), settings.EXTRACCION_COLA_MESES)
    present = {"origen": origen_de(empresa), "receta": receta_de(empresa)}
    rows = VentanaExtraccion.objects.filter(empresa_servidor=empresa, desde__lt=abierto, **present)
    return {Mes(desde) for desde in rows.values_list("desde", flat=True)}


def _copiar(empresa: EmpresaServidor, pendientes: list[Mes], avance: Avance) -> None:
    done = len(avance.hechos)
    avance.marcha.anotar(f"Meses por leer: {len(pendientes)}." + (f" Ya leídos: {done}." if done else ""))
    with Sesion(empresa, avance.marcha) as sesion:
        sesion.copiar(pendientes, avance, despues=CATALOGO)
        step = partial(copiar_catalogo, confirmar=avance.confirmar_catalogo)
        sesion.hacer(partial(step, adelanto=sesion.adelanto))


def _resultado(meses: list[Mes], asked: tuple[date, date], avance: Avance) -> dict[str, Any]:
    effective = (meses[0].desde, meses[-1].hasta - timedelta(days=1))
    return {
        "estado": _estado(avance),
        "registros_guardados": avance.suma("filas"),
        "total_encontrados": avance.suma("encontradas"),
        "chunks_procesados": len(avance.ventanas),
        "rango": {
            "solicitado": [str(day) for day in asked],
            "efectivo": [str(day) for day in effective],
            "ampliado": effective != asked,
        },
        "ventanas": avance.detalle(meses),
        "catalogo": avance.catalogo,
    }


def _estado(avance: Avance) -> str:
    if not avance.ventanas:
        return "ya_extraido"
    return "exito" if avance.suma("encontradas") else "sin_datos"
