"""Blocks of columns: the same rows as one by one, whatever their types, values and character sets."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from lib.arrays import Bloque, Columna, Decimales, Enteros, Fechas, Horas, Instantes, Logicos, Textos
from servers import source

TIPOS = """
CREATE TABLE T (
  A INTEGER, B SMALLINT, C BIGINT, D NUMERIC(18,4), E NUMERIC(9,2), F NUMERIC(4,1), G NUMERIC(18,0), H DATE, I TIME,
  J TIMESTAMP, K CHAR(10), L VARCHAR(20), M BOOLEAN, N DECIMAL(18,18));
COMMIT;
INSERT INTO T VALUES (1, 2, 3, 4.5, -1.25, 0.1, 7, '2024-01-02', '10:11:12.1234', '2024-01-02 03:04:05.6789', 'hola',
  'mundo', true, 0.5);
INSERT INTO T VALUES (null, null, null, null, null, null, null, null, null, null, null, null, null, null);
INSERT INTO T VALUES (-2147483648, -32768, -9223372036854775808, -922337203685477.5808, -21474836.48, -3276.8, -1,
  '0001-01-01', '00:00', '0001-01-01', '', '', false, -0.000000000000000001);
INSERT INTO T VALUES (2147483647, 32767, 9223372036854775807, 922337203685477.5807, 21474836.47, 3276.7, 1,
  '9999-12-31', '23:59:59.9999', '9999-12-31 23:59:59.9999', ' a b ', '  ', true, 9.223372036854775807);
COMMIT;
"""
EPOCA = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def valores(columna: Columna) -> list[object]:
    """The values of a column as a row would have them."""
    crudos = _sin_nulos(columna)
    if columna.nulos is None:
        return crudos
    return [None if nulo else valor for nulo, valor in zip(columna.nulos, crudos, strict=True)]


def _sin_nulos(columna: Columna) -> list[object]:
    match columna:
        case Enteros(numeros) | Logicos(numeros):
            return numeros.tolist()
        case Decimales(unidades, escala):
            return [Decimal(n).scaleb(-escala) for n in unidades.tolist()]
        case Fechas(dias):
            return dias.tolist()
        case Instantes(momentos):
            return momentos.tolist()
        case Horas(microsegundos):
            return [(EPOCA + timedelta(microseconds=n)).time() for n in microsegundos.tolist()]
        case Textos(octetos, largos, codec):
            return [fila[:n].tobytes().decode(codec) for fila, n in zip(octetos, largos, strict=True)]


def filas_de(bloque: Bloque) -> list[tuple[object, ...]]:
    """The rows of a block, by its arrays where they can hold them."""
    por_columnas = list(zip(*map(valores, bloque.columnas.values()), strict=True))
    raras = np.zeros(bloque.filas, bool) if bloque.raras is None else bloque.raras
    return [bloque.fila(n) if raras[n] else fila for n, fila in enumerate(por_columnas)]


@pytest.fixture(scope="module")
def tipos(firebird_db) -> str:
    return str(firebird_db("TIPOS.GDB", TIPOS))


def test_bloques_hold_every_type_and_its_extremes(servidor_firebird, tipos):
    with source.abrir(servidor_firebird("firebird-driver"), tipos) as fuente, fuente.instantanea() as foto:
        esperadas = list(foto.filas("SELECT * FROM T"))
        (bloque,) = [
            (filas_de(b), [b.fila(n) for n in range(b.filas)]) for b in foto.filas("SELECT * FROM T").bloques()
        ]
    assert bloque == (esperadas, esperadas)
