"""Quantities and keys that real databases hold and that sums break on."""

from contextlib import closing
from datetime import date
from itertools import count

import firebirdsql
import pytest

from inventory import extraction, reconciliation
from inventory.models import MovimientoInventario, MovimientoRechazado, VentanaExtraccion
from jobs.models import Estado
from tests.inventory import tns

ENERO = date(2024, 1, 1), date(2024, 1, 31)


@pytest.fixture
def de_dialecto(firebird, servidor_firebird, crear_empresa):
    """A function that makes a TNS database of a dialect and its company."""

    def crear(dialecto):
        fuente = tns.crear(firebird, f"numeros{dialecto}-{next(tns.NOMBRES)}.GDB", dialecto=dialecto)
        return fuente, crear_empresa(servidor=servidor_firebird, ruta_base=str(fuente.ruta), anio_fiscal=2024)

    return crear


def cambiar_cantidad(fuente, tipo):
    for tabla, columna in (("DEKARDEX", "CANMAT"), ("DETRASLA", "CANTIDAD")):
        fuente.sql(f"ALTER TABLE {tabla} DROP {columna}")
        fuente.sql(f"ALTER TABLE {tabla} ADD {columna} {tipo}")


@pytest.mark.parametrize("dialecto", [1, 3])
def test_extraer_adds_up_keys_and_whole_quantities_beyond_32_bits(dialecto, de_dialecto, correr):
    """In dialect 1 Firebird adds integers in 32 bits and fails where they overflow."""
    fuente, empresa = de_dialecto(dialecto)
    cambiar_cantidad(fuente, "INTEGER")
    fuente._lineas = count(1_500_000_000)
    fuente.documento("2024-01-10", (1, 2_000_000_000, 1), (1, 2_000_000_000, 1))
    fuente.traslado("2024-01-10", (1, 2_000_000_000), (1, 2_000_000_000))
    assert correr(extraction, empresa, *ENERO).estado == Estado.COMPLETADA
    row = VentanaExtraccion.objects.get()
    assert (row.filas, int(row.suma_cantidad)) == (6, 12_000_000_000)
    assert int(row.origen_claves) == 1_500_000_000 * 6 + 0 + 1 + 2 * (2 + 3)
    assert correr(reconciliation, empresa).resultado["estado"] == "cuadrado"


@pytest.mark.parametrize("dialecto", [1, 3])
@pytest.mark.parametrize("cantidad", ["infinity", "NaN", "1e300", "-1e300", "3e14"])
def test_extraer_rejects_a_quantity_that_is_none_and_goes_on(dialecto, cantidad, de_dialecto, correr, firebird):
    fuente, empresa = de_dialecto(dialecto)
    cambiar_cantidad(fuente, "DOUBLE PRECISION")
    fuente.documento("2024-01-10", (1, 1, 1), (1, 2, 1))
    fuente.traslado("2024-01-10", (1, 4))
    escribir_cantidad(firebird, fuente, cantidad)
    assert correr(extraction, empresa, *ENERO).estado == Estado.COMPLETADA_CON_ERRORES
    assert sorted(MovimientoInventario.objects.values_list("clave_origen", flat=True)) == ["K:2", "T:3:E", "T:3:S"]
    rejected = MovimientoRechazado.objects.get()
    assert (rejected.clave_origen, float(rejected.datos["CANTIDAD"])) == (
        "K:1",
        pytest.approx(float(cantidad), nan_ok=True),
    )
    assert correr(reconciliation, empresa).resultado["estado"] == "cuadrado"


def escribir_cantidad(firebird, fuente, cantidad):
    """Give line 1 this quantity; infinity has no literal and comes in through a driver."""
    update = "UPDATE DEKARDEX SET CANMAT = {} WHERE DEKARDEXID = 1"
    if cantidad not in {"infinity", "NaN"}:
        fuente.sql(update.format(cantidad))
        return
    access = {"user": firebird.usuario, "password": firebird.password, "host": "127.0.0.1", "port": firebird.port}
    with closing(firebirdsql.connect(database=str(fuente.ruta), **access)) as link:
        link.cursor().execute(update.format("?"), [float("inf")])
        link.commit()
    if cantidad == "NaN":
        fuente.sql(update.format("CANMAT * 0"))
