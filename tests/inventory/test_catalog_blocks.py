"""Articles and stock by blocks against rows: both ways keep the same and leave out the same."""

import os
from decimal import Decimal
from functools import partial
from itertools import groupby, pairwise
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory import catalog_blocks
from inventory.catalog_rows import ARTICULO, EXISTENCIA, Copia
from inventory.models import Articulo, Existencia
from lib.array_values import valores
from tests.inventory import arrays

HACER = {Articulo: Copia.articulo, Existencia: Copia.existencia}
CAMPOS = {Articulo: ARTICULO, Existencia: EXISTENCIA}
LETRAS = "aZ9ñÉ.€ \t\x00\x07\xa0"
CODIGOS = st.sampled_from(["A1", "A1 ", "A2", "A2\x00", "01.", "", " ", "ñ", "A\tB", "A B"])
LARGOS = st.sampled_from([20, 21, 50, 51, 100, 101, 255, 256]).map(lambda n: "x" * n)
TEXTOS = st.none() | st.text(st.sampled_from(LETRAS), max_size=6) | LARGOS
GRUPOS = st.sampled_from(["00", "00.01", "01.", "", None, " 00", "00\x00"])
SI_O_NO = st.sampled_from([None, "S", "N", "s ", "\x00S", "1"])


def numeros(escala):
    enteros = st.integers(-(10**6), 10**6) | st.integers(-(2**63), 2**63 - 1)
    return st.none() | enteros.map(lambda n: Decimal(n).scaleb(-escala))


@st.composite
def fuentes(draw):
    """A model, the makers of its statement's columns, and rows of it cut into blocks."""
    texto = partial(arrays.textos, codec=draw(st.sampled_from([arrays.LATIN, arrays.UTF8])))
    escalas = draw(st.sampled_from([0, 2, 4, 6])), draw(st.sampled_from([2, 4]))
    numero = [(arrays.decimales(escala), numeros(escala)) for escala in escalas]
    if draw(st.booleans()):
        modelo, formas = Articulo, {
            "MATID": (arrays.enteros, st.integers(1, 5)), "CODIGO": (texto, CODIGOS), "NOMBRE": (texto, TEXTOS),
            "CODIGO_BARRAS": (texto, st.none()), "GRUPO_CODIGO": (texto, GRUPOS), "GRUPO": (texto, TEXTOS),
            "UNIDAD": (texto, TEXTOS), "COSTO": numero[0], "PRECIO": numero[1],
            "INACTIVO": draw(st.sampled_from([(texto, SI_O_NO), (arrays.enteros, st.none() | st.integers(0, 1))])),
        }  # fmt: skip
    else:
        modelo, formas = Existencia, {
            "ARTICULO_CODIGO": (texto, CODIGOS), "CODIGO_BODEGA": (texto, st.sampled_from(["01", "01 ", "02", "\x00"])),
            "BODEGA": (texto, TEXTOS), "CANTIDAD": numero[0],
        }  # fmt: skip
    filas = draw(st.lists(st.tuples(*(values for _, values in formas.values())), min_size=1, max_size=12))
    if modelo is Articulo:
        filas.sort(key=itemgetter(0))
    cortes = draw(st.sets(st.integers(1, len(filas))))
    return modelo, {name: make for name, (make, _) in formas.items()}, filas, sorted({0, len(filas)} | cortes)


def por_filas(modelo, filas, copia):
    grupos = [list(grupo) for _, grupo in groupby(filas, key=itemgetter(0))]
    return [fila for grupo in grupos for fila in HACER[modelo](copia, grupo)]


def por_bloques(modelo, tipos, filas, cortes, copia):
    """What both ways together make, and how many groups went by rows."""
    bloques = (arrays.bloque(tipos, filas[desde:hasta]) for desde, hasta in pairwise(cortes))
    hechas, raros = [], 0
    for hecho in catalog_blocks.convertir(bloques, modelo, copia):
        if hecho.filas:
            assert set(hecho.columnas) == set(CAMPOS[modelo])
            hechas += zip(*(valores(hecho.columnas[name]) for name in CAMPOS[modelo]), strict=True)
        hechas += [fila for grupo in hecho.raros for fila in HACER[modelo](copia, grupo)]
        raros += len(hecho.raros)
    return hechas, raros


@settings(max_examples=3000 if os.environ.get("PRUEBAS_TODO") else 150, deadline=None)
@given(fuentes(), st.booleans())
def test_convertir_makes_of_blocks_what_it_makes_of_rows(fuente, solo_15_cifras):
    modelo, tipos, filas, cortes = fuente
    una, otra = Copia(solo_15_cifras=solo_15_cifras), Copia(solo_15_cifras=solo_15_cifras)
    esperadas = por_filas(modelo, filas, una)
    hechas, _ = por_bloques(modelo, tipos, filas, cortes, otra)
    assert sorted(hechas, key=repr) == sorted(esperadas, key=repr)
    assert (otra.omitidos, otra.motivos, otra.vistas) == (una.omitidos, una.motivos, una.vistas)


TIPOS_DE_EXISTENCIA = {
    "ARTICULO_CODIGO": arrays.textos, "CODIGO_BODEGA": arrays.textos, "BODEGA": arrays.textos,
    "CANTIDAD": arrays.decimales(4),
}  # fmt: skip


@pytest.mark.parametrize(
    ("bodegas", "raros"),
    [
        (["01", "02", "03"], 1),  # the last article of a block may go on in the next
        (["01", "01", "02"], 2),  # a warehouse that comes twice is added up
        (["01", "0\x002", "03"], 2),
    ],
)
def test_convertir_takes_the_warehouses_of_an_article_by_columns(bodegas, raros):
    filas = [("A1", bodega, "NORTE", Decimal(n)) for n, bodega in enumerate(bodegas)]
    filas += [("A2", "01", "NORTE", None), ("A3", "01", "NORTE", Decimal(5))]
    hechas, suyos = por_bloques(Existencia, TIPOS_DE_EXISTENCIA, filas, [0, 5], Copia(solo_15_cifras=False))
    assert (len(hechas), suyos) == (2 + len(set(bodegas)), raros)


def test_convertir_takes_the_branches_of_an_article_by_columns():
    tipos = {
        "MATID": arrays.enteros, "CODIGO": arrays.textos, "NOMBRE": arrays.textos, "CODIGO_BARRAS": arrays.textos,
        "GRUPO_CODIGO": arrays.textos, "GRUPO": arrays.textos, "UNIDAD": arrays.textos,
        "COSTO": arrays.decimales(2), "PRECIO": arrays.decimales(2), "INACTIVO": arrays.textos,
    }  # fmt: skip
    filas = [
        (matid, f"A{matid}", "Ñandú", None, "00.1", "Fletes", "UND", Decimal(matid), Decimal(sucursal), inactivo)
        for matid in (1, 2, 3)
        for sucursal, inactivo in ((1, "S"), (2, "N" if matid == 1 else "S"))
    ]
    hechas, raros = por_bloques(Articulo, tipos, filas, [0, 6], Copia(solo_15_cifras=False))
    assert raros == 1
    assert [(fila[0], *fila[6:]) for fila in sorted(hechas)] == [
        ("A1", 1, 1, True, False), ("A2", 2, 1, True, True), ("A3", 3, 1, True, True),
    ]  # fmt: skip
