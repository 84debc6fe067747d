"""Where the rows of a load wait for a merge on PostgreSQL: local files of what COPY takes, so that the connection holds
nothing meanwhile and a transaction pooler may stand between. Blocks and plain rows are tuples of its binary format,
rows that have no plain arrays (JSON, a long text) lines of its text format.
"""

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from io import SEEK_END
from itertools import chain
from types import NoneType
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper

from lib.columns import Columna, Valores, con_vacios, por_distintos
from lib.staging import lista

if TYPE_CHECKING:  # numpy is loaded by those who have arrays
    from lib.arrays import Columna as Arreglo

EN_MEMORIA = 2**20  # bytes before a file of rows goes to disk
MUESTRA = 5  # the statistics target of a key: 300 rows are looked at for each unit
TROZO = 2**18
MATRIZ = 2**20  # bytes of rows, each as wide as the longest, that are encoded at once
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Archivo:
    """Two local files, one of tuples and one of lines, that go to a temporary table or straight to the target."""

    def __init__(self, connection: BaseDatabaseWrapper, destino: str, columnas: Sequence[Columna]) -> None:
        self.connection = connection
        self.destino = connection.ops.quote_name(destino)
        self.columnas = lista(connection, [columna.campo.column for columna in columnas])
        self.campos = columnas
        self.nombre = f"lote_{uuid.uuid4().hex[:12]}"
        self.tabla = self.nombre
        self.lineas = tempfile.SpooledTemporaryFile(max_size=EN_MEMORIA)  # noqa: SIM115 -- closed by cerrar
        self.tuplas = tempfile.SpooledTemporaryFile(max_size=EN_MEMORIA)  # noqa: SIM115 -- closed by cerrar

    def agregar(self, columnas: Sequence[Valores]) -> None:
        from lib.value_arrays import arreglos

        if made := arreglos(columnas, self.campos):
            self.agregar_arreglos(made, len(columnas[0]))
            return
        lines = map("\t".join, zip(*map(_textos, columnas), strict=True))
        self.lineas.write(("\n".join(lines) + "\n").encode())

    def agregar_arreglos(self, columnas: "Sequence[Arreglo]", filas: int) -> None:
        from lib.array_columns import tipo_de
        from lib.array_values import tramo
        from lib.copy_binary import ancho, codificar

        kinds = list(map(tipo_de, self.campos))
        step = max(1, MATRIZ // ancho(columnas))
        for start in range(0, filas, step):
            stop = min(start + step, filas)
            part = [tramo(column, start, stop) for column in columnas] if step < filas else columnas
            self.tuplas.write(codificar(part, kinds, stop - start).data)

    def cargar(self, clave: Sequence[str]) -> None:
        # Named by what it holds: rows that were added since, or a rollback, ask for another table.
        self.tabla = f"{self.nombre}_{self.lineas.seek(0, SEEK_END)}_{self.tuplas.seek(0, SEEK_END)}"
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"pg_temp.{self.tabla}"])
            if cursor.fetchone()[0]:
                return
            like = f"SELECT {self.columnas} FROM {self.destino}"  # noqa: S608
            cursor.execute(f"CREATE TEMP TABLE {self.tabla} ON COMMIT DROP AS {like} WITH NO DATA")
            self._copiar(cursor, self.tabla)
            self._analizar(cursor, clave)

    def _analizar(self, cursor: Any, clave: Sequence[str]) -> None:
        """A small sample of the keys tells the planner enough; the usual one of all columns takes long."""
        few = ", ".join(f"ALTER {lista(self.connection, [column])} SET STATISTICS {MUESTRA}" for column in clave)
        cursor.execute(f"ALTER TABLE {self.tabla} {few}")
        cursor.execute(f"ANALYZE {self.tabla} ({lista(self.connection, clave)})")

    def volcar(self) -> None:
        with self.connection.cursor() as cursor:
            self._copiar(cursor, self.destino)

    def _copiar(self, cursor: Any, tabla: str) -> None:
        for kind, chunks in (("text", _trozos(self.lineas)), ("binary", self._tuplas())):
            if (first := next(chunks, None)) is None:
                continue
            sql = f"COPY {tabla} ({self.columnas}) FROM STDIN (FORMAT {kind})"
            with self.connection.wrap_database_errors, cursor.copy(sql) as copy:
                for chunk in chain([first], chunks):
                    copy.write(chunk)

    def _tuplas(self) -> Iterator[bytes]:
        from lib.copy_binary import COMIENZO, FIN

        if self.tuplas.seek(0, SEEK_END):
            yield COMIENZO
            yield from _trozos(self.tuplas)
            yield FIN

    def cerrar(self) -> None:
        self.lineas.close()
        self.tuplas.close()
        if self.connection.in_atomic_block and not self.connection.needs_rollback:
            with self.connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{self.tabla}")


def _trozos(archivo: Any) -> Iterator[bytes]:
    archivo.seek(0)
    while chunk := archivo.read(TROZO):
        yield chunk


def _textos(valores: Valores) -> Valores:
    """A column in COPY's text format."""
    if NoneType in set(map(type, valores)):
        return con_vacios(valores, _textos, r"\N")
    kind = type(valores[0])
    if kind is str:
        return _escapados(valores)
    escribir = next((make for kinds, make in ESCRITURAS if issubclass(kind, kinds)), None)
    if escribir is None:
        raise TypeError(f"no text form for {kind.__name__}")
    return escribir(valores)


def _escapados(textos: Valores) -> Valores:
    joined = "".join(textos)
    if not any(special in joined for special in "\\\t\n\r"):
        return textos
    return [text.translate(ESCAPES) for text in textos]


ESCRITURAS: tuple[tuple[type | tuple[type, ...], Callable[[Valores], Valores]], ...] = (
    (bool, lambda values: ["t" if value else "f" for value in values]),
    (int, lambda values: list(map(int.__repr__, values))),  # psycopg's Int4 and its like print themselves otherwise
    ((Decimal, uuid.UUID), lambda values: list(map(str, values))),
    ((date, time), lambda values: por_distintos(values, lambda some: [value.isoformat() for value in some])),
    (object, lambda values: [value.dumps(value.obj).translate(ESCAPES) for value in values]),  # psycopg's Jsonb
)
