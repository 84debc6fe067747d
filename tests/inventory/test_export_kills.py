"""An export whose worker is killed with -9 is taken up again: no half file is ever there, and the last is the list."""

import csv
import io
import os
import random
import signal
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.test import Client
from openpyxl import load_workbook

from inventory.models import MovimientoInventario
from jobs.models import Ejecucion, Estado, Exportacion, TrozoExportacion
from tests.programs import esperar

FILAS = 8_000
TODO = bool(os.environ.get("PRUEBAS_TODO"))
SEMILLAS = range(1, 9 if TODO else 2)
MUERTES = 2 if TODO else 1  # the third is final


@pytest.fixture
def movimientos(programas, empresa):
    """Many movements, and the keys of them in the order of the list."""
    base = {"empresa_servidor": empresa, "tipo_documento": "FACTURA_VENTA", "articulo_codigo": "A1", "sentido": -1}
    MovimientoInventario.objects.bulk_create(
        MovimientoInventario(
            clave_origen=f"K:{n:06d}", documento=f"FV-{n}", fecha=date(2026, 1, 1) + timedelta(n % 300),
            cantidad=Decimal(n), precio_unitario=Decimal(1), valor_total=Decimal(n), **base,
        )
        for n in range(FILAS)
    )  # fmt: skip
    order = ("-fecha", "-clave_origen", "-empresa_servidor_id")
    return list(MovimientoInventario.objects.order_by(*order).values_list("clave_origen", flat=True))


def leer(formato, body):
    """The keys in the file, in its order."""
    if formato == "csv":
        return [fila["clave_origen"] for fila in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
    filas = load_workbook(io.BytesIO(body), read_only=True)["Datos"].values
    place = next(filas).index("clave_origen")
    return [fila[place] for fila in filas]


def trabaja(run, worker):
    """Whether this worker writes the run's file, or the run has ended."""
    run.refresh_from_db()
    return not run.activa or (run.estado == Estado.EN_CURSO and run.proceso.endswith(f":{worker.pid}") and run.total)


def exigir_archivo_entero():
    for hecha in Exportacion.objects.all():
        trozos = TrozoExportacion.objects.filter(exportacion=hecha).count()
        assert trozos == -(-hecha.tamano // (1 << 20))
        assert hecha.sha256
    assert not TrozoExportacion.objects.exclude(exportacion__in=Exportacion.objects.all()).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("formato", ["xlsx", "csv"] if TODO else ["xlsx"])
@pytest.mark.parametrize("semilla", SEMILLAS)
def test_an_export_survives_being_killed(programas, movimientos, clave_de, empresa, semilla, formato):
    azar = random.Random(f"{semilla}{formato}")
    cabecera = clave_de(empresa.nit)
    programas.vigilar()
    worker = programas.worker()
    ruta = f"/api/movimientos/exportar/?formato={formato}"
    run = Ejecucion.objects.get(pk=Client().post(ruta, {}, "application/json", **cabecera).json()["task_id"])
    for _ in range(MUERTES):
        esperar(partial(trabaja, run, worker), 60)
        hecho = run.progreso
        until = hecho + azar.randrange(FILAS)
        esperar(lambda until=until: not run_ahora(run).activa or run_ahora(run).progreso >= min(until, FILAS - 1), 60)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.matar()
        exigir_archivo_entero()
        worker = programas.worker()
    esperar(lambda: not run_ahora(run).activa, 120)
    assert run_ahora(run).estado == Estado.COMPLETADA
    estado = Client().get(f"/api/sistema/estado-exportacion/?task_id={run.pk}", **cabecera).json()
    body = Client().get(urlsplit(estado["enlace"]).path).getvalue()
    assert leer(formato, body) == movimientos
    assert list((programas.directory / "exportaciones").iterdir()) == []


def run_ahora(run):
    return Ejecucion.objects.get(pk=run.pk)
