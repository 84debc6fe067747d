"""Reconciliation with a real Firebird: late postings, voids and moved documents are found and corrected."""

import pytest

from inventory import extraction, reconciliation, session
from inventory.models import VentanaExtraccion
from jobs.models import Estado


@pytest.fixture
def extraida(fuente, empresa_tns, correr):
    """The company, extracted: two documents in January, one in February, one in March."""
    for day in ("2024-01-10", "2024-01-11", "2024-02-10", "2024-03-10"):
        fuente.documento(day)
    correr(extraction, empresa_tns)
    return empresa_tns


def meses(run):
    return [v["mes"] for v in run.resultado["ventanas"]]


def test_cuadrar_reads_nothing_again_where_all_is_equal(extraida, correr):
    before = list(VentanaExtraccion.objects.values_list("leida", flat=True))
    run = correr(reconciliation, extraida)
    assert run.resultado["estado"] == "cuadrado"
    assert run.resultado["meses_comparados"] == 12
    assert run.resultado["diferencias"] == run.resultado["fuera_del_anio"] == []
    assert list(VentanaExtraccion.objects.values_list("leida", flat=True)) == before


def test_cuadrar_finds_a_late_posting(extraida, fuente, correr, guardado):
    fuente.documento("2024-01-05", (1, 4, 10), FECASENTAD="2024-04-01")
    run = correr(reconciliation, extraida)
    assert run.resultado["estado"] == "corregido"
    assert run.resultado["diferencias"] == [
        {"mes": "2024-01", "filas_antes": 2, "filas": 3, "cantidad_antes": "2.0000", "cantidad": "6.0000"}
    ]
    assert guardado(extraida)["K:5"][2] == 4
    assert meses(run) == ["2024-01"]


def test_cuadrar_finds_a_void(extraida, fuente, correr, guardado):
    fuente.sql("UPDATE KARDEX SET FECANULADO = '2024-05-01' WHERE KARDEXID = 4")
    run = correr(reconciliation, extraida)
    assert meses(run) == ["2024-03"]
    assert "K:4" not in guardado(extraida)
    assert VentanaExtraccion.objects.get(desde="2024-03-01").filas == 0


def test_cuadrar_finds_a_document_that_took_the_place_of_another(extraida, fuente, correr, guardado):
    fuente.sql("UPDATE KARDEX SET FECANULADO = '2024-05-01' WHERE KARDEXID = 4")
    fuente.documento("2024-03-11")  # same count, same quantity
    assert meses(correr(reconciliation, extraida)) == ["2024-03"]
    assert set(guardado(extraida)) == {"K:1", "K:2", "K:3", "K:5"}


@pytest.mark.parametrize("destino", ["2024-01-20", "2024-07-20"])
def test_cuadrar_follows_a_document_to_another_month(extraida, fuente, correr, guardado, destino):
    fuente.sql(f"UPDATE KARDEX SET FECHA = '{destino}' WHERE KARDEXID = 3")
    run = correr(reconciliation, extraida)
    assert guardado(extraida)["K:3"][0] == destino
    left, right = (VentanaExtraccion.objects.get(desde=day) for day in ("2024-02-01", f"{destino[:8]}01"))
    assert left.leida == right.leida  # never missing from both: one transaction
    assert (run.conteos["actualizadas"], run.conteos["creadas"], run.conteos["borradas"]) == (1, 0, 0)


def test_cuadrar_tells_of_documents_outside_the_fiscal_year(extraida, fuente, correr, guardado):
    fuente.documento("2023-12-31 23:59:00")
    fuente.documento("2052-01-01", (1, 1, 1), (2, 1, 1))
    fuente.documento("2024-01-01", FECHA=None)
    run = correr(reconciliation, extraida)
    assert run.resultado["fuera_del_anio"] == [{"mes": "2023-12", "filas": 1}, {"mes": "2052-01", "filas": 2}]
    assert run.resultado["sin_fecha"] == 1
    assert list(run.lineas.filter(nivel="aviso").values_list("texto", flat=True)) == [
        "Hay líneas fuera del año fiscal, que no se copian: 2023-12 (1), 2052-01 (2).",
        "Hay 1 líneas sin fecha, que no se copian.",
    ]
    assert len(guardado(extraida)) == 4


def test_cuadrar_extracts_what_was_never_read(fuente, empresa_tns, correr, guardado):
    fuente.documento("2024-06-10")
    run = correr(reconciliation, empresa_tns)
    assert meses(run) == ["2024-06"]
    assert run.estado == Estado.COMPLETADA
    assert len(guardado(empresa_tns)) == 1


def test_cuadrar_does_not_read_rejected_rows_every_night(extraida, fuente, correr):
    fuente.documento("2024-02-10", (1, None, 1))
    assert correr(reconciliation, extraida).conteos["rechazadas"] == 1
    run = correr(reconciliation, extraida)
    assert run.resultado["estado"] == "cuadrado"


def test_cuadrar_counts_the_view_too(firebird_db, empresa_tns, correr, guardado, firebird):
    sql = """CREATE TABLE MOVIMIENTOS (TIPO_DOCUMENTO VARCHAR(20), FECHA DATE, CODIGO VARCHAR(20),
        NOMBRE VARCHAR(50), CANTIDAD NUMERIC(15,3));
        INSERT INTO MOVIMIENTOS VALUES ('FV', '2024-01-31', 'A1', 'Tornillo', 2); COMMIT;"""
    ruta = firebird_db("CUADRE.GDB", sql)
    empresa_tns.ruta_base = str(ruta)
    empresa_tns.save()
    correr(extraction, empresa_tns)
    assert correr(reconciliation, empresa_tns).resultado["estado"] == "cuadrado"
    firebird.isql(ruta, "INSERT INTO MOVIMIENTOS VALUES ('FV', '2024-01-31', 'A1', 'Tornillo', 3); COMMIT;")
    assert meses(correr(reconciliation, empresa_tns)) == ["2024-01"]
    assert len(guardado(empresa_tns)) == 2


def test_cuadrar_fails_clearly_when_the_server_is_away(extraida, correr, monkeypatch):
    monkeypatch.setattr(session, "PAUSAS", ())
    extraida.servidor.puerto = 1
    extraida.servidor.save()
    run = correr(reconciliation, extraida)
    assert run.error["codigo"] == "conexion_rechazada"
