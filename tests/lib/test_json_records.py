import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Retriable
from lib.json_records import Lector, Rechazado


def leer(text):
    lector = Lector(text if isinstance(text, bytes) else text.encode())
    values = list(lector.elementos())
    lector.fin()
    return values


def leer_objeto(text):
    lector = Lector(text.encode())
    read = {name: list(lector.elementos()) if name == "results" else lector.valor() for name in lector.miembros()}
    lector.fin()
    return read


def corto(value):
    """The name of a case, whose text may be long."""
    return ascii(value)[:24]


VALORES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(VALORES), st.booleans(), st.sampled_from([None, 2]))
def test_elementos_reads_what_json_reads(values, ascii_only, indent):
    text = json.dumps(values, ensure_ascii=ascii_only, indent=indent)
    assert leer(text.encode("utf-8", "surrogatepass")) == json.loads(text)


def test_elementos_keeps_every_digit():
    numbers = leer("[1.50, 12345678901234567890.123456789, 1E5, -0.0, 12345678901234567890]")
    assert [str(number) for number in numbers] == [
        "1.50", "12345678901234567890.123456789", "1E+5", "-0.0", "12345678901234567890",
    ]  # fmt: skip
    assert type(numbers[0]) is Decimal


@pytest.mark.parametrize(
    "mala",
    [
        "[" * 3000 + "]" * 3000,
        '{"a":' * 60 + "1" + "}" * 60,
        '{"a": [' * 30 + "]}" * 30,
        "9" * 5000,
        "-" + "9" * 5000,
        '{"n": 1e9999999999999999999, "t": "], {\\" [", "m": [{}]}',
        "NaN",
        '{"a": Infinity}',
        '{"total": "1", "total": "2"}',
        '{"a": {"b": 1, "b": 1.0001}}',
    ],
    ids=corto,
)
def test_elementos_sets_aside_what_cannot_be_kept(mala):
    first, bad, last = leer(f'[{{"id": "a"}}, {mala}, {{"id": "b"}}]')
    assert (first, last) == ({"id": "a"}, {"id": "b"})
    assert isinstance(bad, Rechazado)
    assert bad.codigo == "json_invalido"
    assert bad.crudo == mala[:20_000]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('["a\\u0000b"]', "a\x00b"),
        ('["\\ud800"]', "\ud800"),
        (b'["\xff"]', "\udcff"),
        ('["a\nb\x00"]', "a\nb\x00"),
        ('\ufeff["x"]', "x"),
        ('[{"a": 1, "a": 1}]', {"a": 1}),
        ('["' + "x" * 50_000 + '"]', "x" * 50_000),
        ("[" + '{"a":' * 39 + "1" + "}" * 39 + "]", None),
    ],
    ids=corto,
)
def test_elementos_reads_what_is_merely_odd(text, value):
    (read,) = leer(text)
    assert not isinstance(read, Rechazado)
    assert value is None or read == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[1 2]",
        "[1] x",
        "{}",
        "<html>",
        '["a',
        "[{'a': 1}]",
        '[{"a": 1}',
        "[" * 3000,
        "\x00",
        "[,]",
    ],
    ids=corto,
)
def test_elementos_says_that_it_is_no_json(text):
    with pytest.raises(Retriable) as error:
        leer(text)
    assert error.value.codigo == "respuesta_ilegible"
    assert error.value.__cause__ is None


@pytest.mark.parametrize("text", ['{"a" 1}', "{1: 2}", '{"a": 1', '{"a": 1,}', "[]"])
def test_miembros_says_that_it_is_no_object(text):
    with pytest.raises(Retriable):
        leer_objeto(text)


def test_miembros_gives_names_and_leaves_the_values():
    assert leer_objeto(' {"count": 2, "results": [1, 2], "x": {}} ') == {"count": 2, "results": [1, 2], "x": {}}
    assert leer_objeto("{}") == {}
