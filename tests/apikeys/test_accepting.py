from datetime import timedelta

import pytest

from apikeys.accepting import (
    exigir_alcances,
    exigir_dias,
    exigir_dueno,
    exigir_limite,
    exigir_nombre,
    exigir_origenes,
    exigir_redes,
    exigir_solape,
)
from lib.errors import Rejected


@pytest.mark.parametrize(
    ("dados", "tipo", "columnas"),
    [
        (
            {"nit": "900.123.456-8"},
            "nit",
            {"nit": "9001234568", "nit_original": "900.123.456-8", "nit_base": "900123456"},
        ),
        ({"id_sucursal": " 7 "}, "id_sucursal", {"id_sucursal": "7"}),
        ({"local": "Centro"}, "local", {"local": "Centro"}),
    ],
)
def test_exigir_dueno_gives_its_columns(dados, tipo, columnas):
    assert exigir_dueno(**{"nit": "", "id_sucursal": "", "local": ""} | dados) == (tipo, columnas)


@pytest.mark.parametrize("dados", [{}, {"nit": "900123456", "local": "Centro"}, {"id_sucursal": " ", "local": "  "}])
def test_exigir_dueno_refuses_none_and_two(dados):
    with pytest.raises(Rejected, match="dueno_unico"):
        exigir_dueno(**{"nit": "", "id_sucursal": "", "local": ""} | dados)


def test_exigir_dueno_refuses_a_name_that_cannot_be_shown():
    with pytest.raises(Rejected, match="texto_invalido"):
        exigir_dueno(nit="", id_sucursal="", local="Cen\x00tro")


@pytest.mark.parametrize(
    ("tipo", "pedidos", "dados"),
    [
        ("nit", None, ["lectura"]),
        ("id_sucursal", None, ["ventas"]),
        ("local", None, ["cajas"]),
        ("nit", ["datos_personales", "lectura", "lectura"], ["lectura", "datos_personales"]),
    ],
)
def test_exigir_alcances_sorts_them(tipo, pedidos, dados):
    assert exigir_alcances(tipo, pedidos) == dados


@pytest.mark.parametrize(
    ("tipo", "pedidos"), [("nit", ["ventas"]), ("nit", []), ("local", ["lectura"]), ("nit", ["todo"])]
)
def test_exigir_alcances_refuses_what_does_not_fit(tipo, pedidos):
    with pytest.raises(Rejected, match="alcance_invalido"):
        exigir_alcances(tipo, pedidos)


@pytest.mark.parametrize(
    ("escrita", "red"),
    [
        ("10.1.2.3", "10.1.2.3/32"),
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("2001:db8::1/32", "2001:db8::/32"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
    ],
)
def test_exigir_redes_writes_cidr(escrita, red):
    assert exigir_redes([escrita, escrita]) == [red]


@pytest.mark.parametrize("redes", [["10.0.0.0/33"], ["tienda"], [""], ["10.0.0.0/8"] * 51])
def test_exigir_redes_refuses_what_is_none(redes):
    with pytest.raises(Rejected, match="red_invalida"):
        exigir_redes(redes)


@pytest.mark.parametrize(
    ("escrito", "origen"),
    [
        ("https://Tienda.example.com", "https://tienda.example.com"),
        ("https://tienda.example.com:443", "https://tienda.example.com"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_exigir_origenes_writes_them_as_browsers_do(escrito, origen):
    assert exigir_origenes([escrito]) == [origen]


@pytest.mark.parametrize(
    "origen",
    ["*", "null", "tienda.example.com", "https://", "https://*.example.com", "https://a.example.com/", "ftp://a.b.c",
     "https://ana@a.b.c", "https://a.b.c:99999", "https://a.b.c?x", "https://a..com", "https://a b"],
)  # fmt: skip
def test_exigir_origenes_refuses_what_is_none(origen):
    with pytest.raises(Rejected, match="origen_invalido"):
        exigir_origenes([origen])


def test_exigir_keeps_numbers_within_bounds():
    assert exigir_dias(1) == 1
    assert exigir_dias(3650) == 3650
    assert exigir_limite(1_000_000) == 1_000_000
    assert exigir_solape(timedelta(hours=720)) == timedelta(hours=720)


@pytest.mark.parametrize(
    ("exigir", "valor"),
    [
        (exigir_dias, 0),
        (exigir_dias, 3651),
        (exigir_limite, 0),
        (exigir_limite, 1_000_001),
        (exigir_solape, timedelta(hours=-1)),
        (exigir_solape, timedelta(hours=721)),
        (exigir_nombre, "x\x00"),
    ],
)
def test_exigir_refuses_and_names_the_field(exigir, valor):
    with pytest.raises(Rejected) as error:
        exigir(valor)
    assert error.value.extra["campos"]
