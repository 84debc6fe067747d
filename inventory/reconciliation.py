"""Compare what the source holds now with the ledger, month by month, and copy again the months that differ.

It finds what an extraction that skips finished months cannot see: documents posted late, voided, or moved to another
month. Lines, Σ quantity and Σ keys are compared; a line whose price or warehouse alone was changed in a finished month
needs a forced extraction.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from companies.choosing import empresa_con_id
from companies.models import EmpresaServidor
from inventory import summary
from inventory.checkpoint import Avance
from inventory.extraction import exigir_activa
from inventory.models import VentanaExtraccion
from inventory.months import Mes, anio_fiscal, mes_de, meses_entre
from inventory.reading import origen_de
from inventory.recipe import receta_de
from inventory.session import Sesion
from inventory.summary import Cuenta
from inventory.window import Contexto
from jobs import launching
from jobs.launching import Trabajo
from jobs.models import Ejecucion, LineaEjecucion
from jobs.running import Marcha
from lib.money import decimal_de
from servers.source import Fuente

TRABAJO = Trabajo("cuadrar", "cuadrar_task", "fuentes", nombre="Cuadrar con la fuente")

Conteo = dict[Mes | None, Cuenta]


def solicitar(empresa: EmpresaServidor, *, por: Any = None, encolar: bool = True) -> tuple[Ejecucion, bool]:
    """The run that reconciles the company, and whether it is new."""
    exigir_activa(empresa)
    return launching.solicitar(
        TRABAJO,
        clave=f"empresa:{empresa.pk}",
        sobre=str(empresa),
        parametros={"empresa": empresa.pk},
        por=por,
        encolar=encolar,
    )


def cumplir(marcha: Marcha) -> dict[str, Any]:
    """Do the run that `solicitar` asked for."""
    empresa = empresa_con_id(marcha.parametros["empresa"])
    return cuadrar(empresa, marcha=marcha)


def cuadrar(empresa: EmpresaServidor, *, marcha: Marcha) -> dict[str, Any]:
    """Make every month of the fiscal year, and every other month in the ledger, equal to the source's.

    1. One grouped statement counts all months of the source.
    2. Months whose count is not the ledger's are copied again; those that gained lines first, so that a line that
       changed its month is never missing from both.
    3. Months outside the fiscal year that hold documents, and lines without a date, are told, not copied.
    """
    exigir_activa(empresa)
    avance = Avance(marcha)
    with Sesion(empresa, marcha) as sesion:
        fuente = sesion.hacer(_contar)
        ledger = _ledger(empresa)
        propios = {*meses_entre(*anio_fiscal(empresa)), *ledger}
        differing = sorted(
            (mes for mes in propios if _difiere(fuente, ledger, mes)), key=partial(_orden, fuente, ledger)
        )
        marcha.anotar(f"Meses comparados: {len(propios)}. {_cuales(differing)}")
        marcha.avanzar(0, total=len(differing))
        sesion.copiar(differing, avance)
    fuera, sin_fecha = _fuera(fuente, propios), fuente.get(None, Cuenta()).filas if fuente else 0
    _avisar(marcha, fuera, sin_fecha)
    return {
        "estado": "corregido" if avance.ventanas else "cuadrado",
        "meses_comparados": len(propios),
        "diferencias": [_diferencia(fuente, ledger, mes) for mes in sorted(differing)],
        "ventanas": avance.detalle([]),
        "fuera_del_anio": fuera,
        "sin_fecha": sin_fecha,
    }


def _avisar(marcha: Marcha, fuera: list[dict[str, Any]], sin_fecha: int) -> None:
    """Say in the log what no window holds: nobody should have to miss it first."""
    if fuera:
        told = ", ".join(f"{month['mes']} ({month['filas']})" for month in fuera)
        marcha.anotar(f"Hay líneas fuera del año fiscal, que no se copian: {told}.", LineaEjecucion.Nivel.AVISO)
    if sin_fecha:
        marcha.anotar(f"Hay {sin_fecha} líneas sin fecha, que no se copian.", LineaEjecucion.Nivel.AVISO)


def _cuales(differing: list[Mes]) -> str:
    return (
        f"Difieren y se leen de nuevo: {', '.join(map(str, sorted(differing)))}." if differing else "Ninguno difiere."
    )


def _contar(fuente: Fuente, contexto: Contexto) -> Conteo | None:
    with fuente.instantanea() as foto:
        return summary.contar_meses(foto, contexto.perfil)


def _ledger(empresa: EmpresaServidor) -> dict[Mes, Cuenta | None]:
    """What the source counted when each window was read; None where that was elsewhere, by other rules, or unknown."""
    present = origen_de(empresa), receta_de(empresa)
    rows = VentanaExtraccion.objects.filter(empresa_servidor=empresa)
    return {mes_de(row.desde): _anotada(row, present) for row in rows}


def _anotada(row: VentanaExtraccion, present: tuple[str, str]) -> Cuenta | None:
    if (row.origen, row.receta) != present or row.origen_filas is None:
        return None
    return Cuenta(row.origen_filas, decimal_de(row.origen_cantidad or "0"), int(row.origen_claves or "0"))


def _difiere(fuente: Conteo | None, ledger: dict[Mes, Cuenta | None], mes: Mes) -> bool:
    if fuente is None:  # the source cannot count: every month that was ever read is read again
        return mes in ledger
    noted = ledger.get(mes, Cuenta())
    return noted is None or not noted.igual(fuente.get(mes, Cuenta()))


def _orden(fuente: Conteo | None, ledger: dict[Mes, Cuenta | None], mes: Mes) -> tuple[int, Mes]:
    now = (fuente or {}).get(mes, Cuenta()).filas
    noted = ledger.get(mes)
    return (noted.filas if noted else 0) - now, mes


def _diferencia(fuente: Conteo | None, ledger: dict[Mes, Cuenta | None], mes: Mes) -> dict[str, Any]:
    """One month that differed: what the ledger said, and what the source says."""
    noted, now = ledger.get(mes), (fuente or {}).get(mes, Cuenta())
    return {
        "mes": str(mes),
        "filas_antes": noted.filas if noted else None,
        "filas": now.filas,
        "cantidad_antes": f"{noted.cantidad:f}" if noted else None,
        "cantidad": f"{now.cantidad:f}",
    }


def _fuera(fuente: Conteo | None, propios: Iterable[Mes]) -> list[dict[str, Any]]:
    """Months with documents that belong to no window of the company."""
    strange = sorted(mes for mes in fuente or {} if mes is not None and mes not in set(propios))
    return [{"mes": str(mes), "filas": (fuente or {})[mes].filas} for mes in strange]
