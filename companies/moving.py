"""Moving a company to another server that holds the same NIT and year.

Everything that hangs on the company hangs on its row and so moves along. Movements are read again later, because the
ledger remembers from which server and path each window came.
"""

from typing import Any

from django.db import transaction

from companies import reading
from companies.models import EmpresaServidor, EstadoEmpresa
from companies.reading import EmpresaLeida, Lectura
from jobs import launching
from jobs.launching import Trabajo
from jobs.models import ACTIVOS, Ejecucion
from jobs.running import Marcha
from lib.errors import Conflict, Rejected
from servers.models import Servidor

TRABAJO = Trabajo("mover_empresa", "mover_empresa_task", "fuentes", nombre="Mover empresa")


def solicitar(
    empresa: EmpresaServidor, destino: Servidor, *, por: Any = None, encolar: bool = True
) -> tuple[Ejecucion, bool]:
    """Ask for the move of a company; what can be refused without asking the server is refused at once."""
    _exigir_movible(empresa, destino)
    return launching.solicitar(
        TRABAJO,
        clave=f"empresa:{empresa.pk}",
        sobre=f"{empresa} al servidor {destino}",
        parametros={"empresa_id": empresa.pk, "servidor_id": destino.pk},
        por=por,
        encolar=encolar,
    )


def cumplir(marcha: Marcha) -> dict[str, Any]:
    empresa = EmpresaServidor.objects.filter(pk=marcha.parametros["empresa_id"]).first()
    destino = Servidor.objects.filter(pk=marcha.parametros["servidor_id"]).first()
    if empresa is None or destino is None:
        raise Rejected("ya_no_existe", "La empresa o el servidor ya no existe.", "Elija de nuevo.")
    return mover(empresa, destino, marcha=marcha)


def mover(empresa: EmpresaServidor, servidor: Servidor, *, marcha: Marcha) -> dict[str, Any]:
    """Point the company at the row of `servidor` with its base NIT and year; Rejected where there is none."""
    if marcha.punto_de_control.get("movida"):
        return dict(marcha.punto_de_control["movida"])  # an earlier attempt was cut after its commit
    _exigir_movible(empresa, servidor)
    _exigir_libre(empresa, marcha)
    marcha.avanzar(mensaje=f"Buscando {empresa} en {servidor}.")
    leida = _buscar(empresa, reading.leer(servidor, comprobar=marcha.comprobar), servidor)
    movida = {
        "empresa_id": empresa.pk,
        "empresa": empresa.nombre,
        "de": empresa.servidor.nombre,
        "a": servidor.nombre,
        "codigo": leida.codigo,
        "ruta_base": leida.ruta_base,
    }
    with transaction.atomic():
        _apuntar(empresa, servidor, leida)
        marcha.sumar(leidas=1, actualizadas=1)
        marcha.confirmar(punto_de_control={"movida": movida})
    return movida


def _exigir_movible(empresa: EmpresaServidor, destino: Servidor) -> None:
    reading.exigir_activo(destino)
    if empresa.servidor_id == destino.pk:
        raise Conflict(
            "ya_esta_en_ese_servidor", f"{empresa} ya está en el servidor {destino}.", "Elija otro servidor."
        )


def _exigir_libre(empresa: EmpresaServidor, marcha: Marcha) -> None:
    """No move under a run that reads this company: it would go on reading the old server."""
    otra = Ejecucion.objects.filter(clave=marcha.run.clave, estado__in=ACTIVOS).exclude(pk=marcha.run.pk).first()
    if otra:
        raise Conflict(
            "empresa_ocupada",
            f"Hay otra ejecución de {empresa}: {otra.nombre}.",
            "Espere a que termine o cancélela, y repita.",
            task_id=otra.task_id,
        )


def _buscar(empresa: EmpresaServidor, lectura: Lectura, servidor: Servidor) -> EmpresaLeida:
    clave = (empresa.nit_base, empresa.anio_fiscal)
    iguales = [leida for leida in lectura.validas if leida.clave == clave]
    if iguales:
        return min(iguales, key=lambda leida: (leida.codigo, leida.ruta_base))
    raise Rejected(
        "empresa_no_esta_en_destino",
        f"El servidor {servidor} no tiene una empresa válida con NIT {empresa.nit_base} y año {empresa.anio_fiscal}.",
        "Descubra las empresas de ese servidor y vea si la rechaza y por qué.",
    )


def _apuntar(empresa: EmpresaServidor, servidor: Servidor, leida: EmpresaLeida) -> None:
    """Change the row, unless someone moved it since it was read; a company that was missed is there again."""
    campos: dict[str, Any] = {
        "servidor": servidor,
        "codigo": leida.codigo,
        "ruta_base": leida.ruta_base,
        "descubierta": True,
        "ausente_desde": None,
    }
    if empresa.ausente_desde:
        campos["estado"] = EstadoEmpresa.ACTIVO
    quieta = EmpresaServidor.objects.filter(pk=empresa.pk, servidor_id=empresa.servidor_id)
    if not quieta.update(**campos):
        raise Conflict("empresa_cambiada", f"{empresa} cambió de servidor entretanto.", "Revise dónde está y repita.")
