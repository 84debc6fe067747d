import threading
import time

import pytest

from lib.errors import Fatal, Retriable
from servers import source
from servers.pacing import Paso
from servers.polite import FuenteCortes, Medidor

FILAS = 3_000
LLENAR = f"""CREATE TABLE T (N INTEGER NOT NULL PRIMARY KEY, TEXTO VARCHAR(20));
COMMIT;
SET TERM ^;
EXECUTE BLOCK AS DECLARE I INTEGER = 0; BEGIN
  WHILE (I < {FILAS}) DO BEGIN I = I + 1; INSERT INTO T VALUES (:I, 'fila ' || :I); END
END^
SET TERM ;^
COMMIT;
"""
TODAS = "SELECT N, TEXTO FROM T ORDER BY N"
ETERNA = "SELECT COUNT(*) FROM T A, T B, T C WHERE A.TEXTO || B.TEXTO = C.TEXTO"  # sends nothing for hours
TRANSACCIONES = "SELECT COUNT(*) FROM MON$TRANSACTIONS WHERE MON$ISOLATION_MODE = 1 AND MON$READ_ONLY = 1;"


class Contador:
    """A pace that holds nothing up."""

    def __init__(self):
        self.filas = []

    def dar(self, filas):
        self.filas.append(filas)


@pytest.fixture(scope="module")
def ruta(firebird_db):
    return firebird_db("CORTES.GDB", LLENAR)


@pytest.fixture
def abrir(servidor_firebird, ruta):
    """A function that opens the database politely; `.medidas` of what it gives is what was measured."""

    def hacer(segundos=60.0, paso=None):
        medidas = {}
        fuente = source.abrir(servidor_firebird(), str(ruta))
        return (
            fuente,
            lambda abierta: FuenteCortes(abierta, paso=paso or Contador(), medidor=Medidor(medidas), segundos=segundos),
            medidas,
        )

    return hacer


def test_rows_come_as_they_are_and_are_counted(abrir):
    paso = Contador()
    fuente, cortes, medidas = abrir(paso=paso)
    with fuente as abierta, cortes(abierta).instantanea() as foto:
        filas = foto.filas(TODAS)
        assert filas.columnas == ("N", "TEXTO")
        leidas = list(filas)
    assert leidas == [(n, f"fila {n}") for n in range(1, FILAS + 1)]
    assert sum(paso.filas) == medidas["filas_leidas"] == FILAS
    assert 0 < medidas["segundos_leyendo"] == pytest.approx(medidas["instantanea_mas_larga"])


def test_blocks_come_as_they_are_and_are_counted(abrir):
    paso = Contador()
    fuente, cortes, medidas = abrir(paso=paso)
    with fuente as abierta, cortes(abierta).instantanea() as foto:
        bloques = foto.filas(TODAS).bloques()
        assert bloques is not None
        leidas = [bloque.fila(n) for bloque in bloques for n in range(bloque.filas)]
    assert leidas[-1] == (FILAS, f"fila {FILAS}")
    assert sum(paso.filas) == medidas["filas_leidas"] == len(leidas) == FILAS


def test_statement_that_gives_no_blocks_gives_none(abrir):
    fuente, cortes, _ = abrir()
    with fuente as abierta, cortes(abierta).instantanea() as foto:
        filas = foto.filas("SELECT N, CAST(TEXTO AS BLOB SUB_TYPE TEXT) FROM T WHERE N = 1")
        assert filas.bloques() is None
        assert list(filas) == [(1, "fila 1")]


def test_measures_of_several_snapshots_add_up(abrir):
    fuente, cortes, medidas = abrir()
    with fuente as abierta:
        cortes = cortes(abierta)
        for _ in range(3):
            with cortes.instantanea() as foto:
                assert foto.catalogo()["T"] == {"N", "TEXTO"}
                list(foto.filas("SELECT N FROM T WHERE N < 11"))
    assert medidas["filas_leidas"] == 30
    assert medidas["instantanea_mas_larga"] < medidas["segundos_leyendo"]


def test_snapshot_that_lasts_too_long_ends_on_the_server(abrir, firebird, ruta):
    """The statement would run for hours without a row, so no loop of ours could notice the time."""
    fuente, cortes, medidas = abrir(segundos=0.5)
    with pytest.raises(Fatal) as error, fuente as abierta, cortes(abierta).instantanea() as foto:
        list(foto.filas(ETERNA))
    assert error.value.codigo == "instantanea_demasiado_larga"
    assert "suba en el servidor las filas" in error.value.remedio
    assert medidas["instantanea_mas_larga"] >= 0.5
    deadline = time.monotonic() + 30
    while " 0" not in firebird.isql(ruta, f"SET HEADING OFF;\n{TRANSACCIONES}\n"):
        assert time.monotonic() < deadline, "the transaction is still there"


def test_snapshot_that_ends_in_time_leaves_no_clock_behind(abrir):
    fuente, cortes, _ = abrir()
    with fuente as abierta, cortes(abierta).instantanea() as foto:
        assert any(isinstance(thread, threading.Timer) for thread in threading.enumerate())
        list(foto.filas("SELECT N FROM T WHERE N < 11"))
    assert not any(isinstance(thread, threading.Timer) for thread in threading.enumerate())


def test_error_in_time_is_told_as_it_is(abrir):
    fuente, cortes, _ = abrir()
    with pytest.raises(Retriable) as error, fuente as abierta, cortes(abierta).instantanea() as foto:
        list(foto.filas(TODAS, [abierta.cortar()][:0]))
    assert error.value.codigo == "enlace_cortado"


def test_pace_holds_real_rows_back(abrir):
    slept = []
    clock = [0.0]

    def dormir(seconds):
        slept.append(seconds)
        clock[0] += seconds

    paso = Paso(1000, comprobar=lambda: None, reloj=lambda: clock[0], dormir=dormir)
    fuente, cortes, _ = abrir(paso=paso)
    with fuente as abierta, cortes(abierta).instantanea() as foto:
        assert len(list(foto.filas(TODAS))) == FILAS
    assert sum(slept) == pytest.approx(FILAS / 1000 - 1)
