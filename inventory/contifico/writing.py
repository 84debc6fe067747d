"""Writing a batch of records of one resource: an upsert, within the caller's transaction, of what has changed.

    with writing.preparar(cuenta, recurso, registros, leida=inicio) as lote:
        with transaction.atomic():
            conteos = lote.escribir()
            ...  # the checkpoint, in the same transaction

What is slow, reading the records and staging their rows, is done before the transaction and locks nothing.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from inventory.contifico.mapping import Fila, Reglas, clave_de, columnas, exigir_clave, fila_de
from inventory.contifico.models import TABLAS, Cuenta, Rechazado
from inventory.contifico.resources import Recurso
from lib import bulk, exact_json
from lib.bulk import Lote
from lib.errors import Rejected
from lib.json_records import Rechazado as Rechazo

CLAVE = ("cuenta_id", "id_contifico")
COMUNES = (*CLAVE, "datos", "huella", "updated_at", "fetched_at", "eliminado")
CAMPOS_RECHAZADO = ("cuenta_id", "recurso", "clave", "motivo", "detalle", "datos", "fetched_at")
CLAVE_RECHAZADO = ("cuenta_id", "recurso", "clave")
LARGO_DETALLE = 500
CLAVES_POR_SENTENCIA = 1000


@dataclass(frozen=True, slots=True)
class Conteos:
    """What became of the records of a batch; each is counted once but for `redondeadas`, which lost decimals."""

    leidas: int = 0
    creadas: int = 0
    actualizadas: int = 0
    sin_cambios: int = 0
    rechazadas: int = 0
    repetidas: int = 0
    redondeadas: int = 0


@contextmanager
def preparar(cuenta: Cuenta, recurso: Recurso, registros: Iterable[Any], *, leida: datetime) -> Iterator["Preparado"]:
    """The batch, ready to be written; of records with one key the last counts. `leida` is when their reading began."""
    lectura = _Lectura(recurso, Reglas(ZoneInfo(cuenta.zona_horaria), connection.vendor == "sqlite"))
    for registro in registros:
        lectura.agregar(registro)
    guardadas = _guardadas(cuenta, recurso, lectura.filas)
    campos = (*COMUNES, *columnas(recurso))
    with bulk.preparar(TABLAS[recurso.nombre], campos) as lote:
        lote.agregar(
            (cuenta.pk, fila.clave, fila.datos, fila.huella, fila.updated_at, leida, None, *fila.valores)
            for fila in lectura.filas.values()
            if guardadas.get(fila.clave) != fila.huella
        )
        yield Preparado(cuenta, recurso, leida, lectura, lote, campos, todas_nuevas=not guardadas)


def _guardadas(cuenta: Cuenta, recurso: Recurso, claves: Collection[str]) -> dict[str, str | None]:
    """Of the records that are stored the hash by which they are known; none for one that is marked as gone."""
    rows = TABLAS[recurso.nombre]._base_manager.filter(cuenta=cuenta).values_list("id_contifico", "huella", "eliminado")
    found = (row for some in _trozos(claves) for row in rows.filter(id_contifico__in=some))
    return {clave: None if eliminado else huella for clave, huella, eliminado in found}


@dataclass(frozen=True, slots=True)
class Preparado:
    """A batch whose rows wait for their transaction."""

    cuenta: Cuenta
    recurso: Recurso
    leida: datetime
    lectura: "_Lectura"
    lote: Lote
    campos: tuple[str, ...]
    todas_nuevas: bool

    def escribir(self) -> Conteos:
        """Insert what is new and update what differs, a row that was marked as gone too; replace the rejections."""
        merged = self._fusionar()
        self._reemplazar_rechazos()
        read, kept, rejected = self.lectura.leidas, self.lectura.filas, self.lectura.rechazos
        return Conteos(
            leidas=read,
            creadas=merged.creadas,
            actualizadas=merged.actualizadas,
            sin_cambios=len(kept) - merged.creadas - merged.actualizadas,
            rechazadas=len(rejected),
            repetidas=read - len(kept) - len(rejected),
            redondeadas=sum(fila.redondeados > 0 for fila in kept.values()),
        )

    def _fusionar(self) -> bulk.Conteos:
        """New rows go straight in, unless another was first; where nothing changed nothing is asked."""
        if not self.lote.filas:
            return bulk.Conteos()
        straight = self.lote.copiar(clave=CLAVE, ambito=Q(pk__in=[])) if self.todas_nuevas else None
        ignored = set(self.campos) - {*CLAVE, "huella", "eliminado"}
        return straight or self.lote.fusionar(clave=CLAVE, ignorar=sorted(ignored))

    def _reemplazar_rechazos(self) -> None:
        """A record that came well is no longer rejected; one that did not is, with its last data."""
        rejected = self.lectura.rechazos
        stored = Rechazado.objects.filter(cuenta=self.cuenta, recurso=self.recurso.nombre)
        if stored.exists():
            for some in _trozos(self.lectura.filas.keys() - rejected.keys()):
                stored.filter(clave__in=some).delete()
        if rejected:
            common = (self.cuenta.pk, self.recurso.nombre)
            with bulk.preparar(Rechazado, CAMPOS_RECHAZADO) as lote:
                lote.agregar((*common, clave, *said, self.leida) for clave, said in rejected.items())
                lote.fusionar(clave=CLAVE_RECHAZADO)


class _Lectura:
    """The rows of a batch by their key, and beside them motive, detail and data of what is rejected."""

    def __init__(self, recurso: Recurso, reglas: Reglas) -> None:
        self.leidas = 0
        self.filas: dict[str, Fila] = {}
        self.rechazos: dict[str, tuple[str, str, str]] = {}
        self._clave_de = partial(clave_de, recurso)
        self._fila_de = partial(fila_de, recurso, reglas=reglas)

    def agregar(self, registro: Any) -> None:
        self.leidas += 1
        if isinstance(registro, Rechazo):
            self._apartar(registro)
            return
        try:
            fila = self._fila_de(registro)
        except Rejected as error:
            self._rechazar(registro, error)
        else:
            self.filas[fila.clave] = fila
            self.rechazos.pop(fila.clave, None)

    def _rechazar(self, registro: Any, error: Rejected) -> None:
        datos = _como_sea(registro)
        self.rechazos[self._nombre(registro, datos)] = (error.codigo, error.mensaje[:LARGO_DETALLE], datos)

    def _apartar(self, registro: Rechazo) -> None:
        """What the client could not read as a record: its text, and no key."""
        datos = registro.crudo.replace("\0", "\\u0000").encode(errors="replace").decode()
        self.rechazos[_resumen(registro.mensaje + datos)] = (registro.codigo, registro.mensaje[:LARGO_DETALLE], datos)

    def _nombre(self, registro: Any, datos: str) -> str:
        """What a rejected record is known by: its key or, where that is no good, a hash of its data."""
        try:
            return exigir_clave(self._clave_de(registro))
        except Rejected:
            return _resumen(datos)


def _resumen(datos: str) -> str:
    return f"#{blake2b(datos.encode(errors='replace'), digest_size=20).hexdigest()}"


def _como_sea(registro: Any) -> str:
    """The data of a rejected record in JSON, as near to how they came as can be."""
    try:
        return exact_json.escribir(registro)
    except TypeError:
        pass
    try:
        return json.dumps(registro, default=str)
    except RecursionError:
        return json.dumps("demasiado profundo")


def marcar_eliminados(cuenta: Cuenta, recurso: Recurso, claves: Collection[str], momento: datetime) -> int:
    """Mark records that Contífico no longer has, which was asked for by their id; how many were not marked yet."""
    rows = TABLAS[recurso.nombre]._base_manager.filter(cuenta=cuenta, eliminado=None)
    return sum(rows.filter(id_contifico__in=some).update(eliminado=momento) for some in _trozos(claves))


def olvidar_rechazos(cuenta: Cuenta, recurso: Recurso, antes_de: datetime) -> int:
    """Drop the rejections that a full pass, which began then, did not meet again; how many."""
    gone = Rechazado.objects.filter(cuenta=cuenta, recurso=recurso.nombre, fetched_at__lt=antes_de).delete()
    return gone[0]


def _trozos(claves: Collection[str]) -> Iterator[list[str]]:
    pending = iter(claves)
    while some := list(islice(pending, CLAVES_POR_SENTENCIA)):
        yield some
