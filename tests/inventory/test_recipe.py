from datetime import date

import pytest

from companies.models import EmpresaServidor, PerfilConsulta
from inventory import extraction, reconciliation
from inventory.models import MovimientoInventario, ReglaBodega, TipoBodega
from inventory.recipe import receta_de

ENERO = date(2024, 1, 1), date(2024, 1, 31)


def test_receta_follows_what_decides_a_row(empresa):
    seen = {receta_de(empresa)}
    empresa.remision_facturada_no_mueve = True
    seen.add(receta_de(empresa))
    empresa.consulta_sql = "SELECT 1"
    assert receta_de(empresa) in seen  # not used by this profile
    empresa.perfil_consulta = PerfilConsulta.SQL
    seen.add(receta_de(empresa))
    empresa.consulta_sql = "SELECT 2"
    seen.add(receta_de(empresa))
    ReglaBodega.objects.create(orden=1, palabras="CAVA", tipo_bodega=TipoBodega.IMPLANTE)
    seen.add(receta_de(empresa))
    ReglaBodega.objects.filter(orden=1).update(orden=2)
    assert receta_de(empresa) in seen  # the order is as it was
    assert len(seen) == 5


@pytest.mark.parametrize("modulo", [extraction, reconciliation])
def test_closed_months_follow_a_changed_rule(modulo, fuente, empresa_tns, correr):
    fuente.documento("2024-01-10")
    correr(extraction, empresa_tns, *ENERO)
    assert MovimientoInventario.objects.get().es_implante
    ReglaBodega.objects.create(orden=1, palabras="IMPLANTES", tipo_bodega=TipoBodega.EQUIPO_DE_PODER)
    EmpresaServidor.objects.update(remision_facturada_no_mueve=True)
    fuente.sql("UPDATE DEKARDEX SET REMTOTFAC = 1")
    empresa_tns.refresh_from_db()
    run = correr(modulo, empresa_tns)
    assert run.conteos["actualizadas"] == 1
    stored = MovimientoInventario.objects.get()
    assert (stored.es_implante, stored.es_equipo_poder, stored.sentido) == (False, True, 0)
    assert correr(modulo, empresa_tns).resultado["estado"] in {"ya_extraido", "cuadrado"}
