"""Taking a whole list away as a file: one run per list and requester, and one expiring file at its end.

The run opens the list with the rights that its requester has when it works (jobs/exportables.py), writes it to a
temporary file and puts that, whole, into the database in one transaction (jobs/export_store.py). A run that is killed
before leaves nothing, one that is killed after finds its file done.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict

from jobs import export_store
from jobs.export_formats import Formato, elegir_formato
from jobs.exportables import Lista, reabrir
from jobs.launching import Trabajo, solicitar
from jobs.marcha import Marcha
from jobs.models import Ejecucion, Exportacion
from jobs.requesters import Solicitante, de_ejecucion
from lib.errors import Rejected
from lib.spanish import en_miles

TRABAJO = Trabajo("exportar", "exportar_task", "general", nombre="Exportar")
FILAS_POR_AVANCE = 500


@dataclass(frozen=True, slots=True)
class Pedido:
    """What is to be taken away, as a run keeps it; `filtros` are the parameters of the list."""

    lista: str
    formato: str
    filtros: dict[str, list[str]]

    @classmethod
    def de_consulta(cls, lista: str, formato: str, consulta: QueryDict) -> "Pedido":
        return cls(lista, formato, {name: [str(v) for v in values] for name, values in consulta.lists()})

    @property
    def consulta(self) -> str:
        query = QueryDict(mutable=True)
        for name, values in self.filtros.items():
            query.setlist(name, values)
        return query.urlencode()

    @property
    def tipo(self) -> Formato:
        return elegir_formato(self.formato)


def pedir(pedido: Pedido, quien: Solicitante, *, sobre: str, encolar: bool = True) -> tuple[Ejecucion, bool]:
    """The run that takes the list away, and whether it is new; one at a time per list and requester.

    `sobre` is what people call the list.
    """
    return solicitar(
        TRABAJO,
        clave=f"{TRABAJO.tipo}:{pedido.lista}:{quien.nombre}",
        sobre=f"{sobre.replace('_', ' ')} ({pedido.formato})",
        parametros={"lista": pedido.lista, "formato": pedido.formato, "filtros": pedido.filtros},
        por=quien.usuario,
        con=quien.con,
        encolar=encolar,
    )


def comprobar_tamano(lista: Lista, formato: Formato) -> None:
    """Rejected where the list has more rows than the format, or an export, can hold.

    Of a list whose rows only reading tells, the run finds it out.
    """
    if not lista.propias and lista.pasa_de(_tope(formato)):
        raise _no_cabe(formato)


def _tope(formato: Formato) -> int:
    most: int = settings.EXPORTACION_MAXIMO_FILAS
    return most if formato.maximo is None else min(formato.maximo, most)


def _no_cabe(formato: Formato) -> Rejected:
    tope = _tope(formato)
    if tope == formato.maximo:
        return Rejected(
            "no_cabe_en_xlsx", f"Son más de las {en_miles(tope)} filas que caben en una hoja de Excel.",
            "Pídala con formato=csv, o con más filtros.",
        )  # fmt: skip
    return Rejected(
        "exportacion_demasiado_grande", f"Son más de {en_miles(tope)} filas, las que se exportan de una vez.",
        "Pídala por partes, con más filtros.",
    )  # fmt: skip


def cumplir(marcha: Marcha) -> dict[str, Any]:
    """Write the file and store it; what it is, without the address that opens it."""
    pedido = Pedido(**marcha.parametros)
    hecha = Exportacion.objects.filter(ejecucion=marcha.run).first()
    if hecha is None:
        lista = reabrir(pedido.lista, pedido.consulta, de_ejecucion(marcha.run))
        hecha = _escribir(marcha, lista, pedido.tipo)
    return {"archivo": hecha.nombre, "filas_escritas": hecha.filas, "bytes": hecha.tamano, "sha256": hecha.sha256}


def entregable(hecha: Exportacion, desde: str) -> bool:
    """Whether whoever asked for the file may still see, from this address, all of it: list, columns and companies."""
    pedido = Pedido(**hecha.ejecucion.parametros)
    try:
        lista = reabrir(pedido.lista, pedido.consulta, de_ejecucion(hecha.ejecucion, desde))
    except Rejected:
        return False
    if not set(hecha.columnas) <= set(lista.columnas):
        return False
    return lista.alcance is None or (hecha.alcance is not None and set(hecha.alcance) <= set(lista.alcance))


def _escribir(marcha: Marcha, lista: Lista, formato: Formato) -> Exportacion:
    comprobar_tamano(lista, formato)
    total = lista.contar(settings.EXPORTACION_MAXIMO_FILAS)
    marcha.avanzar(0, total=total, mensaje="Escribiendo el archivo")
    with export_store.borrador(marcha.run) as carpeta:
        ruta = carpeta / f"archivo.{formato.nombre}"
        formato.escribir(ruta, lista.titulos, _contadas(marcha, lista, formato), lista.dialecto)
        marcha.avanzar(mensaje="Guardando el archivo")
        return export_store.guardar(marcha, ruta, lista, formato)


def _contadas(marcha: Marcha, lista: Lista, formato: Formato) -> Iterator[list[Any]]:
    """The rows of the list, counted and shown as they pass; here a run is told to stop."""
    tope = _tope(formato)
    for number, fila in enumerate(lista.filas(), 1):
        if number > tope:
            raise _no_cabe(formato)
        if number % FILAS_POR_AVANCE == 0:
            marcha.avanzar(number)
        marcha.conteos["leidas"] = number
        yield fila
