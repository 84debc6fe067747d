"""Extraction from a real Firebird when something goes wrong in the middle: cut, cancelled, overtaken, resumed."""

import os
import signal
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.utils import timezone

from companies.models import EmpresaServidor
from inventory import extraction, reconciliation, session, window, writing
from inventory.models import VentanaExtraccion
from jobs import launching
from jobs.models import Ejecucion, Estado
from jobs.running import ejecutar

ENERO, FEBRERO = (date(2024, 1, 1), date(2024, 1, 31)), (date(2024, 2, 1), date(2024, 2, 29))


@pytest.fixture(autouse=True)
def _sin_pausas(monkeypatch):
    monkeypatch.setattr(session, "PAUSAS", (0.0, 0.0))


def test_extraer_gives_up_after_a_few_cuts_and_keeps_what_it_had(fuente, empresa_tns, correr, monkeypatch, guardado):
    fuente.documento("2024-01-10")
    correr(extraction, empresa_tns, *ENERO)
    EmpresaServidor.objects.filter(pk=empresa_tns.pk).update(ultima_extraccion=None)
    empresa_tns.servidor.puerto = 1  # nobody listens there
    empresa_tns.servidor.save()
    run = correr(extraction, empresa_tns, *FEBRERO)
    assert run.estado == Estado.FALLIDA
    assert run.error["codigo"] == "conexion_rechazada"
    assert run.error["remedio"]
    assert run.lineas.filter(nivel="aviso").count() == 2
    assert len(guardado(empresa_tns)) == 1


def test_extraer_writes_nothing_once_its_lease_is_lost(fuente, empresa_tns, guardado, monkeypatch):
    fuente.documento("2024-01-10")
    run, _ = extraction.solicitar(empresa_tns, *ENERO, encolar=False)

    def robada(marcha):
        Ejecucion.objects.filter(pk=run.pk).update(arriendo=None, estado=Estado.INTERRUMPIDA)
        return extraction.cumplir(marcha)

    ejecutar(run.pk, robada)
    assert guardado(empresa_tns) == {}
    assert not VentanaExtraccion.objects.exists()
    assert ejecutar(run.pk, extraction.cumplir).estado == Estado.COMPLETADA
    assert len(guardado(empresa_tns)) == 1


def test_extraer_goes_on_from_its_checkpoint(fuente, empresa_tns, monkeypatch):
    for month in (1, 2, 3):
        fuente.documento(f"2024-0{month}-10")
    run, _ = extraction.solicitar(empresa_tns, date(2024, 1, 1), date(2024, 3, 31), forzar=True, encolar=False)
    real = session.copiar

    def cae_en_marzo(*args, mes, **opciones):
        if str(mes) == "2024-03":
            raise DatabaseError("the process dies here")
        return real(*args, mes=mes, **opciones)

    monkeypatch.setattr(session, "copiar", cae_en_marzo)
    with pytest.raises(DatabaseError):
        ejecutar(run.pk, extraction.cumplir)
    Ejecucion.objects.filter(pk=run.pk).update(estado=Estado.INTERRUMPIDA)
    monkeypatch.setattr(session, "copiar", real)
    before = dict(VentanaExtraccion.objects.values_list("desde", "leida"))
    done = ejecutar(run.pk, extraction.cumplir)
    assert done.resultado["registros_guardados"] == done.conteos["creadas"] == 3
    after = dict(VentanaExtraccion.objects.values_list("desde", "leida"))
    assert len(after) == 3
    assert before.items() <= after.items()  # January and February were not read again


def test_extraer_reads_a_window_again_when_its_reader_dies(fuente, empresa_tns, correr, guardado, monkeypatch):
    fuente.documento("2024-01-10", *[(1, n, 10) for n in range(1, 6)])
    killed = []

    def matar_una_vez(ventana):
        if not killed:
            killed.extend(lectores())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    monkeypatch.setattr(window.Ventana, "_vivir", matar_una_vez)
    monkeypatch.setattr(session, "PAUSAS", (0.0,))
    run = correr(extraction, empresa_tns)
    assert killed
    assert run.estado == Estado.COMPLETADA
    assert len(guardado(empresa_tns)) == run.conteos["leidas"] == 5


def lectores():
    """The child interpreters of this process that read Firebird."""
    pids = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in pids if b"firebird.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_extraer_stops_where_it_is_cancelled(fuente, empresa_tns, guardado, monkeypatch):
    fuente.documento("2024-01-10")
    fuente.documento("2024-03-10")
    run, _ = extraction.solicitar(empresa_tns, encolar=False)
    real = session.copiar

    def cancelada_en_febrero(*args, mes, **opciones):
        if str(mes) == "2024-02":
            Ejecucion.objects.filter(pk=run.pk).update(cancelacion_solicitada=True)
        return real(*args, mes=mes, **opciones)

    monkeypatch.setattr(session, "copiar", cancelada_en_febrero)
    assert ejecutar(run.pk, extraction.cumplir).estado == Estado.CANCELADA
    assert set(guardado(empresa_tns)) == {"K:1"}
    assert [str(v.desde) for v in VentanaExtraccion.objects.all()] == ["2024-01-01"]


def test_extraer_does_not_overwrite_a_reading_that_came_meanwhile(fuente, empresa_tns, correr, guardado, monkeypatch):
    fuente.documento("2024-01-10")
    antes_de_escribir(
        monkeypatch, lambda: fuente.documento("2024-01-11"), lambda: en_otra_ejecucion(empresa_tns, ENERO)
    )
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.estado == Estado.COMPLETADA
    assert "mientras se leía" in run.lineas.get(nivel="aviso").texto
    assert set(guardado(empresa_tns)) == {"K:1", "K:2"}


def test_extraer_is_not_stopped_by_a_reading_of_the_future(fuente, empresa_tns, correr, guardado):
    """The machine's clock was wrong once, and has been put right."""
    correr(extraction, empresa_tns, *ENERO)
    VentanaExtraccion.objects.update(leida=timezone.now() + timedelta(days=3650))
    fuente.documento("2024-01-11")
    assert correr(extraction, empresa_tns, *ENERO, forzar=True).estado == Estado.COMPLETADA
    assert set(guardado(empresa_tns)) == {"K:1"}


def test_extraer_stops_when_the_company_is_moved_meanwhile(fuente, empresa_tns, guardado, monkeypatch):
    fuente.documento("2024-01-10")
    run, _ = extraction.solicitar(empresa_tns, encolar=False)
    moved = EmpresaServidor.objects.filter(pk=empresa_tns.pk)
    antes_de_escribir(monkeypatch, lambda: moved.update(ruta_base="/otra.gdb"))
    assert ejecutar(run.pk, extraction.cumplir).error["codigo"] == "empresa_movida"
    assert guardado(empresa_tns) == {}


def test_extraer_takes_no_line_out_of_a_window_that_another_run_wrote_meanwhile(
    fuente, empresa_tns, correr, guardado, monkeypatch
):
    """Line 1 is read in January; before that is written it moves to February, which another run reads and writes."""
    document = fuente.documento("2024-01-10")
    correr(extraction, empresa_tns, *FEBRERO)
    antes_de_escribir(
        monkeypatch,
        lambda: fuente.sql(f"UPDATE KARDEX SET FECHA = '2024-02-10' WHERE KARDEXID = {document}"),
        lambda: en_otra_ejecucion(empresa_tns, FEBRERO),
    )
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.estado == Estado.COMPLETADA
    assert correr(reconciliation, empresa_tns).estado == Estado.COMPLETADA
    assert guardado(empresa_tns) == {"K:1": ("2024-02-10", "FACTURA_VENTA", 1)}


def antes_de_escribir(monkeypatch, *pasos):
    """Do these things once, between a window's reading and its writing."""
    real, pending = writing._escribir, list(pasos)

    def escribir(*args):
        while pending:
            pending.pop(0)()
        return real(*args)

    monkeypatch.setattr(writing, "_escribir", escribir)


def en_otra_ejecucion(empresa, meses):
    run, _ = launching.solicitar(
        launching.Trabajo("otra", "extraer_datos_task", nombre="Otra"), clave="otra", sobre="otra", encolar=False,
        parametros={"empresa": empresa.pk, "inicio": str(meses[0]), "fin": str(meses[1]), "forzar": True},
    )  # fmt: skip
    assert ejecutar(run.pk, extraction.cumplir).estado == Estado.COMPLETADA
