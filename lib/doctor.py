"""The shape of every connection doctor: ordered, named steps, each timed, each with what it found and what to do.

    doctor.examinar([Paso("tcp", "Puerto TCP", examen.tcp), ...], examen.datos) -> Diagnostico

A step is a function that answers a `Hallazgo` or raises an error of lib.errors; the first failure omits the rest.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from lib.errors import TrastiendaError


class Resultado(StrEnum):
    OK = "ok"
    AVISO = "aviso"
    FALLO = "fallo"
    OMITIDO = "omitido"


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """What a step that did not fail has to say."""

    mensaje: str
    remedio: str = ""
    resultado: Resultado = Resultado.OK


@dataclass(frozen=True, slots=True)
class Paso:
    """A step to be done: a stable code, the title that a person reads, the function that does it."""

    codigo: str
    titulo: str
    prueba: Callable[[], Hallazgo]


@dataclass(frozen=True, slots=True)
class PasoHecho:
    """A step that was done or omitted; `error` is the stable code of what failed, `detalle` the other side's words."""

    paso: str
    titulo: str
    resultado: Resultado
    ms: int | None
    mensaje: str
    remedio: str = ""
    error: str = ""
    detalle: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostico:
    """What an examination found, step by step; `datos` holds what it learnt on the way, such as a version."""

    pasos: tuple[PasoHecho, ...]
    datos: dict[str, Any] = field(default_factory=dict)

    @property
    def correcto(self) -> bool:
        return all(paso.resultado != Resultado.FALLO for paso in self.pasos)

    @property
    def resumen(self) -> str:
        """One sentence for whoever reads no further."""
        failed = [paso.titulo for paso in self.pasos if paso.resultado == Resultado.FALLO]
        if failed:
            return f"La conexión no funciona: falló el paso «{failed[0]}»."
        warned = any(paso.resultado == Resultado.AVISO for paso in self.pasos)
        return "La conexión funciona, con avisos." if warned else "La conexión funciona."

    def lineas(self) -> Iterator[str]:
        """The whole of it as a terminal shows it."""
        for paso in self.pasos:
            took = "" if paso.ms is None else f" ({paso.ms} ms)"
            yield f"{paso.resultado.upper():<9}{paso.titulo}{took}: {paso.mensaje}"
            yield from (f"{'':12}{more}" for more in (paso.detalle, paso.remedio) if more)
        yield self.resumen

    def as_dict(self) -> dict[str, Any]:
        return {
            "correcto": self.correcto,
            "resumen": self.resumen,
            "pasos": [asdict(paso) for paso in self.pasos],
            **self.datos,
        }


def examinar(pasos: Iterable[Paso], datos: dict[str, Any]) -> Diagnostico:
    """Do the steps in order up to the first that fails; `datos` is what the steps fill meanwhile."""
    done: list[PasoHecho] = []
    failed = False
    for paso in pasos:
        done.append(_omitido(paso) if failed else _hacer(paso))
        failed = failed or done[-1].resultado == Resultado.FALLO
    return Diagnostico(tuple(done), datos)


def _hacer(paso: Paso) -> PasoHecho:
    start = time.monotonic()
    try:
        found = paso.prueba()
    except TrastiendaError as error:
        return _fallo(paso, error, _ms(start))
    return PasoHecho(paso.codigo, paso.titulo, found.resultado, _ms(start), found.mensaje, found.remedio)


def _fallo(paso: Paso, error: TrastiendaError, ms: int) -> PasoHecho:
    detalle = str(error.extra.get("detalle", ""))
    return PasoHecho(paso.codigo, paso.titulo, Resultado.FALLO, ms, error.mensaje, error.remedio, error.codigo, detalle)


def _omitido(paso: Paso) -> PasoHecho:
    return PasoHecho(paso.codigo, paso.titulo, Resultado.OMITIDO, None, "No se probó: falló un paso anterior.")


def _ms(start: float) -> int:
    return round((time.monotonic() - start) * 1000)
