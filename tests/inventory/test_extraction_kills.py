"""Extraction killed with -9 at random moments: nothing lost, nothing doubled, no window half done, nobody needed.

One seed in the usual run, many with PRUEBAS_TODO; a seed that failed is repeated by its number.
"""

import os
import random
import signal
import time
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import Q

from companies.models import EmpresaServidor
from inventory import extraction
from inventory.ledger import Resumen, resumen_guardado
from inventory.models import MovimientoInventario, VentanaExtraccion
from jobs.models import Ejecucion, Estado
from tests.programs import esperar, hijos

SEMILLAS = range(1, 11 if os.environ.get("PRUEBAS_TODO") else 2)
MUERTES = 2  # the third is final
LINEAS = 6_000

LLENAR = f"""SET TERM ^;
EXECUTE BLOCK AS DECLARE I INTEGER = 0; BEGIN
  WHILE (I < {LINEAS}) DO BEGIN
    I = I + 1;
    INSERT INTO KARDEX (KARDEXID, CODCOMP, CODPREFIJO, NUMERO, FECHA, FECASENTAD) VALUES (:I,
      CASE MOD(:I, 4) WHEN 0 THEN 'FC' WHEN 1 THEN 'DV' ELSE 'FV' END, '00', :I,
      '2024-' || LPAD(MOD(:I, 12) + 1, 2, '0') || '-15', '2024-12-31');
    INSERT INTO DEKARDEX (DEKARDEXID, KARDEXID, MATID, BODID, CANMAT, PRECIOBASE)
      VALUES (:I, :I, 1, 1, MOD(:I, 7) + 0.25, 10);
  END
END^
SET TERM ;^
COMMIT;
"""
CANTIDAD = sum(n % 7 for n in range(1, LINEAS + 1)) + LINEAS * 0.25


@pytest.fixture
def empresa_grande(programas, fuente, empresa_tns):
    fuente.server.isql(fuente.ruta, LLENAR)
    return empresa_tns


def victimas(worker):
    """The worker and the interpreters below it that read Firebird."""
    return [worker.pid, *hijos(worker.pid)]


def trabaja(run, worker):
    """Whether the worker has the run, or it has ended."""
    run.refresh_from_db()
    return not run.activa or (run.estado == Estado.EN_CURSO and run.proceso.endswith(f":{worker.pid}"))


def exigir_ventanas_enteras(empresa):
    """Every ledger row describes exactly what is stored, and nothing is stored beside the ledger.

    Seen in one snapshot, for the run may go on meanwhile.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        written = Q(pk=None)
        for row in VentanaExtraccion.objects.filter(empresa_servidor=empresa):
            stored = resumen_guardado(empresa, row.desde, row.hasta)
            assert stored == Resumen(row.filas, row.suma_cantidad, row.suma_valor, row.huella), row
            written |= Q(fecha__gte=row.desde, fecha__lt=row.hasta)
        assert not MovimientoInventario.objects.filter(empresa_servidor=empresa).exclude(written).exists()


@pytest.mark.parametrize("semilla", SEMILLAS)
def test_extraer_survives_being_killed(programas, broker, empresa_grande, semilla):
    azar = random.Random(semilla)
    programas.vigilar()
    worker = programas.worker()
    run, _ = extraction.solicitar(empresa_grande, forzar=True)
    for _ in range(MUERTES):
        esperar(partial(trabaja, run, worker), 60)
        time.sleep(azar.uniform(0, 2.5))
        victim = azar.choice(victimas(worker))
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        exigir_ventanas_enteras(empresa_grande)
        if victim == worker.pid:
            worker.matar()
            worker = programas.worker()
    esperar(lambda: not Ejecucion.objects.get(pk=run.pk).activa, 120)
    run.refresh_from_db()
    assert run.estado == Estado.COMPLETADA, run.error
    exigir_ventanas_enteras(empresa_grande)
    rows = VentanaExtraccion.objects.filter(empresa_servidor=empresa_grande)
    assert sum(row.filas for row in rows) == run.resultado["registros_guardados"] == LINEAS
    assert float(sum(row.suma_cantidad for row in rows)) == CANTIDAD
    assert MovimientoInventario.objects.count() == LINEAS
    assert EmpresaServidor.objects.get().ultima_extraccion is not None
