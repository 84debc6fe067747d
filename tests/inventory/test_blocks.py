"""Blocks against rows: whatever a source holds, both ways make the same movements, rejections and counts."""

import os
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.blocks import ConversorDeBloques
from inventory.conversion import CAMPOS, Conversor
from inventory.models import ReglaBodega, TipoBodega
from inventory.months import Mes
from inventory.warehouses import Clasificador
from lib.array_values import valores
from lib.errors import Rejected
from tests.inventory import arrays

MARZO = Mes(date(2026, 3, 1))
REGLAS = [
    ReglaBodega(palabras="IMPLANTES", tipo_bodega=TipoBodega.IMPLANTE),
    ReglaBodega(palabras="EQ PODER", tipo_bodega=TipoBodega.EQUIPO_DE_PODER),
]
LETRAS = "aZ9ñÉ€¿ \t\n\x00\x07\x7f\x81\x85\x9d\xa0- "
LARGOS = st.sampled_from([19, 20, 21, 50, 51, 100, 101, 255, 256]).map(lambda n: "x" * n)
PLANOS = st.text(st.sampled_from("ABC 123ñó"), max_size=12)
CODIGO = st.sampled_from(
    ["FV", "FC", "fv ", " RE", "TRS", "TRE", "ZZ", "", "FACTURA_VENTA", "F\x00V", "FV\0", "FV\xa0", None]
)
DIAS = st.sampled_from([date(2026, 3, 1), date(2026, 3, 31), date(2026, 2, 28), date(2026, 4, 1), date(1, 1, 1), None])
MOMENTOS = st.none() | st.builds(
    datetime.combine, DIAS.filter(bool), st.sampled_from([time(), time(23, 59, 59, 999_900), time(8, 30)])
)
HORAS = st.sampled_from([None, "", "08:30", "8:30 pm", "25:00", "10:00:59.5", "nada", "10", "\x0010:00"])
SI_O_NO = st.sampled_from([None, "S", "S\0", "N", "sí", "1", "0", " s "])


def decimales(escala, cifras=18):
    enteros = st.integers(-(10**cifras) + 1, 10**cifras - 1) | st.integers(-9, 9) | st.integers(-(10**11), 10**11)
    return st.none() | enteros.map(lambda n: Decimal(n).scaleb(-escala))


def columnas(codec):
    """Name → (maker of the column, its values): each example draws one of several forms of a column."""
    texto, nombres = partial(arrays.textos, codec=codec), partial(arrays.glosados, codec=codec)
    letras = LETRAS if codec == arrays.UTF8 else LETRAS.replace("\x85", "…")
    cualquiera = st.none() | PLANOS | PLANOS | st.text(st.sampled_from(letras), max_size=12) | LARGOS
    escala = st.sampled_from([0, 2, 3, 4, 6])
    numero = escala.map(lambda n: (arrays.decimales(n), decimales(n)))
    entero = st.just((arrays.enteros, st.none() | st.integers(-(2**63), 2**63 - 1)))
    nulo = st.just((texto, st.none()))

    def nombre(values):
        return st.sampled_from([(texto, values), (nombres, values)])

    return {
        "CLAVE_ORIGEN": st.just((texto, st.integers(1, 99).map("K:{}".format) | cualquiera)),
        "TIPO_DOCUMENTO": st.just((texto, CODIGO)),
        "PREFIJO": nombre(cualquiera),
        "NUMERO": st.just((texto, cualquiera)) | entero,
        "LINEA": entero | numero | st.just((texto, st.sampled_from([None, "3", "x", " 4 "]))),
        "FECHA": st.just((arrays.instantes, MOMENTOS)) | st.just((arrays.fechas, DIAS))
        | st.just((texto, st.sampled_from(["2026-03-05", "2026-03-05 10:00", "05/03/2026", "", None]))),
        "HORA": nombre(HORAS) | nulo | st.just((arrays.horas, st.none() | st.times(time(0, 0, 1))))
        | st.just((arrays.instantes, MOMENTOS)) | entero,
        "FECHA_ORDEN_PEDIDO": st.just((arrays.fechas, DIAS)) | nulo,
        "PAGADOR": nombre(cualquiera) | entero,
        "CIUDAD": nulo | st.just((nombres, st.none())),
        "CODIGO_BODEGA": nombre(cualquiera),
        "SISTEMA_BODEGA": nombre(st.sampled_from(["IMPLANTES ñ", "EQ PODER", "otra", "", None]) | cualquiera),
        "TIPO_BODEGA": st.just((texto, st.sampled_from([None, "", "implante ", "otra", "EQUIPO DE PODER"]))) | nulo,
        "ARTICULO_CODIGO": nombre(st.sampled_from(["A1", "A2"]) | cualquiera),
        "ARTICULO_NOMBRE": nombre(cualquiera),
        "CANTIDAD": numero | entero,
        "PRECIO_UNITARIO": numero | entero | nulo,
        "REMTOTFAC": st.just((texto, SI_O_NO)) | numero | st.just((arrays.logicos, st.none() | st.booleans())),
        "STOCK_PREVIO": numero | nulo,
    }  # fmt: skip


@st.composite
def sentencias(draw):
    """The makers of a statement's columns and some rows of it; columns that may lack lack at times."""
    codec = draw(st.sampled_from([arrays.LATIN, arrays.UTF8]))
    fijas = {"CLAVE_ORIGEN", "TIPO_DOCUMENTO", "FECHA", "ARTICULO_CODIGO", "ARTICULO_NOMBRE", "CANTIDAD"}
    formas = {name: draw(forms) for name, forms in columnas(codec).items() if name in fijas or draw(st.booleans())}
    fila = st.tuples(*(values for _, values in formas.values()))
    return {name: make for name, (make, _) in formas.items()}, draw(st.lists(fila, min_size=1, max_size=12))


def por_filas(nombres, filas, **opciones):
    """What the row's way makes of them: movements, rejected with their code, counts."""
    conversor = Conversor(nombres, mes=MARZO, clasificador=Clasificador(REGLAS), **opciones)
    buenas, malas = [], []
    for fila in filas:
        try:
            buenas.append(conversor.convertir(fila))
        except Rejected as error:
            malas.append((fila, error.codigo, error.mensaje))
    return buenas, malas, conversor.cuentas


def por_bloques(tipos, filas, **opciones):
    """The same by blocks and, for the odd, by rows; and how many were odd."""
    hecho = ConversorDeBloques(mes=MARZO, clasificador=Clasificador(REGLAS), **opciones).convertir(
        arrays.bloque(tipos, filas)
    )
    buenas, malas, cuentas = por_filas(tuple(tipos), [filas[n] for n in hecho.raras], **opciones)
    llanas = como_filas(hecho)
    return llanas + buenas, malas, cuentas + Counter(hecho.cuentas), len(hecho.raras)


def como_filas(hecho):
    if not hecho.filas:
        return []
    assert set(hecho.columnas) == set(CAMPOS)
    return list(zip(*(valores(hecho.columnas[name]) for name in CAMPOS), strict=True))


def orden(filas):
    return sorted(filas, key=repr)


@settings(max_examples=2000 if os.environ.get("PRUEBAS_TODO") else 100, deadline=None)
@given(sentencias(), st.booleans(), st.booleans())
def test_convertir_makes_of_a_block_what_it_makes_of_its_rows(sentencia, remision_no_mueve, solo_15_cifras):
    tipos, filas = sentencia
    opciones = {"remision_no_mueve": remision_no_mueve, "solo_15_cifras": solo_15_cifras}
    buenas, malas, cuentas = por_filas(tuple(tipos), filas, **opciones)
    otras, otras_malas, otras_cuentas, _ = por_bloques(tipos, filas, **opciones)
    assert orden(otras) == orden(buenas)
    assert orden(otras_malas) == orden(malas)
    assert +otras_cuentas == +cuentas


COMUN = {
    "CLAVE_ORIGEN": (arrays.textos, "K:17"), "TIPO_DOCUMENTO": (arrays.textos, "FV"),
    "PREFIJO": (arrays.textos, "00"), "NUMERO": (arrays.textos, "000123 "), "LINEA": (arrays.enteros, 2),
    "FECHA": (arrays.instantes, datetime(2026, 3, 31, 23, 59)), "HORA": (arrays.textos, "10:30"),
    "PAGADOR": (arrays.textos, "Clínica del Café 5 €"), "SISTEMA_BODEGA": (arrays.textos, "IMPLANTES"),
    "ARTICULO_CODIGO": (arrays.textos, "TOR-1  "), "ARTICULO_NOMBRE": (arrays.textos, "Ñandú"),
    "CANTIDAD": (arrays.decimales(4), Decimal("2.5")), "PRECIO_UNITARIO": (arrays.decimales(6), Decimal("10.3333")),
}  # fmt: skip


def raras(codec=arrays.LATIN, **cambios):
    """How many of three rows are odd, the middle one with the changes."""
    fila = {name: value for name, (_, value) in COMUN.items()}
    tipos = {name: partial(make, codec=codec) if make is arrays.textos else make for name, (make, _) in COMUN.items()}
    filas = [tuple(fila.values()), tuple((fila | cambios).values()), tuple(fila.values())]
    return por_bloques(tipos, filas)[3]


@pytest.mark.parametrize("codec", [arrays.LATIN, arrays.UTF8])
def test_convertir_takes_usual_rows_by_columns(codec):
    assert raras(codec) == 0
    assert raras(codec, PAGADOR=None, HORA=None, PRECIO_UNITARIO=None, LINEA=None, NUMERO="", PREFIJO=None) == 0
    assert raras(codec, CANTIDAD=Decimal(-3), PAGADOR="José  ", SISTEMA_BODEGA="PEQUEÑO É") == 0


@pytest.mark.parametrize(
    "cambio",
    [
        {"PAGADOR": " antes"}, {"PAGADOR": "a\x00b"}, {"PAGADOR": "a\tb"}, {"PAGADOR": "a\x81b"}, {"PAGADOR": "a\xa0"},
        {"PAGADOR": "\xa0a"}, {"PAGADOR": "a\x1f"},
        {"ARTICULO_CODIGO": None}, {"ARTICULO_CODIGO": "  "}, {"CLAVE_ORIGEN": ""},
        {"CANTIDAD": None}, {"PRECIO_UNITARIO": Decimal("0.00005")}, {"TIPO_DOCUMENTO": "ZZ"}, {"FECHA": None},
        {"FECHA": datetime(2026, 4, 1)}, {"ARTICULO_NOMBRE": "x" * 256}, {"NUMERO": "9" * 60},
        {"CANTIDAD": Decimal(10**13), "PRECIO_UNITARIO": Decimal(10**6)},
    ],
)  # fmt: skip
@pytest.mark.parametrize("codec", [arrays.LATIN, arrays.UTF8])
def test_convertir_leaves_odd_rows_to_the_slow_way(codec, cambio):
    assert raras(codec, **cambio) == 1


def test_convertir_leaves_a_text_that_is_no_utf8_to_the_slow_way():
    tipos = {name: make for name, (make, _) in COMUN.items()} | {
        "PAGADOR": lambda values: arrays.replace_codec(arrays.textos(values), arrays.UTF8)
    }
    filas = [
        tuple(pagador if name == "PAGADOR" else value for name, (_, value) in COMUN.items())
        for pagador in ("Café", "CafÃ©", "plano")  # the bytes of the second are those of UTF-8
    ]
    assert por_bloques(tipos, filas)[3] == 1


@pytest.mark.parametrize(
    ("nombre", "sucio", "limpio"),
    [
        ("REMTOTFAC", "S\0", "S"), ("LINEA", "3\0", "3"), ("HORA", "10:30\0", "10:30"), ("HORA", "\0", ""),
        ("TIPO_BODEGA", "IMPLANTE\0", "IMPLANTE"), ("TIPO_DOCUMENTO", "FV\0", "FV"), ("TIPO_DOCUMENTO", "FV\xa0", "FV"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("codec", [arrays.LATIN, arrays.UTF8])
def test_convertir_does_not_decide_of_a_clean_text_by_a_dirty_one(codec, nombre, sucio, limpio):
    tipos = {name: make for name, (make, _) in COMUN.items()} | {nombre: arrays.textos}
    tipos = {name: partial(make, codec=codec) if make is arrays.textos else make for name, make in tipos.items()}
    fila = {name: value for name, (_, value) in COMUN.items()}
    filas = [tuple((fila | {nombre: value}).values()) for value in (sucio, limpio, sucio)]
    buenas, malas, _ = por_filas(tuple(tipos), filas, remision_no_mueve=True)
    otras, otras_malas, _, _ = por_bloques(tipos, filas, remision_no_mueve=True)
    assert (orden(otras), orden(otras_malas)) == (orden(buenas), orden(malas))


def test_convertir_leaves_a_block_of_other_types_to_the_slow_way():
    tipos = {name: make for name, (make, _) in COMUN.items()} | {"FECHA": arrays.horas}
    fila = tuple(time(10) if name == "FECHA" else value for name, (_, value) in COMUN.items())
    buenas, malas, _, odd = por_bloques(tipos, [fila])
    assert (buenas, [codigo for _, codigo, _ in malas], odd) == ([], ["fecha_invalida"], 1)


def test_convertir_reads_far_days_and_late_hours():
    _, _, _, odd = por_bloques(
        {name: make for name, (make, _) in COMUN.items()},
        [
            tuple(dia if name == "FECHA" else value for name, (_, value) in COMUN.items())
            for dia in (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59) - timedelta(days=1), datetime(2026, 3, 1))
        ],
    )
    assert odd == 2
