"""What orjson does not know is written as DRF writes it; what nobody should answer is refused."""

import json
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer as PlainRenderer

from jobs.models import Estado
from lib.rendering import JSONRenderer


@pytest.mark.parametrize(
    "valor",
    [
        lazystr("perezoso"), gettext_lazy("Yes"), mark_safe("<b>"), ErrorDetail("mal", code="x"), Estado.PENDIENTE,
        uuid.UUID(int=7), b"bytes", (1, 2), {3}, frozenset({4}), pytest.param((n for n in range(2)), id="generador"),
        date(2026, 3, 1), time(10, 30, 0, 5), timedelta(minutes=3), datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=-5))),
        {"a": None, "b": [True, 1.5, "ñ\u2028\U0001f600"]}, OrderedDict(z=1, a=2), {1: "clave que no es texto"},
        2**64, -(2**70), "", [], {},
    ],
    ids=repr,
)  # fmt: skip
def test_render_writes_what_drf_writes(valor):
    copia = (n for n in range(2)) if hasattr(valor, "send") else valor  # a generator is read once
    assert json.loads(JSONRenderer().render({"v": valor})) == json.loads(PlainRenderer().render({"v": copia}))


@pytest.mark.parametrize("valor", [float("nan"), float("inf"), -float("inf")])
def test_render_writes_null_for_what_json_has_no_number_for(valor):
    assert JSONRenderer().render({"v": valor}) == b'{"v":null}'


@pytest.mark.parametrize(
    ("valor", "texto"),
    [("1.0000", "1.0000"), ("-0.0001", "-0.0001"), ("0E-4", "0.0000"), ("1E+3", "1000"), ("1E-9", "0.000000001")],
)
def test_render_writes_decimals_as_text_with_their_scale(valor, texto):
    assert json.loads(JSONRenderer().render([Decimal(valor)])) == [texto]


def test_render_of_nothing_is_empty():
    assert JSONRenderer().render(None) == b""


def test_render_indents_where_the_caller_asks_for_it():
    assert JSONRenderer().render({"a": 1}, "application/json; indent=2") == b'{\n  "a": 1\n}'
    assert JSONRenderer().render({"a": 1}, "application/json", {"indent": 2}) == b'{\n  "a": 1\n}'


def test_render_refuses_a_dataclass_that_slipped_into_an_answer():
    @dataclass
    class Clave:
        texto: str

    with pytest.raises(TypeError):
        JSONRenderer().render({"clave": Clave("no se muestra")})
