import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import inventory.contifico
from inventory.contifico.mapping import Reglas, clave_de, columnas, fila_de, huella_de, texto_de
from inventory.contifico.reasons import Motivo
from inventory.contifico.resources import POR_NOMBRE, RECURSOS
from lib import exact_json
from lib.errors import Rejected
from tests.inventory.contifico.records import DOCUMENTO, ESPERADO, REGISTROS

REGLAS = Reglas(ZoneInfo("America/Guayaquil"))
PRODUCTOS, VENTAS = POR_NOMBRE["products"], POR_NOMBRE["sales"]
HOJAS = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.decimals(allow_nan=False, allow_infinity=False)
)
VALORES = st.recursive(
    HOJAS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


def valores(recurso, registro, reglas=REGLAS):
    return dict(zip(columnas(recurso), fila_de(recurso, registro, reglas).valores, strict=True))


@pytest.mark.parametrize("nombre", REGISTROS)
def test_columns_hold_what_the_record_says(nombre):
    found = valores(POR_NOMBRE[nombre], REGISTROS[nombre])
    assert {name: found[name] for name in ESPERADO[nombre]} == ESPERADO[nombre]
    assert nombre in ("purchases", "documents") or found.keys() == ESPERADO[nombre].keys()


@pytest.mark.parametrize("recurso", RECURSOS, ids=str)
def test_a_record_of_nothing_but_its_id_is_kept(recurso):
    assert set(valores(recurso, {"id": "x"}).values()) <= {None, "", 0}


def test_a_key_is_the_id_or_the_first_declared_that_is_there():
    assert clave_de(PRODUCTOS, {"codigo": "B", "id": "nRMdROzqhvDZel6Y"}) == "nRMdROzqhvDZel6Y"
    assert clave_de(PRODUCTOS, {"id": 17, "codigo": "B"}) == "17"
    assert clave_de(PRODUCTOS, {"uuid": "u", "id": " ", "codigo": "BOD001"}) == "BOD001"
    assert clave_de(PRODUCTOS, {"id": None, "codigo": True, "external_id": "e"}) == "e"
    assert clave_de(PRODUCTOS, {"id": {"a": 1}, "nombre": "x"}) == clave_de(PRODUCTOS, ["id"]) == ""


@pytest.mark.parametrize(
    ("registro", "codigo"),
    [
        ("texto", "registro_invalido"),
        ([{"id": "x"}], "registro_invalido"),
        ({"nombre": "x"}, "sin_clave"),
        ({"id": "x" * 201}, "clave_invalida"),
        ({"id": "a\0b"}, "clave_invalida"),
        ({"id": "a\ud83d"}, "clave_invalida"),
        ({"id": "x", "codigo": "c" * 201}, "texto_largo"),
        ({"id": "x", "pvp1": "10,50"}, "numero_invalido"),
        ({"id": "x", "pvp1": "1e20"}, "fuera_de_rango"),
        ({"id": "x", "nombre": ["a"]}, "valor_inesperado"),
        ({"id": "x", "\ud83d": 1}, "json_invalido"),
    ],
)
def test_what_cannot_be_kept_is_rejected_with_a_code(registro, codigo):
    with pytest.raises(Rejected, match=codigo):
        fila_de(PRODUCTOS, registro, REGLAS)


def test_a_day_that_is_none_is_rejected():
    with pytest.raises(Rejected, match="fecha_emision: no es una fecha"):
        fila_de(VENTAS, {"id": "x", "fecha_emision": "31/02/2026"}, REGLAS)


def test_fifteen_digits_are_asked_for_where_the_database_keeps_no_more():
    registro = {"id": "x", "pvp1": "123456789012.3456"}
    assert valores(PRODUCTOS, registro)["pvp1"] == Decimal("123456789012.3456")
    with pytest.raises(Rejected, match="precision"):
        fila_de(PRODUCTOS, registro, Reglas(REGLAS.zona, solo_15_cifras=True))


def test_more_than_four_decimals_are_rounded_and_counted():
    row = fila_de(PRODUCTOS, {"id": "x", "pvp1": "0.00005", "minimo": "1.23450"}, REGLAS)
    assert dict(zip(columnas(PRODUCTOS), row.valores, strict=True))["pvp1"] == Decimal("0.0001")
    assert row.redondeados == 1
    assert '"0.00005"' in row.datos


def test_data_are_whole_with_their_digits_and_their_order():
    row = fila_de(PRODUCTOS, {"z": Decimal("1.500"), "id": "x", "nuevo": {"a": [None, 10**30]}}, REGLAS)
    assert row.datos == f'{{"z":1.500,"id":"x","nuevo":{{"a":[null,{10**30}]}}}}'


def test_huella_is_blind_to_order_and_to_nothing_else():
    turned = dict(reversed(DOCUMENTO.items()))
    assert huella_de(turned) == huella_de(DOCUMENTO)
    assert texto_de(turned) != texto_de(DOCUMENTO)
    assert huella_de(DOCUMENTO | {"saldo": "25.650"}) != huella_de(DOCUMENTO)
    assert huella_de(DOCUMENTO | {"cobros": None}) != huella_de(DOCUMENTO)
    assert huella_de({"a": [1, 2]}) != huella_de({"a": [2, 1]})


def test_updated_at_is_the_first_declared_date_that_can_be_read():
    row = fila_de(POR_NOMBRE["persons"], REGISTROS["persons"], REGLAS)
    assert row.updated_at == datetime(2026, 2, 18, 16, 12, 8, tzinfo=UTC)
    both = {"id": "x", "fecha_modificacion": "ayer", "updated_at": "18/02/2026"}
    assert fila_de(PRODUCTOS, both, REGLAS).updated_at == datetime(2026, 2, 18, 5, tzinfo=UTC)
    assert fila_de(VENTAS, DOCUMENTO, REGLAS).updated_at is None


@pytest.mark.parametrize(
    ("cambio", "subtotal"),
    [
        ({"subtotal_0": None}, 21),
        ({"subtotal_0": "", "subtotal_12": None, "subtotal": "9.0"}, 9),
        ({"subtotal_0": "", "subtotal_12": None}, None),
    ],
)
def test_subtotal_is_the_sum_of_both_or_what_the_record_says(cambio, subtotal):
    assert valores(VENTAS, DOCUMENTO | cambio)["subtotal"] == subtotal


@pytest.mark.parametrize(
    ("cambio", "anulado"),
    [
        ({"anulado": True}, True),
        ({"anulado": None, "estado": "A"}, True),
        ({"anulado": None}, False),
        ({"anulado": "true"}, True),
    ],
)
def test_a_document_is_void_by_its_flag_or_by_its_state(cambio, anulado):
    assert valores(VENTAS, DOCUMENTO | cambio)["anulado"] is anulado


def test_sums_of_lines_take_no_float_and_lose_no_digit():
    lines = [{"tipo": "D", "valor": "0.1"}] * 10 + [{"tipo": "H", "valor": Decimal("99999999999.9999")}]
    found = valores(POR_NOMBRE["journal_entries"], {"id": "x", "detalles": [*lines, "basura"]})
    assert (found["debe"], found["haber"], found["lineas"]) == (1, Decimal("99999999999.9999"), 11)


@given(st.sampled_from(RECURSOS), st.data())
def test_any_record_becomes_a_row_or_is_rejected_with_a_known_code(recurso, data):
    names = [*REGISTROS[recurso.nombre], "nombre", "otra"]
    registro = REGISTROS[recurso.nombre] | data.draw(st.dictionaries(st.sampled_from(names), VALORES, max_size=4))
    row = rechazada = None
    try:
        row = fila_de(recurso, registro, REGLAS)
    except Rejected as error:
        rechazada = error.codigo
    assert rechazada is None or rechazada in Motivo.values
    assert row is None or exact_json.leer(row.datos) == registro


def test_every_code_that_is_given_is_a_reason():
    folder = Path(inventory.contifico.__file__).parent
    texts = [(folder / name).read_text() for name in ("mapping.py", "values.py")]
    codes = {code for text in texts for code in re.findall(r'Rejected\(\s*"([a-z_]+)"', text)}
    assert codes | {"registro_roto"} == set(Motivo.values)  # which the client says
