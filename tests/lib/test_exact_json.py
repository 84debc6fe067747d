import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.exact_json import escribir, leer

DECIMALES = st.decimals(allow_nan=False, allow_infinity=False)
HOJAS = st.none() | st.booleans() | st.integers() | DECIMALES | st.text(st.characters(exclude_categories=[]))
VALORES = st.recursive(HOJAS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@pytest.mark.parametrize("texto", ['{"a":0.10}', "1.2000", "12345678901234567890.123456789", "-0.0", "1E+5", "[1,1.0]"])
def test_a_number_keeps_its_digits(texto):
    assert escribir(leer(texto)) == texto


@pytest.mark.parametrize("numero", [2**63, 2**64, -(2**64), 1911202601179])
def test_an_integer_may_have_any_length(numero):
    assert escribir({"a": [numero, True]}) == f'{{"a":[{numero},true]}}'


def test_half_a_surrogate_pair_is_written_as_an_escape():
    text = escribir({"a": "x\ud83d", "b": "ñ😀\0"})
    assert text == '{"a":"x\\ud83d","b":"ñ😀\\u0000"}'
    assert leer(text) == {"a": "x\ud83d", "b": "ñ😀\0"}


def test_ordenado_is_the_same_for_any_order_of_names():
    one, other = {"b": 1, "a": {"z": 1, "y": 2}}, {"a": {"y": 2, "z": 1}, "b": 1}
    assert escribir(one, ordenado=True) == escribir(other, ordenado=True) == '{"a":{"y":2,"z":1},"b":1}'
    assert escribir(one) != escribir(other)


@pytest.mark.parametrize("valor", [Decimal("NaN"), Decimal("Infinity"), {1, 2}, {"a": object()}])
def test_what_json_cannot_hold_is_refused(valor):
    with pytest.raises(TypeError):
        escribir(valor)


@pytest.mark.parametrize("niveles", [300, 5000])
def test_a_value_nested_too_deep_is_refused(niveles):
    deep = []
    for _ in range(niveles):
        deep = [deep]
    with pytest.raises(TypeError):
        escribir(deep)


@given(VALORES)
def test_leer_gives_back_what_was_written(valor):
    again = leer(escribir(valor))
    assert escribir(again) == escribir(valor)
    assert json.loads(escribir(valor)) == json.loads(json.dumps(valor, default=float)) or "." in escribir(valor)
