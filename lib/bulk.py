"""The one bulk writer: rows wait in a staging place, then one merge makes the target equal to them.

    with bulk.preparar(MovimientoInventario, campos) as lote:
        lote.agregar(filas)                     # tuples in the order of `campos`; nothing of it locks the target
        with transaction.atomic():
            conteos = lote.fusionar(clave=("empresa_servidor_id", "clave_origen"), ambito=Q(...))

Rows that are as they should be are not written again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q, QuerySet
from django.db.transaction import TransactionManagementError, atomic

from lib import merging, staging
from lib.columns import Campo, Columna
from lib.errors import Rejected
from lib.merging import Conteos

if TYPE_CHECKING:  # numpy is loaded by those who have arrays
    from lib.arrays import Columna as Arreglo

__all__ = ["Conteos", "Lote", "preparar"]

FILAS_POR_LOTE = 2000

Ambito = Q | QuerySet[Any] | None


@contextmanager
def preparar(modelo: type[models.Model], campos: Sequence[str], *, using: str | None = None) -> Iterator["Lote"]:
    """An empty load for `campos` (names or attnames) of `modelo`; open it outside the write transaction."""
    lote = Lote(modelo, campos, connections[using or router.db_for_write(modelo)])
    try:
        yield lote
    finally:
        lote._espera.cerrar()


class Lote:
    """The rows of one load, and the merge that makes the target equal to them."""

    def __init__(self, modelo: type[models.Model], campos: Sequence[str], connection: BaseDatabaseWrapper) -> None:
        self.modelo = modelo
        self.filas = 0
        self._connection = connection
        self._pedidos = tuple(campos)
        self._campos = [_concreto(modelo, campo) for campo in campos]
        self._columnas = [Columna(campo, connection) for campo in self._campos]
        self._espera = staging.abrir(connection, modelo, self._columnas)
        self._mezcla = merging.abrir(connection, modelo, self._campos, self._espera)
        self._directo = True

    def agregar(self, filas: Iterable[Sequence[Any]]) -> int:
        """Stage rows, drawn from any iterable in batches; Rejected names the column of a value that cannot be kept."""
        pending, before = iter(filas), self.filas
        while batch := list(islice(pending, FILAS_POR_LOTE)):
            columns = list(zip(*batch, strict=True))
            if len(columns) != len(self._columnas):
                raise ValueError(f"rows of {len(columns)} values for {len(self._columnas)} columns")
            prepared = [column.preparar(values) for column, values in zip(self._columnas, columns, strict=True)]
            self._espera.agregar(prepared)
            self.filas += len(batch)
        return self.filas - before

    def agregar_bloque(self, columnas: "Mapping[str, Arreglo]", filas: int) -> int:
        """Stage rows that come as arrays, keyed by the names that the load was prepared with; the same promise."""
        from lib import array_columns

        if columnas.keys() != set(self._pedidos):
            raise ValueError(f"columns {sorted(columnas)} for {sorted(self._pedidos)}")
        pairs = [(column, columnas[name]) for column, name in zip(self._columnas, self._pedidos, strict=True)]
        if not all(array_columns.es_llana(*pair) for pair in pairs):
            return self.agregar(zip(*(array_columns.en_lista(*pair) for pair in pairs), strict=True))
        if filas:
            self._espera.agregar_arreglos([array_columns.preparar(*pair) for pair in pairs], filas)
            self.filas += filas
        return filas

    def fusionar(self, *, clave: Sequence[str], ambito: Ambito = None, ignorar: Sequence[str] = ()) -> Conteos:
        """Make the target equal to the staged rows, within the caller's transaction.

        Rows of `ambito` whose key is not staged go (None: nothing goes); rows whose compared columns differ are
        updated, wherever they lie; missing ones are inserted. Columns of `ignorar` are written with a changed row but
        do not make a row changed. Rejected `clave_repetida` where the load holds a key twice.
        """
        if (copied := self.copiar(clave=clave, ambito=ambito)) is not None:
            return copied
        keys = self._cargar(clave)
        self._exigir_claves_unicas(keys)
        scope = None if ambito is None else _como_q(ambito)
        return self._mezcla.fusionar(keys, scope, self._ignoradas(ignorar), self.filas)

    def copiar(self, *, clave: Sequence[str], ambito: Ambito = None) -> Conteos | None:
        """Put the rows straight into the target where `ambito` (None: all of it) holds no row, within a transaction.

        None, with nothing done, where it holds one, or where a key of the load is stored elsewhere or comes twice:
        then `fuera_de` tells where from, and `fusionar` does what there is to do.
        """
        keys = self._claves(clave)
        if not (self._directo and self._es_completa() and self._es_unica(keys)) or self._hay(ambito):
            return None
        try:
            with atomic(using=self._connection.alias):
                self._espera.volcar()
        except IntegrityError:
            self._directo = False
            return None
        return Conteos(creadas=self.filas)

    def fuera_de(
        self, ambito: Q | QuerySet[Any], *, clave: Sequence[str], campo: str, ignorar: Sequence[str] = ()
    ) -> list[Any]:
        """The different values of `campo` in stored rows outside `ambito` whose key is staged, within a transaction.

        With the window as `ambito` and `fecha` as `campo`: the dates from which rows of this load have moved. A
        `fusionar` with the same arguments goes on from here.
        """
        outside = self._mezcla.fuera_de(self._cargar(clave), _como_q(ambito), self._ignoradas(ignorar))
        return list(outside.order_by(campo).values_list(campo, flat=True).distinct())

    def _ignoradas(self, ignorar: Sequence[str]) -> set[str]:
        return {_columna(_concreto(self.modelo, campo)) for campo in ignorar}

    def _cargar(self, clave: Sequence[str]) -> list[str]:
        keys = self._claves(clave)
        self._espera.cargar(keys)
        return keys

    def _claves(self, clave: Sequence[str]) -> list[str]:
        if not self._connection.in_atomic_block:
            raise TransactionManagementError("a merge belongs inside transaction.atomic()")
        fields = [_concreto(self.modelo, campo) for campo in clave]
        if any(field.null for field in fields):
            raise ValueError("a natural key is made of NOT NULL columns")
        return [_columna(field) for field in fields]

    def _hay(self, ambito: Ambito) -> bool:
        return bool(self._mezcla.base().filter(Q() if ambito is None else _como_q(ambito)).exists())

    def _es_completa(self) -> bool:
        """Whether the load brings every column, so that no default of the model is missing."""
        return not self._mezcla.por_defecto()

    def _es_unica(self, keys: list[str]) -> bool:
        """Whether the database itself refuses a key that comes twice."""
        unique = [constraint.fields for constraint in self.modelo._meta.total_unique_constraints]
        return any({_columna(_concreto(self.modelo, name)) for name in names} <= set(keys) for names in unique)

    def _exigir_claves_unicas(self, keys: list[str]) -> None:
        if repeated := self._mezcla.repetida(keys):
            shown = ", ".join(map(str, repeated))
            raise Rejected(
                "clave_repetida",
                f"La clave ({shown}) llega dos veces en la misma carga.",
                "Una clave nombra una sola fila: corrija la consulta o la vista de donde viene.",
                clave=shown,
            )


def _concreto(modelo: type[models.Model], nombre: str) -> Campo:
    field = modelo._meta.get_field(nombre)
    if not isinstance(field, models.Field) or not field.concrete:
        raise ValueError(f"{nombre} is no column of {modelo.__name__}")
    return field


def _como_q(ambito: Q | QuerySet[Any]) -> Q:
    return ambito if isinstance(ambito, Q) else Q(pk__in=ambito.values("pk"))


def _columna(field: Campo) -> str:
    return str(field.column)
