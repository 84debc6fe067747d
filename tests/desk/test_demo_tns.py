from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from stdnum.co import nit as co_nit

from desk.demo.tns import CENTRAL, COSTA, companias, describir
from desk.demo.tns_catalogue import SIN_DEFINIR, productos
from desk.demo.tns_data import CLASES_COPIADAS, generar
from desk.demo.tns_truth import TIPOS, Suma

HOY = date(2026, 11, 20)
RESUMEN = """
SELECT 'FILA|' || EXTRACT(MONTH FROM K.FECHA) || '|' || K.CODCOMP || '|' || COUNT(*) || '|'
  || CAST(SUM(D.CANMAT) AS NUMERIC(15,4))
FROM DEKARDEX D JOIN KARDEX K ON K.KARDEXID = D.KARDEXID
WHERE K.FECASENTAD IS NOT NULL AND K.FECANULADO IS NULL AND D.CANMAT IS NOT NULL
  AND K.CODCOMP IN ('FV', 'FC', 'DV', 'DC', 'RS', 'RE')
  AND K.FECHA >= '{anio}-01-01' AND K.FECHA < '{siguiente}-01-01'
GROUP BY EXTRACT(MONTH FROM K.FECHA), K.CODCOMP;
"""


def _base(i, anio=2026, lineas=300):
    return generar(companias()[i].guion, anio, HOY, lineas=lineas, semilla="x")


@pytest.mark.parametrize("i", range(4))
def test_truth_agrees_with_what_firebird_holds(firebird, instalacion_tns, i):
    compania = companias()[i]
    anio = instalacion_tns.hoy.year - 1
    name = f"TNS/CONTAB{anio}/{compania.archivo}{anio}.GDB"
    printed = firebird.isql(name, RESUMEN.format(anio=anio, siguiente=anio + 1), dialect=compania.guion.rasgos.dialecto)
    rows = [line.strip().split("|")[1:] for line in printed.splitlines() if "FILA|" in line and "||" not in line]
    held = {(int(m), TIPOS[k.strip()]): (int(n), Decimal(s).quantize(Decimal("0.01"))) for m, k, n, s in rows}
    truth = instalacion_tns.verdad.datos[compania.nit_base, anio].movimientos
    told = {k: (v.filas, v.cantidad) for k, v in truth.items() if "TRASLADO" not in k[1]}
    assert {k: n for k, (n, _) in held.items()} == {k: n for k, (n, _) in told.items()}
    assert all(abs(held[k][1] - cantidad) < Decimal("0.02") for k, (_, cantidad) in told.items())


def test_installation_counts_every_transfer_twice(firebird, instalacion_tns):
    anio = instalacion_tns.hoy.year - 1
    printed = firebird.isql(
        f"TNS/CONTAB{anio}/ANDINOS{anio}.GDB",
        "SELECT COUNT(*) FROM DETRASLA D JOIN TRASLA T ON T.TRASLAID = D.TRASLAID WHERE T.FECASENTAD IS NOT NULL;",
    )
    truth = instalacion_tns.verdad.datos["900123456", anio]
    for tipo in ("TRASLADO_SALIDA", "TRASLADO_ENTRADA"):
        assert sum(v.filas for (_, t), v in truth.movimientos.items() if t == tipo) == int(printed.split()[-1])


def test_installation_has_both_master_databases(firebird, instalacion_tns):
    printed = firebird.isql(instalacion_tns.maestras[CENTRAL], "SELECT COUNT(NIT) FROM EMPRESAS;")
    assert int(printed.split()[-1]) == sum(instalacion_tns.verdad.acciones(CENTRAL).values()) == 9
    assert instalacion_tns.verdad.acciones(COSTA) == Counter(creada=2, omitida=1)


def test_installation_has_a_dialect_1_database(firebird, instalacion_tns):
    anio = instalacion_tns.hoy.year
    sql = "SELECT MON$SQL_DIALECT FROM MON$DATABASE;"
    assert firebird.isql(f"TNS/CONTAB{anio}/CAFE{anio}.GDB", sql, dialect=1).split()[-1] == "1"


def test_generar_is_deterministic():
    assert _base(0) == _base(0)


def test_generar_puts_an_invoice_in_the_last_minute_of_every_month():
    last = {d.fecha.month for d in _base(1, 2025).documentos if (d.fecha.hour, d.fecha.minute) == (23, 59)}
    assert last == set(range(1, 13))


def test_generar_ends_at_the_given_day():
    assert max(d.fecha for d in _base(0).documentos).date() == HOY


def test_generar_holds_every_trouble():
    base = _base(0, lineas=2_000)
    clases = Counter(d.clase for d in base.documentos)
    assert set(clases) > CLASES_COPIADAS
    assert {"CT", "PV"} <= set(clases)
    assert any(d.asentado is None for d in base.documentos)
    assert any(d.anulado for d in base.documentos)
    assert any(d.fecha.year == 2025 for d in base.documentos)
    assert any(n.cantidad != n.cantidad.to_integral() for d in base.documentos for n in d.lineas if n.cantidad)
    assert any(n.remtotfac for d in base.documentos for n in d.lineas)
    assert sum(n.cantidad is None for d in base.documentos for n in d.lineas) == 1
    assert min(base.existencias.values()) >= 0


def test_catalogue_holds_the_bytes_that_cp1252_lacks():
    names = "".join(p.nombre for c in companias() for p in c.guion.productos)
    assert set(SIN_DEFINIR) & set(names)
    assert "ñ" in names


def test_companies_have_nits_with_without_and_with_a_wrong_check_digit():
    with_dv, without, wrong, glued = (c.nit for c in companias())
    assert co_nit.is_valid(with_dv)
    assert "-" not in without
    assert len(without) == 9
    assert not co_nit.is_valid(wrong)
    assert co_nit.is_valid(glued)
    assert len(glued) == 10


def test_describir_tells_the_same_truth_without_making_anything(firebird, instalacion_tns):
    assert describir(firebird, hoy=instalacion_tns.hoy, lineas=60) == instalacion_tns


def test_productos_number_their_articles_in_order():
    made = productos((("Tuerca {}", ("M3", "M4"), 100, 2),))
    assert [p.matid for p in made] == list(range(1, len(made) + 1))


def test_sumas_add_up():
    assert Suma(1, Decimal(2), Decimal(3)) + Suma(1, Decimal("0.5"), Decimal(0)) == Suma(2, Decimal("2.5"), Decimal(3))
