"""Extraction from a real Firebird: what is copied, skipped, refused, retried and resumed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from companies.models import EmpresaServidor, EstadoEmpresa, PerfilConsulta
from inventory import extraction, session
from inventory.models import MovimientoInventario, MovimientoRechazado, VentanaExtraccion
from jobs.models import Ejecucion, Estado
from lib.errors import Rejected
from tests.inventory import tns

ENERO, FEBRERO = (date(2024, 1, 1), date(2024, 1, 31)), (date(2024, 2, 1), date(2024, 2, 29))


@pytest.fixture(autouse=True)
def _sin_pausas(monkeypatch):
    monkeypatch.setattr(session, "PAUSAS", (0.0, 0.0))


def ventana(empresa, desde):
    return VentanaExtraccion.objects.get(empresa_servidor=empresa, desde=desde)


def test_extraer_copies_documents_and_transfers(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-01-15", (1, "2.5", 10), (2, 1, 20))
    fuente.documento("2024-01-31 23:59:30", tipo="FC")
    fuente.traslado("2024-01-20", (1, 3))
    run = correr(extraction, empresa_tns)
    assert guardado(empresa_tns) == {
        "K:1": ("2024-01-15", "FACTURA_VENTA", Decimal("2.5")),
        "K:2": ("2024-01-15", "FACTURA_VENTA", 1),
        "K:3": ("2024-01-31", "FACTURA_COMPRA", 1),
        "T:4:S": ("2024-01-20", "TRASLADO_SALIDA", 3),
        "T:4:E": ("2024-01-20", "TRASLADO_ENTRADA", 3),
    }
    assert run.estado == Estado.COMPLETADA
    assert run.resultado["estado"] == "exito"
    assert (run.resultado["registros_guardados"], run.resultado["total_encontrados"]) == (5, 5)
    assert run.resultado["chunks_procesados"] == 12
    assert run.conteos["leidas"] == run.conteos["creadas"] == 5
    empresa_tns.refresh_from_db()
    assert empresa_tns.ultima_extraccion == ventana(empresa_tns, date(2024, 12, 1)).leida


def test_extraer_logs_each_month_as_it_is_stored(fuente, empresa_tns, correr):
    fuente.documento("2024-01-15", (1, 2, "9.5"), (1, 3, "9.5"))
    first = correr(extraction, empresa_tns, date(2024, 1, 1), date(2024, 2, 29))
    assert [line.texto for line in first.lineas.all()][:3] == [
        "Meses por leer: 2.", "2024-01: 2 leídas, 2 creadas.", "2024-02: sin movimientos.",
    ]  # fmt: skip
    enero = first.resultado["ventanas"][0]
    assert (enero["creadas"], enero["sin_cambios"], enero["segundos"] >= 0) == (2, 0, True)
    again = correr(extraction, empresa_tns, *ENERO, forzar=True)
    assert "2024-01: 2 leídas, 2 sin cambios." in [line.texto for line in again.lineas.all()]


def test_extraer_fills_the_columns_of_a_movement(fuente, empresa_tns, correr):
    fuente.sql(
        "INSERT INTO CIUDANE (CIUDANEID, CODIGO, NOMBRE) VALUES (1, '63001', 'Armenia')",
        "INSERT INTO TERCEROS (TERID, NIT, NOMBRE, CIUDANEID) VALUES (1, '890.1', 'Clínica Peña', 1)",
        "INSERT INTO SUCURSAL VALUES (1, '01', 'Principal')",
    )
    fuente.documento("2024-01-15 00:00:00", (1, 2, "9.5"), CLIENTE=1, SUCID=1, MONEDA="COP", HORA="14:30:00")
    correr(extraction, empresa_tns, *ENERO)
    m = MovimientoInventario.objects.get(empresa_servidor=empresa_tns)
    assert (m.documento, m.pagador, m.nit_pagador, m.ciudad, m.sucursal, m.moneda) == (
        "FV-00-000001", "Clínica Peña", "890.1", "Armenia", "Principal", "COP",
    )  # fmt: skip
    assert (m.articulo_codigo, m.articulo_nombre, m.articulo_grupo, m.unidad) == ("A1", "Tornillo", "Implantes", "UND")
    assert (m.codigo_bodega, m.sistema_bodega, m.tipo_bodega, m.es_implante) == ("01", "IMPLANTES", "IMPLANTE", True)
    assert (m.precio_unitario, m.valor_total, m.sentido) == (Decimal("9.5"), 19, -1)
    assert str(m.hora) == "14:30:00"


def test_extraer_leaves_drafts_voids_and_orders_out(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-01-10", FECASENTAD=None)
    fuente.documento("2024-01-10", FECANULADO="2024-01-11")
    fuente.documento("2024-01-10", tipo="PV")
    fuente.documento("2024-01-10", tipo="NI")
    fuente.traslado("2024-01-10", (1, 1), FECASENTAD=None)
    run = correr(extraction, empresa_tns, *ENERO)
    assert guardado(empresa_tns) == {}
    assert run.resultado["estado"] == "sin_datos"
    assert ventana(empresa_tns, date(2024, 1, 1)).origen_filas == 0


def test_extraer_writes_rejected_rows_down(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-01-10", (1, 1, 10), tipo="ZZ")
    fuente.documento("2024-01-10", (1, None, 10), (None, 1, 1), (1, 5, 10))
    run = correr(extraction, empresa_tns, *ENERO)
    assert list(guardado(empresa_tns)) == ["K:4"]
    assert run.estado == Estado.COMPLETADA_CON_ERRORES
    assert run.conteos["rechazadas"] == ventana(empresa_tns, date(2024, 1, 1)).rechazadas == 3
    rows = MovimientoRechazado.objects.filter(empresa_servidor=empresa_tns).order_by("clave_origen")
    assert [(r.clave_origen, r.motivo) for r in rows] == [
        ("K:1", "tipo_desconocido"), ("K:2", "campo_vacio"), ("K:3", "campo_vacio"),
    ]  # fmt: skip
    assert rows[0].datos["TIPO_DOCUMENTO"] == "ZZ"
    fuente.sql("DELETE FROM DEKARDEX WHERE DEKARDEXID < 4")
    assert correr(extraction, empresa_tns, *ENERO, forzar=True).estado == Estado.COMPLETADA
    assert not MovimientoRechazado.objects.exists()


def test_extraer_survives_nulls_everywhere(fuente, empresa_tns, correr, guardado):
    fuente.sql(
        "INSERT INTO KARDEX (KARDEXID, FECHA, FECASENTAD) VALUES (1, '2024-01-05', '2024-01-05')",
        "INSERT INTO DEKARDEX (DEKARDEXID, KARDEXID) VALUES (1, 1)",
        "INSERT INTO KARDEX (KARDEXID, CODCOMP, FECHA, FECASENTAD) VALUES (2, 'FV', '2024-01-05', '2024-01-05')",
        "INSERT INTO DEKARDEX (DEKARDEXID, KARDEXID, MATID, CANMAT) VALUES (2, 2, 1, 1)",
        "INSERT INTO TRASLA (TRASLAID, FECHA, FECASENTAD) VALUES (1, '2024-01-05', '2024-01-05')",
        "INSERT INTO DETRASLA (DETRASLAID, TRASLAID, MATID, CANTIDAD) VALUES (1, 1, 1, 1)",
        "UPDATE MATERIAL SET DESCRIP = NULL, UNIDAD = NULL, GRUPMATID = NULL",
    )
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.conteos["rechazadas"] == 1
    assert set(guardado(empresa_tns)) == {"K:2", "T:1:S", "T:1:E"}
    assert MovimientoInventario.objects.get(clave_origen="K:2").documento == "FV--"


def test_extraer_reads_dialect_1_exactly(firebird, servidor_firebird, crear_empresa, correr):
    fuente = tns.crear(firebird, "dialecto1.GDB", dialecto=1)
    empresa = crear_empresa(servidor=servidor_firebird, ruta_base=str(fuente.ruta), anio_fiscal=2024)
    fuente.documento("2024-01-31 23:59:59", (1, "0.1", "0.3"), (1, "0.2", "1234567.1234"), (1, "1234567.8912", "0.1"))
    fuente.traslado("2024-01-31", (1, "0.7"))
    run = correr(extraction, empresa, *ENERO)
    assert run.error is None
    stored = MovimientoInventario.objects.filter(empresa_servidor=empresa, clave_origen__startswith="K").order_by("pk")
    assert [str(m.cantidad) for m in stored] == ["0.1000", "0.2000", "1234567.8912"]
    assert [str(m.precio_unitario) for m in stored] == ["0.3000", "1234567.1234", "0.1000"]
    assert {m.fecha for m in stored} == {date(2024, 1, 31)}


def test_extraer_skips_what_the_ledger_holds(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-01-10")
    correr(extraction, empresa_tns, *ENERO)
    fuente.documento("2024-01-11")
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.resultado["estado"] == "ya_extraido"
    assert run.resultado["ventanas"] == [{"mes": "2024-01", "accion": "ya_extraida"}]
    assert len(guardado(empresa_tns)) == 1


def test_extraer_twice_rewrites_nothing(fuente, empresa_tns, correr):
    fuente.documento("2024-01-10", (1, 1, 10), (2, 2, 20))
    first = correr(extraction, empresa_tns, *ENERO)
    run = correr(extraction, empresa_tns, *ENERO, forzar=True)
    assert run.conteos["sin_cambios"] == 2
    assert run.conteos["creadas"] == run.conteos["actualizadas"] == run.conteos["borradas"] == 0
    assert set(MovimientoInventario.objects.values_list("ejecucion_id", flat=True)) == {first.pk}


def test_extraer_forced_follows_every_change_of_the_source(fuente, empresa_tns, correr, guardado):
    voided = fuente.documento("2024-01-10")
    changed = fuente.documento("2024-01-10")
    fuente.documento("2024-01-10")
    correr(extraction, empresa_tns, *ENERO)
    fuente.sql(
        f"UPDATE KARDEX SET FECANULADO = '2024-02-01' WHERE KARDEXID = {voided}",
        f"UPDATE DEKARDEX SET CANMAT = 7 WHERE KARDEXID = {changed}",
    )
    fuente.documento("2024-01-02")
    run = correr(extraction, empresa_tns, *ENERO, forzar=True)
    assert {key: row[2] for key, row in guardado(empresa_tns).items()} == {"K:2": 7, "K:3": 1, "K:4": 1}
    counts = [run.conteos[name] for name in ("creadas", "actualizadas", "sin_cambios", "borradas")]
    assert counts == [1, 1, 1, 1]


def test_extraer_reads_open_months_always(fuente, servidor_firebird, crear_empresa, correr, guardado, settings):
    settings.EXTRACCION_COLA_MESES = 0
    today = timezone.localdate()
    empresa = crear_empresa(servidor=servidor_firebird, ruta_base=str(fuente.ruta), anio_fiscal=today.year)
    month = (today.replace(day=1), today)
    fuente.documento(f"{today:%Y-%m}-01")
    correr(extraction, empresa, *month)
    fuente.documento(f"{today:%Y-%m}-01")
    assert correr(extraction, empresa, *month).resultado["estado"] == "exito"
    assert len(guardado(empresa)) == 2
    before = today.replace(day=1) - timedelta(days=1)
    correr(extraction, empresa, before, before)
    assert correr(extraction, empresa, before, before).resultado["estado"] == "ya_extraido"
    settings.EXTRACCION_COLA_MESES = 1
    assert correr(extraction, empresa, before, before).resultado["estado"] == "sin_datos"


def test_extraer_widens_a_range_that_cuts_months(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-01-01")
    fuente.documento("2024-02-29 23:59:59")
    run = correr(extraction, empresa_tns, date(2024, 1, 20), date(2024, 2, 3))
    assert len(guardado(empresa_tns)) == 2
    assert run.resultado["rango"] == {
        "solicitado": ["2024-01-20", "2024-02-03"], "efectivo": ["2024-01-01", "2024-02-29"], "ampliado": True,
    }  # fmt: skip


def test_extraer_rereads_the_window_that_a_document_left(fuente, empresa_tns, correr, guardado):
    moved = fuente.documento("2024-01-10")
    fuente.documento("2024-01-11")
    correr(extraction, empresa_tns, *ENERO)
    fuente.sql(f"UPDATE KARDEX SET FECHA = '2024-02-05' WHERE KARDEXID = {moved}")
    run = correr(extraction, empresa_tns, *FEBRERO)
    assert {key: row[0] for key, row in guardado(empresa_tns).items()} == {"K:1": "2024-02-05", "K:2": "2024-01-11"}
    assert [v["mes"] for v in run.resultado["ventanas"]] == ["2024-01", "2024-02"]
    january, february = (ventana(empresa_tns, desde) for desde in (ENERO[0], FEBRERO[0]))
    assert january.filas == february.filas == 1
    assert january.leida == february.leida  # one snapshot, one transaction
    assert run.conteos["actualizadas"] == 1


def test_extraer_follows_moved_documents_from_window_to_window(fuente, empresa_tns, correr, guardado):
    first, second = fuente.documento("2024-01-10"), fuente.documento("2024-02-10")
    correr(extraction, empresa_tns, date(2024, 1, 1), date(2024, 3, 31))
    fuente.sql(
        f"UPDATE KARDEX SET FECHA = '2024-02-05' WHERE KARDEXID = {first}",
        f"UPDATE KARDEX SET FECHA = '2024-03-05' WHERE KARDEXID = {second}",
    )
    run = correr(extraction, empresa_tns, date(2024, 3, 1), date(2024, 3, 31), forzar=True)
    assert [v["mes"] for v in run.resultado["ventanas"]] == ["2024-01", "2024-02", "2024-03"]
    assert {key: row[0] for key, row in guardado(empresa_tns).items()} == {"K:1": "2024-02-05", "K:2": "2024-03-05"}


def test_extraer_reads_again_when_the_company_lies_elsewhere(fuente, empresa_tns, correr, guardado, firebird):
    fuente.documento("2024-01-10")
    correr(extraction, empresa_tns, *ENERO)
    other = tns.crear(firebird, "mudada.GDB")
    other.documento("2024-01-20", (1, 5, 1))
    EmpresaServidor.objects.filter(pk=empresa_tns.pk).update(ruta_base=str(other.ruta))
    empresa_tns.refresh_from_db()
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.resultado["estado"] == "exito"
    assert guardado(empresa_tns) == {"K:1": ("2024-01-20", "FACTURA_VENTA", 5)}


@pytest.mark.parametrize(
    ("cambio", "codigo"),
    [({"estado": EstadoEmpresa.INACTIVO}, "empresa_inactiva"), ({}, "servidor_inactivo")],
)
def test_solicitar_refuses_what_is_switched_off(empresa_tns, cambio, codigo):
    for name, value in cambio.items():
        setattr(empresa_tns, name, value)
    empresa_tns.servidor.activo = bool(cambio)
    with pytest.raises(Rejected) as error:
        extraction.solicitar(empresa_tns)
    assert error.value.codigo == codigo
    assert not Ejecucion.objects.exists()


def test_extraer_refuses_a_database_that_is_not_of_tns(firebird_db, empresa_tns, correr):
    empresa_tns.ruta_base = str(firebird_db("AJENA.GDB", "CREATE TABLE CLIENTES (ID INTEGER);"))
    empresa_tns.save()
    run = correr(extraction, empresa_tns)
    assert run.error["codigo"] == "sin_tablas_de_movimientos"


def test_extraer_lacks_optional_tables_without_complaint(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-01-10")
    fuente.sql("DROP TABLE TRASLA", "DROP TABLE DETRASLA", "DROP TABLE TERCEROS", "DROP TABLE SALMATERIAL")
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.estado == Estado.COMPLETADA
    assert len(guardado(empresa_tns)) == 1
    assert "TRASLA" in run.lineas.get(nivel="aviso").texto


def test_extraer_finds_lines_that_a_join_doubles(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-01-10")
    fuente.sql("CREATE TABLE OTRA (TERID INTEGER, NIT VARCHAR(9), NOMBRE VARCHAR(9), CIUDANEID INTEGER)")
    fuente.sql("DROP TABLE TERCEROS")
    fuente.sql("CREATE VIEW TERCEROS AS SELECT * FROM OTRA")
    fuente.sql("INSERT INTO OTRA VALUES (1, '1', 'a', 1)", "INSERT INTO OTRA VALUES (1, '1', 'b', 1)")
    fuente.sql("UPDATE KARDEX SET CLIENTE = 1")
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.error["codigo"] == "lectura_no_cuadra"
    assert guardado(empresa_tns) == {}
    assert not VentanaExtraccion.objects.exists()


def test_extraer_reads_the_view_of_other_installations(firebird_db, empresa_tns, correr, guardado):
    sql = """CREATE TABLE MOVIMIENTOS (TIPO_DOCUMENTO VARCHAR(20), FECHA TIMESTAMP, CODIGO VARCHAR(20),
        NOMBRE VARCHAR(50), CANTIDAD NUMERIC(15,3), PRECIO_UNITARIO NUMERIC(15,2), PACIENTE VARCHAR(50));
        INSERT INTO MOVIMIENTOS VALUES ('FV', '2024-01-31 23:59:59', 'A1', 'Tornillo', 2, 10, 'Ana');
        INSERT INTO MOVIMIENTOS VALUES ('FV', '2024-01-31 23:59:59', 'A1', 'Tornillo', 2, 10, 'Ana');
        INSERT INTO MOVIMIENTOS VALUES ('FC', '2024-02-01', 'A1', 'Tornillo', 2, 10, NULL); COMMIT;"""
    empresa_tns.ruta_base = str(firebird_db("VISTA.GDB", sql))
    empresa_tns.save()
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.error is None
    keys = sorted(guardado(empresa_tns))
    assert [key[-2:] for key in keys] == [":1", ":2"]
    assert run.resultado["ventanas"][0]["lectura"] == "fila por fila: la consulta no da CLAVE_ORIGEN"
    assert MovimientoInventario.objects.filter(paciente="Ana").count() == 2
    assert correr(extraction, empresa_tns, *ENERO, forzar=True).conteos["sin_cambios"] == 2


def test_extraer_runs_the_select_of_an_administrator(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-01-10", (1, 3, 10))
    empresa_tns.perfil_consulta = PerfilConsulta.SQL
    empresa_tns.consulta_sql = """SELECT 'L' || D.DEKARDEXID AS CLAVE_ORIGEN, K.CODCOMP AS TIPO_DOCUMENTO, K.FECHA,
        M.CODIGO AS ARTICULO_CODIGO, M.DESCRIP AS ARTICULO_NOMBRE, D.CANMAT AS CANTIDAD FROM KARDEX K
        JOIN DEKARDEX D ON D.KARDEXID = K.KARDEXID JOIN MATERIAL M ON M.MATID = D.MATID
        WHERE K.FECHA >= ? AND K.FECHA < ?;"""
    empresa_tns.save()
    run = correr(extraction, empresa_tns, *ENERO)
    assert run.error is None
    assert guardado(empresa_tns) == {"L1": ("2024-01-10", "FACTURA_VENTA", 3)}
    empresa_tns.consulta_sql = (
        "SELECT FECHA, 1 AS CANTIDAD, 'FV' AS TIPO_DOCUMENTO FROM KARDEX WHERE FECHA >= ? AND FECHA < ?"
    )
    empresa_tns.save()
    assert correr(extraction, empresa_tns, *ENERO, forzar=True).error["codigo"] == "columnas_ausentes"
    assert len(guardado(empresa_tns)) == 1
