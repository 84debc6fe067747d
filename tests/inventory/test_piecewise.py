"""Whole runs with names read apart, against the same with each statement as a whole."""

from datetime import date
from itertools import count

import pytest

from inventory import extraction, piecewise, session
from inventory.models import MovimientoInventario, MovimientoRechazado, VentanaExtraccion
from servers.firebird.reading import FilasFirebird, InstantaneaFirebird
from tests.inventory import tns

ENERO = date(2024, 1, 1), date(2024, 1, 31)
NOMBRES = count(1)
BODEGA = "BODID INTEGER, CODIGO CHAR(6), NOMBRE VARCHAR(20)"


@pytest.fixture
def aparte(monkeypatch):
    """Windows of few lines are read as those of many are."""
    return lambda: monkeypatch.setattr(piecewise, "LINEAS_MINIMAS", 1)


@pytest.fixture
def empresa_de(firebird, servidor_firebird, crear_empresa):
    """A function that makes a company whose lines name whatever a line can name."""

    def hacer(*cambios, dialecto=3):
        base = tns.con_nombres_raros(firebird, f"piezas/{next(NOMBRES)}.GDB", *cambios, dialecto=dialecto)
        return crear_empresa(servidor=servidor_firebird, ruta_base=str(base.ruta), anio_fiscal=2024)

    return hacer


def guardado(empresa):
    """All that is stored of a company but what tells one reading from another."""
    otras = {"id", "empresa_servidor", "ejecucion", "fecha_extraccion"}
    names = [field.name for field in MovimientoInventario._meta.concrete_fields if field.name not in otras]
    cifras = ("desde", "filas", "rechazadas", "redondeadas", "suma_cantidad", "suma_valor", "huella")
    return (
        list(
            MovimientoInventario.objects.filter(empresa_servidor=empresa).order_by("clave_origen").values_list(*names)
        ),
        list(VentanaExtraccion.objects.filter(empresa_servidor=empresa).order_by("desde").values_list(*cifras)),
    )


def rechazado(empresa):
    rows = MovimientoRechazado.objects.filter(empresa_servidor=empresa).order_by("clave_origen")
    return list(rows.values_list("clave_origen", "motivo", "datos"))


def lectura(run):
    return [window["lectura"] for window in run.resultado["ventanas"]]


@pytest.mark.parametrize("dialecto", [1, 3])
def test_extraer_stores_the_same_with_names_read_apart(dialecto, empresa_de, correr, aparte):
    empresa = empresa_de(dialecto=dialecto)
    whole = correr(extraction, empresa, *ENERO)
    before = guardado(empresa), rechazado(empresa)
    aparte()
    pieces = correr(extraction, empresa, *ENERO, forzar=True)
    assert (guardado(empresa), rechazado(empresa)) == before
    assert (pieces.conteos["creadas"], pieces.conteos["actualizadas"]) == (0, 0)
    assert pieces.conteos["rechazadas"] == whole.conteos["rechazadas"] > 10
    assert pieces.conteos["limpiadas"] == whole.conteos["limpiadas"] > 10
    assert lectura(pieces) == [f"por bloques y {whole.conteos['rechazadas']} filas sueltas, nombres aparte"]
    assert lectura(whole)[0].startswith("por bloques y ")  # and more that go one by one, for their names


def test_extraer_reads_a_small_window_whole(empresa_de, correr):
    assert "aparte" not in lectura(correr(extraction, empresa_de(), *ENERO))[0]


def test_extraer_tells_which_names_were_not_read_apart(empresa_de, correr, aparte):
    aparte()
    empresa = empresa_de(*tns.sin_llave("BODEGA", BODEGA, (8, "1", "A"), (8, "2", "B")))
    run = correr(extraction, empresa, *ENERO)
    assert run.error is None
    assert lectura(run)[0].endswith("sueltas, nombres aparte, BODEGA repite llaves o tiene filas sin llave")


def test_extraer_finds_lines_that_a_name_doubles(empresa_de, correr, aparte):
    aparte()
    empresa = empresa_de(*tns.sin_llave("BODEGA", BODEGA, (2, "1", "A"), (2, "2", "B")))
    assert correr(extraction, empresa, *ENERO).error["codigo"] == "lectura_no_cuadra"
    assert guardado(empresa) == ([], [])


def test_extraer_reads_names_anew_in_each_snapshot(empresa_de, correr, aparte, firebird):
    aparte()
    empresa = empresa_de()
    correr(extraction, empresa, *ENERO)
    firebird.isql(empresa.ruta_base, "UPDATE BODEGA SET NOMBRE = 'OTRA' WHERE BODID = 1; COMMIT;")
    correr(extraction, empresa, *ENERO, forzar=True)
    assert set(MovimientoInventario.objects.filter(codigo_bodega="01").values_list("sistema_bodega")) == {("OTRA",)}


@pytest.mark.parametrize("sentencia", ["FROM TERCEROS T", "AS LLAVE_M"], ids=["names", "lines"])
def test_extraer_reads_all_again_after_a_cut_in_the_middle(sentencia, empresa_de, correr, aparte, monkeypatch):
    empresa, real, cut = empresa_de(), FilasFirebird._generar_bloques, []

    def bloques(filas, molde):
        for bloque in real(filas, molde):
            yield bloque
            if not cut and sentencia in asked[-1]:
                cut.append(sentencia)
                filas._hija.matar()

    asked, consultar = [], InstantaneaFirebird.filas
    monkeypatch.setattr(InstantaneaFirebird, "filas", lambda *args: (asked.append(args[1]), consultar(*args))[1])
    correr(extraction, empresa, *ENERO)
    whole = guardado(empresa), rechazado(empresa)
    monkeypatch.setattr(FilasFirebird, "_generar_bloques", bloques)
    monkeypatch.setattr(session, "PAUSAS", (0.0,))
    aparte()
    run = correr(extraction, empresa, *ENERO, forzar=True)
    assert (run.error, cut) == (None, [sentencia])
    assert (guardado(empresa), rechazado(empresa)) == whole
    assert lectura(run)[0].endswith("nombres aparte")
