"""What became of each company of a source, and how a run tells it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from companies.models import EmpresaServidor
from jobs.models import LineaEjecucion, conteos_vacios
from jobs.running import Marcha

EMPRESAS_EN_RESULTADO = 2000
LINEAS_DE_AVISO = 200


class Accion(StrEnum):
    CREADA = "creada"
    ACTUALIZADA = "actualizada"
    SIN_CAMBIOS = "sin_cambios"
    OMITIDA = "omitida"
    RECHAZADA = "rechazada"


@dataclass(frozen=True, slots=True)
class Desenlace:
    """What became of one row of EMPRESAS."""

    accion: Accion
    empresa: str
    nit: str
    anio_fiscal: int | None
    motivo: str = ""
    servidor: str = ""  # the one that has it, where it was left out

    def as_dict(self) -> dict[str, Any]:
        data = {
            "empresa": self.empresa,
            "nit": self.nit,
            "anio_fiscal": self.anio_fiscal,
            "accion": str(self.accion),
        }
        return (
            data
            | ({"motivo": self.motivo} if self.motivo else {})
            | ({"servidor": self.servidor} if self.servidor else {})
        )


CONTEO = {
    Accion.CREADA: "creadas",
    Accion.ACTUALIZADA: "actualizadas",
    Accion.SIN_CAMBIOS: "sin_cambios",
    Accion.OMITIDA: "omitidas",
    Accion.RECHAZADA: "rechazadas",
}
IMPORTANCIA = [Accion.RECHAZADA, Accion.OMITIDA, Accion.CREADA, Accion.ACTUALIZADA, Accion.SIN_CAMBIOS]


def contar(marcha: Marcha, desenlaces: list[Desenlace], **otros: int) -> None:
    """Set the counts, not add to them: an earlier attempt may have left its own."""
    marcha.conteos = conteos_vacios() | {"leidas": len(desenlaces)} | otros
    for desenlace in desenlaces:
        marcha.sumar(**{CONTEO[desenlace.accion]: 1})


def anotar(marcha: Marcha, desenlaces: list[Desenlace], idas: list[EmpresaServidor]) -> None:
    """Log what an operator should look at: what was left out, refused or paused."""
    avisos = [_aviso(d) for d in desenlaces if d.accion in (Accion.RECHAZADA, Accion.OMITIDA)]
    avisos += [f"Inactivada: {empresa}; ya no está en EMPRESAS." for empresa in idas]
    for aviso in avisos[:LINEAS_DE_AVISO]:
        marcha.anotar(aviso, LineaEjecucion.Nivel.AVISO)
    if len(avisos) > LINEAS_DE_AVISO:
        marcha.anotar(f"Y {len(avisos) - LINEAS_DE_AVISO} avisos más; vea el resultado.", LineaEjecucion.Nivel.AVISO)


def _aviso(d: Desenlace) -> str:
    quien = f"{d.empresa or 'sin nombre'}, NIT {d.nit or 'vacío'}, {d.anio_fiscal or 'sin año'}"
    return f"{d.accion.capitalize()}: {quien}. {d.motivo}"


def listar(desenlaces: list[Desenlace], idas: list[EmpresaServidor]) -> dict[str, Any]:
    """The companies of a result; of very many those that need a look come first and the rest is cut."""
    orden = sorted(desenlaces, key=lambda d: IMPORTANCIA.index(d.accion))
    return {
        "empresas": [d.as_dict() for d in orden[:EMPRESAS_EN_RESULTADO]],
        "inactivadas": [
            {"empresa": e.nombre, "nit": e.nit, "anio_fiscal": e.anio_fiscal} for e in idas[:EMPRESAS_EN_RESULTADO]
        ],
    } | ({"recortado": True} if len(desenlaces) > EMPRESAS_EN_RESULTADO else {})
