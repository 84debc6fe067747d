"""The whole invented installation, copied: counts and sums equal the truth for every company, month and kind."""

import pytest
from django.db.models import Count
from django.db.models.functions import ExtractMonth

from desk.demo.tns import companias
from inventory import extraction
from inventory.models import Articulo, Existencia, MovimientoInventario
from lib.money import SumaExacta


@pytest.fixture
def empresas(instalacion_tns, firebird, servidor_firebird, crear_empresa):
    """The eight companies of the installation with their truth."""
    made = []
    for compania in companias():
        for anio in (2025, 2026):
            verdad = instalacion_tns.verdad.datos[compania.nit_base, anio]
            ruta = firebird.path(f"TNS/CONTAB{anio}/{compania.archivo}{anio}.GDB")
            nit = {"nit": compania.nit_base, "nit_original": compania.nit, "nit_base": compania.nit_base}
            made.append((
                crear_empresa(servidor=servidor_firebird, ruta_base=str(ruta), anio_fiscal=anio, **nit), verdad
            ))  # fmt: skip
    return made


def por_mes_y_tipo(empresa):
    rows = (
        MovimientoInventario.objects.filter(empresa_servidor=empresa)
        .annotate(mes=ExtractMonth("fecha"))
        .values("mes", "tipo_documento")
        .annotate(filas=Count("pk"), suma=SumaExacta("cantidad"), valor=SumaExacta("valor_total"))
        .order_by()
    )
    return {(row["mes"], row["tipo_documento"]): (row["filas"], row["suma"], row["valor"]) for row in rows}


def test_extraer_copies_the_whole_installation(empresas, correr):
    for empresa, verdad in empresas:
        run = correr(extraction, empresa)
        assert run.error is None
        expected = {key: (suma.filas, suma.cantidad, suma.valor) for key, suma in verdad.movimientos.items()}
        assert por_mes_y_tipo(empresa) == expected, empresa
        assert run.conteos["rechazadas"] == verdad.rechazadas
        assert run.conteos.get("redondeadas", 0) == verdad.redondeadas
        assert Articulo.objects.filter(empresa_servidor=empresa).count() == verdad.articulos
        assert Existencia.objects.filter(empresa_servidor=empresa).count() == verdad.existencias
