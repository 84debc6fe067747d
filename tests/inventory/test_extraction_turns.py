"""Extractions that keep to what is asked of their server: its hours, its connections, its longest snapshot."""

import os
import signal
from datetime import UTC, date, datetime, time
from functools import partial
from threading import Event
from time import monotonic

import pytest
from django.db.models import Count

from inventory import extraction, reconciliation, session, window
from inventory.models import MovimientoInventario, VentanaExtraccion
from jobs import turns
from jobs.launching import Trabajo, solicitar
from jobs.models import ACTIVOS, Ejecucion, Espera, Estado
from jobs.running import ejecutar
from servers import polite
from servers.models import Servidor
from servers.turn import Turno
from tests.programs import esperar, hijos

ANIO = (date(2024, 1, 1), date(2024, 12, 31))
DE_NOCHE = datetime(2026, 11, 21, 5, tzinfo=UTC)
DE_DIA = datetime(2026, 11, 20, 17, tzinfo=UTC)
LINEAS = 6_000
LLENAR = f"""SET TERM ^;
EXECUTE BLOCK AS DECLARE I INTEGER = 0; BEGIN
  WHILE (I < {LINEAS}) DO BEGIN
    I = I + 1;
    INSERT INTO KARDEX (KARDEXID, CODCOMP, CODPREFIJO, NUMERO, FECHA, FECASENTAD) VALUES (:I, 'FV', '00', :I,
      '2024-' || LPAD(MOD(:I, 12) + 1, 2, '0') || '-15', '2024-12-31');
    INSERT INTO DEKARDEX (DEKARDEXID, KARDEXID, MATID, BODID, CANMAT, PRECIOBASE) VALUES (:I, :I, 1, 1, 1, 10);
  END
END^
SET TERM ;^
COMMIT;
"""
CONEXIONES = """SET HEADING OFF;
SELECT COUNT(*) FROM MON$ATTACHMENTS WHERE MON$ATTACHMENT_ID <> CURRENT_CONNECTION AND MON$REMOTE_PROCESS IS NOT NULL;
"""


@pytest.fixture
def reloj(monkeypatch):
    """The clock by which the hours are kept: it gives these instants one after another, and then the last for ever."""
    instants = []

    def leer():
        return instants.pop(0) if len(instants) > 1 else instants[0]

    monkeypatch.setattr(session, "Turno", partial(Turno, reloj=leer))
    return instants


def de_noche(servidor):
    Servidor.objects.filter(pk=servidor.pk).update(lectura_desde=time(22), lectura_hasta=time(6))
    servidor.refresh_from_db()


def test_extraer_that_leaves_its_hours_stops_at_a_windows_end_and_goes_on(fuente, empresa_tns, en_worker, reloj):
    fuente.server.isql(fuente.ruta, LLENAR)
    de_noche(empresa_tns.servidor)
    reloj += [DE_NOCHE] * 6 + [DE_DIA]
    run, _ = extraction.solicitar(empresa_tns, *ANIO, encolar=False)
    waiting = ejecutar(run.pk, extraction.cumplir)
    done = VentanaExtraccion.objects.count()
    assert 0 < done < 12
    assert (waiting.estado, waiting.espera, waiting.intentos) == (Estado.PENDIENTE, Espera.HORARIO, 0)
    assert "se lee de 22:00 a 06:00" in waiting.mensaje
    assert len(waiting.punto_de_control["ventanas"]) == waiting.progreso == done
    reloj[:] = [DE_NOCHE]
    ended = ejecutar(run.pk, extraction.cumplir)
    assert (ended.estado, ended.resultado["registros_guardados"]) == (Estado.COMPLETADA, LINEAS)
    assert MovimientoInventario.objects.count() == ended.conteos["leidas"] == LINEAS


def test_extraer_in_the_foreground_keeps_no_connection_outside_the_hours(fuente, empresa_tns, reloj, monkeypatch):
    fuente.server.isql(fuente.ruta, LLENAR)
    de_noche(empresa_tns.servidor)
    reloj += [DE_NOCHE] * 6 + [DE_DIA]
    looked = []

    def dormir(_):
        deadline = monotonic() + 30
        while int(fuente.server.isql(fuente.ruta, CONEXIONES).split()[-1]):
            assert monotonic() < deadline, "a connection is kept"
            Event().wait(0.1)
        looked.append(True)
        reloj[:] = [DE_NOCHE]

    monkeypatch.setattr(turns.time, "sleep", dormir)
    run, _ = extraction.solicitar(empresa_tns, *ANIO, encolar=False)
    ended = ejecutar(run.pk, extraction.cumplir)
    assert (ended.estado, ended.resultado["registros_guardados"]) == (Estado.COMPLETADA, LINEAS)
    assert looked


def test_extraer_reads_nothing_ahead_when_its_hours_end_while_it_reads(
    fuente, empresa_tns, en_worker, reloj, monkeypatch
):
    real, read = window.Ventana.leer, []

    def leer(ventana):
        read.append(str(ventana._mes))
        reloj[:] = [DE_DIA]
        return real(ventana)

    monkeypatch.setattr(window.Ventana, "leer", leer)
    fuente.documento("2024-01-10")
    de_noche(empresa_tns.servidor)
    reloj += [DE_NOCHE]
    run, _ = extraction.solicitar(empresa_tns, *ANIO, encolar=False)
    assert ejecutar(run.pk, extraction.cumplir).espera == Espera.HORARIO
    assert read == ["2024-01"]
    assert VentanaExtraccion.objects.count() == 1


def test_cuadrar_outside_the_hours_asks_the_source_nothing(fuente, empresa_tns, en_worker, reloj):
    de_noche(empresa_tns.servidor)
    reloj += [DE_DIA]
    empresa_tns.servidor.puerto = 1  # it would fail
    run, _ = reconciliation.solicitar(empresa_tns, encolar=False)
    assert ejecutar(run.pk, reconciliation.cumplir).espera == Espera.HORARIO


def test_extraer_gives_up_a_snapshot_that_lasts_too_long(fuente, empresa_tns, correr):
    fuente.documento("2024-01-10")
    Servidor.objects.update(instantanea_minutos=0)
    run = correr(extraction, empresa_tns, *ANIO)
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, "instantanea_demasiado_larga")
    assert not MovimientoInventario.objects.exists()


def test_extraer_tells_what_it_took_of_its_server(fuente, empresa_tns, correr, monkeypatch):
    monkeypatch.setattr(polite, "FILAS_POR_CUENTA", 1)
    fuente.documento("2024-01-10", *[(1, 1, 10)] * 5)
    run = correr(extraction, empresa_tns, *ANIO)
    assert run.medidas["filas_leidas"] > 5
    assert 0 < run.medidas["instantanea_mas_larga"] <= run.medidas["segundos_leyendo"]
    assert run.lineas.filter(texto__startswith="Esperó").count() == 0


@pytest.fixture
def tres_empresas(programas, fuente, servidor_firebird, crear_empresa):
    """Three companies of one server that bears one connection, each of which takes a minute until it is hurried."""
    fuente.server.isql(fuente.ruta, LLENAR)
    servidor_firebird.conexiones_a_la_vez, servidor_firebird.filas_por_segundo = 1, 100
    servidor_firebird.save()
    return [crear_empresa(servidor=servidor_firebird, ruta_base=str(fuente.ruta), anio_fiscal=2024) for _ in range(3)]


def ocupan():
    return Ejecucion.objects.filter(estado=Estado.EN_CURSO, puesto__isnull=False)


def lee(run):
    """Whether the run reads, and has written a window."""
    return ocupan().filter(pk=run.pk, progreso__gt=0).exists()


def una_a_lo_sumo(fuente):
    """At most one connection, by our word and by the server's."""
    assert ocupan().count() <= 1
    assert int(fuente.server.isql(fuente.ruta, CONEXIONES).split()[-1]) <= 1


def test_one_connection_serves_three_companies_of_two_workers_though_one_is_killed(programas, fuente, tres_empresas):
    programas.vigilar()
    workers = {worker.pid: worker for worker in (programas.worker("-I", "tests.jobs.tareas") for _ in range(2))}
    first, *others = [extraction.solicitar(empresa, *ANIO)[0] for empresa in tres_empresas]
    esperar(lambda: lee(first), 60)
    esperar(lambda: Ejecucion.objects.filter(estado=Estado.PENDIENTE, espera=Espera.CUPO).count() == 2)
    una_a_lo_sumo(fuente)

    breve, _ = solicitar(
        Trabajo("probar", "tests.jobs.probar_task", "fuentes", nombre="Probar"),
        clave="cosa:1", sobre="cosas", parametros={"pasos": 1, "pausa": 0},
    )  # fmt: skip
    esperar(lambda: Ejecucion.objects.get(pk=breve.pk).estado == Estado.COMPLETADA)  # the other worker is free

    Servidor.objects.update(filas_por_segundo=None)
    holder = workers[int(ocupan().get().proceso.partition(":")[2])]
    readers = hijos(holder.pid)
    os.kill(holder.pid, signal.SIGKILL)
    holder.matar()
    assert readers
    try:
        esperar(lambda: una_a_lo_sumo(fuente) or not Ejecucion.objects.filter(estado__in=ACTIVOS).exists(), 120)
    except AssertionError:
        rows = Ejecucion.objects.values(
            "clave", "estado", "espera", "puesto", "intentos", "enviada", "latido", "mensaje"
        )
        pytest.fail("\n".join(map(str, [*rows, *(programa.salida()[-2000:] for programa in programas.started)])))
    runs = [Ejecucion.objects.get(pk=run.pk) for run in (first, *others)]
    assert [run.estado for run in runs] == [Estado.COMPLETADA] * 3, [run.error for run in runs]
    assert [run.resultado["registros_guardados"] for run in runs] == [LINEAS] * 3
    assert all(run.medidas["espera_de_cupo"] > 1 for run in runs[1:])
    stored = MovimientoInventario.objects.values("empresa_servidor").annotate(filas=Count("pk"))
    assert [row["filas"] for row in stored] == [LINEAS] * 3
