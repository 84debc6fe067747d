"""All the records of one list, whatever its server does with pages. Pure but for what it is given to ask.

A place in a list is a number of records (`fila`), not of pages, so that the size of a page may change on the way: it
shrinks where the server answers 500 to larger ones, and is always one of which the place is a whole multiple.

One pass is not always enough: some lists change their order between two pages, some say the same page twice. Where the
server says how many records there are, passes with other sizes go on until that many were seen; where it does not, the
list is read again where a page came twice. What a later pass finds and an earlier one did not is handed on; no more.
"""

import json
import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from inventory.contifico.answers import Listado
from lib.errors import Fatal, Retriable
from lib.json_records import Rechazado

logger = logging.getLogger(__name__)

PARTES = (100, 97, 89, 71)  # hundredths of the page's size, pass by pass: other sizes have other borders
ROTOS_MAXIMOS = 20
PAGINAS_MAXIMAS = 100_000
SE_DA_POR_TODO = 0.99  # of a count: with fewer records a list is not whole, even if it gives no more


class FueraDeRango(Exception):
    """There is no such page."""


class Grande(Exception):
    """A page of this size cannot be had here; a smaller one perhaps."""


class Lista(Protocol):
    """What is read: page number `numero` (from 1) of `tamano` records; raises FueraDeRango or Grande."""

    def pagina(self, numero: int, tamano: int) -> Listado: ...


@dataclass(frozen=True, slots=True)
class Pagina:
    """Some records, as they came; `punto` is JSON that says where to go on once they are written."""

    registros: list[Any]
    punto: dict[str, Any]
    total: int | None = None
    rechazados: list[Rechazado] = field(default_factory=list)


class Recorrido:
    """The way through one list. `maximo` is the largest page that its server bears, as far as is known."""

    def __init__(
        self,
        lista: Lista,
        claves: Sequence[str],
        *,
        tamano: int,
        lote: int,
        punto: Mapping[str, Any] | None = None,
        de_una_vez: bool = False,
        verificar: bool = False,
    ) -> None:
        """`lote`: records of a Pagina; `de_una_vez`: the list is known to come whole; `verificar`: read it twice
        where it takes more than a page, for what moves across a border while it is read is on no page.
        """
        punto = punto or {}
        self.maximo = min(tamano, punto.get("maximo", tamano))
        self._lista = lista
        self._claves = claves
        self._pedido = tamano
        self._lote = lote
        self._volcado = self._de_una_vez = de_una_vez
        self._verificar = verificar
        self._pasada = punto.get("pasada", 0)
        self._fila = max(0, punto.get("fila", 0) - self.maximo)  # a page back: others moved up where some were deleted
        self._dudas = punto.get("dudas", False)
        self._tamano = self.maximo
        self._sano = 0  # the largest page that came full
        self._pedidas = self._repetidas = self._vacias = 0  # pages, in this pass
        self._total: int | None = None
        self._vistos: set[Any] = set()
        self._de_esta: set[Any] = set()  # seen in this pass
        self._rotos: set[int] = set()

    def paginas(self) -> Iterator[Pagina]:
        """The records; Fatal `paginacion_ignorada`, Retriable `lista_inestable` where not all of them can be had."""
        while True:
            known, whole = len(self._vistos), self._fila == 0
            self._tamano = max(1, self.maximo * PARTES[self._pasada] // 100)
            self._total, self._volcado, self._de_esta = None, self._de_una_vez, set()
            self._pedidas = self._repetidas = self._vacias = 0
            yield from self._una_pasada()
            if self._completo(de_una_pagina=whole and self._pedidas == 1):
                return
            last = self._pasada + 1 == len(PARTES)
            if last and whole:
                self._rendirse(algo_nuevo=len(self._vistos) > known)
                return
            self._pasada, self._fila, self._dudas = 0 if last else self._pasada + 1, 0, False

    def _una_pasada(self) -> Iterator[Pagina]:
        for _ in range(PAGINAS_MAXIMAS):
            size = alineado(self._fila, self._tamano)
            self._pedidas += 1
            try:
                listado = self._lista.pagina(self._fila // size + 1, size)
            except FueraDeRango:
                if self._se_acabo():
                    return
            except Grande:
                yield from self._achicar(size)
            else:
                if not (yield from self._entregar(listado, size)):
                    return
        raise _ignorada()

    def _entregar(self, listado: Listado, size: int) -> Generator[Pagina, None, bool]:
        """Hand on a page's records by the lot; ends with whether to ask for the next page."""
        came = new = 0
        more = True
        for rows, last in _lotes(listado.filas, self._lote):
            before = len(self._de_esta)
            fresh = [row for row in rows if self._es_nuevo(row)]
            came, new = came + len(rows), new + len(self._de_esta) - before
            if last:
                more = self._sigue(listado, size, came, new)
                self._fila += came
            shown = rows if self._pasada == 0 else fresh
            if shown:
                yield self._pagina(shown)
        return more

    def _sigue(self, listado: Listado, size: int, came: int, new: int) -> bool:
        """Whether there may be more after a page of `came` records, of which `new` were not in this pass yet."""
        if listado.total is not None:
            self._total = listado.total if self._total is None else min(self._total, listado.total)
        if not came:
            return not self._se_acabo()
        if not new and self._fila and not self._insiste():
            return False
        self._repetidas = 0 if new else self._repetidas
        self._vacias = 0
        if came == size:
            self._sano = max(self._sano, size)
        if listado.total is not None or listado.hay_mas is not None:
            return self._sigue_el_sobre(listado, size, came)
        if came != size and self._fila == 0 and parece_tope(came):
            self._volcado = self._volcado or came > size  # all of it, or a page of the server's own size
            self._otro_tamano(size, came)
            return True
        return came == size

    def _se_acabo(self) -> bool:
        """After a page with nothing on it: behind others it has to be so twice, for an end is believed for good."""
        self._vacias += 1
        return self._fila == 0 or self._vacias == 2

    def _insiste(self) -> bool:
        """After a page that was there before: whether to look at one more."""
        if self._volcado:
            return False
        self._dudas = True
        self._repetidas += 1
        return self._repetidas < 2

    def _sigue_el_sobre(self, listado: Listado, size: int, came: int) -> bool:
        more = listado.hay_mas
        if more is None:
            more = self._fila + came < (self._total or 0)
        if more and came != size:
            self._otro_tamano(size, came)
        return more

    def _otro_tamano(self, size: int, came: int) -> None:
        """The server has a size of its own."""
        self._tamano = came
        if came < size:
            self.maximo = came

    def _achicar(self, size: int) -> Iterator[Pagina]:
        """After a page that cannot be had: half of it; a record that cannot be had alone is set aside."""
        if size > 1:
            self.maximo = self._tamano = size // 2
            logger.warning("record %s: pages of %s fail, %s from here", self._fila, size, self._tamano)
            return
        if self._fila not in self._rotos:
            if len(self._rotos) == ROTOS_MAXIMOS:
                raise _rota()
            self._rotos.add(self._fila)
            yield self._pagina([Rechazado("registro_roto", f"Contífico falla al dar el registro {self._fila + 1}.")])
        self._fila += 1
        self.maximo = self._tamano = self._sano or self._pedido

    def _completo(self, *, de_una_pagina: bool) -> bool:
        if self._verificar and self._pasada == 0 and not de_una_pagina:
            return False
        if self._total is not None:
            return len(self._vistos) + len(self._rotos) >= self._total
        return not self._dudas

    def _rendirse(self, *, algo_nuevo: bool) -> None:
        """After the last pass, when not all was seen."""
        if self._total is None:
            raise _ignorada()
        if algo_nuevo or len(self._vistos) < self._total * SE_DA_POR_TODO:
            raise _inestable(len(self._vistos), self._total)
        logger.warning("the list says %s records and has %s", self._total, len(self._vistos))

    def _es_nuevo(self, fila: Any) -> bool:
        key = identidad(fila, self._claves)
        new = key not in self._vistos
        self._vistos.add(key)
        self._de_esta.add(key)
        return new

    def _pagina(self, filas: list[Any]) -> Pagina:
        punto = {"pasada": self._pasada, "fila": self._fila, "maximo": self.maximo, "dudas": self._dudas}
        kept = [row for row in filas if not isinstance(row, Rechazado)]
        return Pagina(kept, punto, self._total, [row for row in filas if isinstance(row, Rechazado)])


def alineado(fila: int, tamano: int) -> int:
    """The largest size up to `tamano` of which a page begins at record `fila`."""
    return next(size for size in range(tamano, 0, -1) if fila % size == 0)


def parece_tope(cuantos: int) -> bool:
    """Whether so many records on a first page may be a page of the server's own size, with others to follow."""
    return cuantos <= 1000 and (cuantos % 10 == 0 or cuantos % 25 == 0)


def identidad(registro: Any, claves: Sequence[str]) -> Any:
    """What tells a record from the others of its list: its key, or all of it where it has none."""
    if isinstance(registro, dict):
        for name in claves:
            value = registro.get(name)
            if value and isinstance(value, str | int) and not isinstance(value, bool):
                return value
        return hash(json.dumps(registro, sort_keys=True, default=str))
    return registro if isinstance(registro, Rechazado) else hash(repr(registro))


def _lotes(filas: Iterator[Any], lote: int) -> Iterator[tuple[list[Any], bool]]:
    """Lists of up to `lote`, each with whether it is the last; one empty list where there is nothing."""
    rows = list(islice(filas, lote))
    while following := list(islice(filas, lote)):
        yield rows, False
        rows = following
    yield rows, True


def _ignorada() -> Fatal:
    return Fatal(
        "paginacion_ignorada",
        "Contífico repite la misma página: no se puede saber si la lista vino completa.",
        "Suba los registros por página de la cuenta, para que quepa en una, o avise a Contífico.",
    )


def _inestable(vistos: int, total: int) -> Retriable:
    return Retriable(
        "lista_inestable",
        f"Contífico dice que hay {total} registros y, tras {len(PARTES)} lecturas, aparecieron {vistos}.",
        "Repita más tarde; lo leído queda guardado.",
    )


def _rota() -> Retriable:
    return Retriable(
        "fallo_de_contifico",
        f"Contífico falla en más de {ROTOS_MAXIMOS} registros de esta lista.",
        "Repita más tarde; si sigue igual, avise a Contífico.",
    )
