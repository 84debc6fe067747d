"""One window is read while another is written, by a thread that keeps to the source."""

import os
import signal
import threading
from datetime import date

import pytest
from django.db import connection, connections

from desk.demo.tns import companias
from inventory import ahead, extraction, session, window, writing
from inventory.models import MovimientoInventario, VentanaExtraccion
from jobs.models import Estado
from jobs.running import Marcha
from lib.errors import Retriable
from servers.firebird.adapter import FuenteFirebird
from servers.polite import FilasCorteses

TRIMESTRE = date(2024, 1, 1), date(2024, 3, 31)


@pytest.fixture(autouse=True)
def _sin_pausas(monkeypatch):
    monkeypatch.setattr(session, "PAUSAS", (0.0,))


@pytest.fixture
def leidas(monkeypatch):
    """What is read: (month, name of its thread, whether that thread has a connection of its own with our database)."""
    real, seen = window.Ventana.leer, []

    def leer(ventana):
        done = real(ventana)
        propia = connections["default"].connection if threading.current_thread() != threading.main_thread() else None
        seen.append((str(ventana._mes), threading.current_thread().name.partition("_")[0], propia))
        return done

    monkeypatch.setattr(window.Ventana, "leer", leer)
    return seen


@pytest.fixture
def marcha_libre(empresa):
    """The handle of a run that nobody ends."""
    run, _ = extraction.solicitar(empresa, encolar=False)
    return Marcha(run)


def test_adelanto_reads_in_a_thread_that_has_no_connection_with_our_database(fuente, empresa_tns, correr, leidas):
    for month in (1, 2, 3):
        fuente.documento(f"2024-0{month}-10")
    run = correr(extraction, empresa_tns, *TRIMESTRE)
    assert run.estado == Estado.COMPLETADA
    hilo = "lectura" if connection.vendor in ahead.CON_HILO else threading.main_thread().name
    assert leidas == [(f"2024-0{month}", hilo, None) for month in (1, 2, 3)]
    assert [w["lectura"] for w in run.resultado["ventanas"]] == ["por bloques"] * 3


def test_adelanto_reads_the_next_window_while_one_is_written(fuente, empresa_tns, correr, leidas, monkeypatch):
    real, seen = writing._escribir, []

    def escribir(contexto, leida, confirmar):
        if connection.vendor in ahead.CON_HILO and len(seen) < 2:
            until = threading.Event()
            for _ in range(6000):  # a minute, where the machine is busy
                if len(leidas) > len(seen) + 1:
                    break
                until.wait(0.01)
        seen.append([mes for mes, _, _ in leidas])
        return real(contexto, leida, confirmar)

    monkeypatch.setattr(writing, "_escribir", escribir)
    fuente.documento("2024-01-10")
    assert correr(extraction, empresa_tns, *TRIMESTRE).estado == Estado.COMPLETADA
    enero, febrero, marzo = "2024-01", "2024-02", "2024-03"
    if connection.vendor in ahead.CON_HILO:
        assert seen == [[enero, febrero], [enero, febrero, marzo], [enero, febrero, marzo]]
    else:
        assert seen == [[enero], [enero, febrero], [enero, febrero, marzo]]


def test_adelanto_drops_what_it_read_when_rows_have_moved(fuente, empresa_tns, correr, leidas, guardado):
    """February's document has moved to January: both are read again in one snapshot, and March after them."""
    moved = fuente.documento("2024-02-10")
    fuente.documento("2024-03-10")
    correr(extraction, empresa_tns, *TRIMESTRE)
    leidas.clear()
    fuente.sql(f"UPDATE KARDEX SET FECHA = '2024-01-05' WHERE KARDEXID = {moved}")
    run = correr(extraction, empresa_tns, *TRIMESTRE, forzar=True)
    assert run.estado == Estado.COMPLETADA
    assert {key: row[0] for key, row in guardado(empresa_tns).items()} == {"K:1": "2024-01-05", "K:2": "2024-03-10"}
    january, february = VentanaExtraccion.objects.filter(desde__lt="2024-03-01").order_by("desde")
    assert january.leida == february.leida
    assert (january.filas, february.filas) == (1, 0)
    assert [mes for mes, _, _ in leidas][-1] == "2024-03"


def test_adelanto_gives_the_error_of_its_window_when_that_is_due(fuente, empresa_tns, correr, guardado, monkeypatch):
    real = window.Ventana.leer

    def leer(ventana):
        if str(ventana._mes) == "2024-03":
            raise Retriable("enlace_cortado", "La conexión con el servidor se cortó.")
        return real(ventana)

    monkeypatch.setattr(window.Ventana, "leer", leer)
    fuente.documento("2024-02-10")
    run = correr(extraction, empresa_tns, *TRIMESTRE)
    assert (run.estado, run.error["codigo"]) == (Estado.FALLIDA, "enlace_cortado")
    assert set(guardado(empresa_tns)) == {"K:1"}
    assert VentanaExtraccion.objects.count() == 2


@pytest.mark.skipif(connection.vendor not in ahead.CON_HILO, reason="there a window is read in the run's own thread")
def test_adelanto_cuts_a_silent_source_when_its_run_is_cancelled(fuente, empresa_tns, correr, monkeypatch):
    stopped, cut = [], []
    monkeypatch.setattr(ahead, "SEGUNDOS_ENTRE_AVISOS", 0.01)
    monkeypatch.setattr(ahead, "SEGUNDOS_DE_GRACIA", 0.01)
    real_snapshot, real_cut, real_check = FuenteFirebird.instantanea, FuenteFirebird.cortar, Marcha.comprobar

    def instantanea(source):
        if threading.current_thread() != threading.main_thread():
            os.kill(source.pid, signal.SIGSTOP)  # its server says nothing any more
            stopped.append(source.pid)
        return real_snapshot(source)

    def comprobar(marcha):
        if stopped and threading.current_thread() == threading.main_thread():
            marcha._cancelar.set()
        real_check(marcha)

    monkeypatch.setattr(FuenteFirebird, "instantanea", instantanea)
    monkeypatch.setattr(FuenteFirebird, "cortar", lambda source: (cut.append(source.pid), real_cut(source)))
    monkeypatch.setattr(Marcha, "comprobar", comprobar)
    fuente.documento("2024-01-10")
    assert correr(extraction, empresa_tns, *TRIMESTRE).estado == Estado.CANCELADA
    assert cut == stopped


def test_vigia_tells_each_piece_of_news_once(marcha_libre):
    vigia = ahead.Vigia(marcha_libre)
    vigia.avanzar(mensaje="2024-01: 10 filas leídas")
    assert (vigia.novedad(), vigia.novedad()) == ("2024-01: 10 filas leídas", "")
    vigia.comprobar()
    vigia.parar()
    with pytest.raises(ahead.Descartada):
        vigia.comprobar()


def test_extraer_tells_how_each_month_was_read(fuente, empresa_tns, correr):
    fuente.documento("2024-01-10", (1, 1, 10), (1, 2, None))
    fuente.documento("2024-02-10", (1, 1, 10), (1, None, 10), (1, 3, 10), NUMERO="1\t2")
    fuente.documento("2024-02-11", (1, 1, 10))
    run = correr(extraction, empresa_tns, *TRIMESTRE)
    assert [w["lectura"] for w in run.resultado["ventanas"]] == ["por bloques", "por bloques y 3 filas sueltas", ""]
    assert run.conteos["rechazadas"] == 1
    assert run.conteos["limpiadas"] == 2


@pytest.mark.parametrize("compania", companias(), ids=lambda compania: compania.archivo)
@pytest.mark.usefixtures("instalacion_tns")
def test_extraer_stores_the_same_by_blocks_and_by_rows(
    compania, firebird, servidor_firebird, crear_empresa, correr, monkeypatch
):
    """Every column of every row of databases with the troubles of real ones."""
    ruta = str(firebird.path(f"TNS/CONTAB2025/{compania.archivo}2025.GDB"))
    one, two = (crear_empresa(servidor=servidor_firebird, ruta_base=ruta, anio_fiscal=2025) for _ in range(2))
    fast = correr(extraction, one)
    monkeypatch.setattr(FilasCorteses, "bloques", lambda filas: None)
    slow = correr(extraction, two)
    assert fast.conteos == slow.conteos
    assert len(columnas(one)) > 30
    assert columnas(one) == columnas(two)
    assert huellas(one) == huellas(two)
    assert {w["lectura"].partition(":")[0] for w in slow.resultado["ventanas"]} <= {"", "fila por fila"}
    assert any(w["lectura"].startswith("por bloques") for w in fast.resultado["ventanas"])


def columnas(empresa):
    """All that is stored of a movement but what tells one reading from another."""
    otras = {"id", "empresa_servidor", "ejecucion", "fecha_extraccion"}
    names = [field.name for field in MovimientoInventario._meta.concrete_fields if field.name not in otras]
    return list(
        MovimientoInventario.objects.filter(empresa_servidor=empresa).order_by("clave_origen").values_list(*names)
    )


def huellas(empresa):
    rows = VentanaExtraccion.objects.filter(empresa_servidor=empresa).order_by("desde")
    return list(
        rows.values_list("desde", "filas", "rechazadas", "redondeadas", "suma_cantidad", "suma_valor", "huella")
    )
