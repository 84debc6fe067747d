"""Discovering the companies of a server: EMPRESAS is read whole, then stored in batches.

Each row of the source ends in exactly one of creada, actualizada, sin_cambios, omitida, rechazada; what is gone from
the source is paused, never deleted. Storing is idempotent, so a run that was cut reads the source again; its
checkpoint only remembers what it had already created or changed, for the report.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.db import transaction

from companies import outcomes, reading, registering
from companies.outcomes import Accion, Desenlace
from companies.reading import EmpresaLeida
from jobs import launching
from jobs.launching import Trabajo
from jobs.models import Ejecucion
from jobs.running import Marcha
from lib.errors import Rejected
from lib.spanish import en_miles
from servers.models import Servidor

TRABAJO = Trabajo("descubrir_empresas", "descubrir_empresas_task", "fuentes", nombre="Descubrir empresas")
LOTE = 100


def solicitar(servidor: Servidor, *, por: Any = None, encolar: bool = True) -> tuple[Ejecucion, bool]:
    """Ask for the discovery of a server; the run that is active already, where there is one."""
    reading.exigir_activo(servidor)
    return launching.solicitar(
        TRABAJO,
        clave=f"servidor:{servidor.pk}",
        sobre=str(servidor),
        parametros={"servidor_id": servidor.pk},
        por=por,
        encolar=encolar,
    )


def cumplir(marcha: Marcha) -> dict[str, Any]:
    servidor = Servidor.objects.filter(pk=marcha.parametros["servidor_id"]).first()
    if servidor is None:
        raise Rejected("servidor_inexistente", "El servidor ya no existe.", "Elija otro servidor.")
    return descubrir(servidor, marcha=marcha)


def descubrir(servidor: Servidor, *, marcha: Marcha) -> dict[str, Any]:
    """Bring our companies of this server in step with its EMPRESAS; the result lists what became of each."""
    marcha.avanzar(mensaje=f"Leyendo las empresas de {servidor}.")
    lectura = reading.leer(servidor, comprobar=marcha.comprobar)
    sin_nit = f"; {en_miles(lectura.sin_nit)} más sin NIT, que no se toman" if lectura.sin_nit else ""
    marcha.anotar(f"EMPRESAS tiene {en_miles(lectura.total)} con NIT{sin_nit}.")
    marcha.avanzar(0, total=lectura.total, mensaje=f"Guardando {lectura.total} empresas de {servidor}.")
    desenlaces = [registering.rechazar(fila) for fila in lectura.rechazadas]
    hechas: dict[str, str] = dict(marcha.punto_de_control.get("hechas", {}))
    for lote in _lotes(lectura.validas):
        with transaction.atomic():
            for grupo in lote:
                desenlaces += _registrar(servidor, grupo, hechas)
            outcomes.contar(marcha, desenlaces)
            marcha.confirmar(punto_de_control={"hechas": hechas}, progreso=len(desenlaces))
    with transaction.atomic():
        idas = registering.retirar(servidor, lectura)
        outcomes.anotar(marcha, desenlaces, idas)
        outcomes.contar(marcha, desenlaces, inactivadas=len(idas))
        marcha.confirmar(progreso=len(desenlaces))
    return {
        "servidor_id": servidor.pk,
        "servidor": servidor.nombre,
        "total_empresas": lectura.total,
        "sin_nit": lectura.sin_nit,
        **outcomes.listar(desenlaces, idas),
    }


def _lotes(leidas: list[EmpresaLeida]) -> Iterator[list[list[EmpresaLeida]]]:
    """Rows of the same base NIT and year together, in one order for all runs, so that two never wait in a circle."""
    grupos = [list(grupo) for _, grupo in groupby(sorted(leidas, key=_clave), key=_clave)]
    for start in range(0, len(grupos), LOTE):
        yield grupos[start : start + LOTE]


def _clave(leida: EmpresaLeida) -> reading.Clave:
    return leida.clave


def _registrar(servidor: Servidor, grupo: list[EmpresaLeida], hechas: dict[str, str]) -> list[Desenlace]:
    """The outcomes of a group; what an earlier attempt of this run created or changed counts as such."""
    primero, *otros = registering.registrar(servidor, grupo)
    clave = "{}-{}".format(*grupo[0].clave)
    if primero.accion == Accion.SIN_CAMBIOS and clave in hechas:
        primero = replace(primero, accion=Accion(hechas[clave]))
    elif primero.accion in (Accion.CREADA, Accion.ACTUALIZADA):
        hechas[clave] = str(primero.accion)
    return [primero, *otros]
