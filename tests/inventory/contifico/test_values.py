from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.contifico.values import afirmado, decimal, entero, fecha, identificador, instante, texto
from lib.errors import Rejected

GUAYAQUIL = ZoneInfo("America/Guayaquil")
VACIOS = [None, "", "  "]
HOJAS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(allow_nan=True)
CUALQUIERA = HOJAS | st.lists(HOJAS, max_size=2) | st.dictionaries(st.text(max_size=3), HOJAS, max_size=2)


@pytest.mark.parametrize(
    ("valor", "numero"),
    [
        ("10.0", "10"), (" -5.0 ", "-5"), ("12.00", "12"), (".5", "0.5"), ("5.", "5"), ("+1", "1"), ("1e3", "1000"),
        (7, "7"), (Decimal("0.10"), "0.1"), ("0.123456789012345678", "0.123456789012345678"),
    ],
)  # fmt: skip
def test_decimal_reads_texts_and_numbers_exactly(valor, numero):
    assert decimal(valor) == Decimal(numero)


@pytest.mark.parametrize("valor", VACIOS)
def test_nothing_is_nothing_in_all_its_forms(valor):
    assert (decimal(valor), fecha(valor), entero(valor), afirmado(valor)) == (None,) * 4
    assert (texto(valor), identificador(valor), instante(valor, GUAYAQUIL)) == ("", "", None)


@pytest.mark.parametrize(
    "valor", ["1,5", "1.234,50", "$5", "1_000", "１２", "NaN", "Infinity", "1e99", "doce", 1.5, True, [], {}, "--1"]
)
def test_decimal_guesses_nothing(valor):
    with pytest.raises(Rejected, match="numero_invalido"):
        decimal(valor)


@pytest.mark.parametrize(
    "valor", ["19/11/2026", "2026-11-19", " 19/11/2026 ", "19/11/2026 08:05:00", "2026-11-19T11:12:08", "2026-11-19 1"]
)
def test_fecha_reads_both_forms(valor):
    assert fecha(valor) == date(2026, 11, 19)


@pytest.mark.parametrize(
    "valor", ["31/02/2026", "2026-13-01", "00/00/0000", "11-19-2026", "19.11.2026", "hoy", 5, [], {}]
)
def test_fecha_refuses_what_is_no_day(valor):
    with pytest.raises(Rejected, match="fecha_invalida"):
        fecha(valor)


@given(st.dates())
def test_fecha_reads_back_every_day_in_both_forms(dia):
    assert fecha(dia.isoformat()) == fecha(f"{dia.day:02}/{dia.month:02}/{dia.year:04}") == dia


@pytest.mark.parametrize(
    ("valor", "momento"),
    [
        ("2026-02-18T11:12:08", datetime(2026, 2, 18, 16, 12, 8, tzinfo=UTC)),
        ("18/02/2026", datetime(2026, 2, 18, 5, tzinfo=UTC)),
        ("18/02/2026 8:05", datetime(2026, 2, 18, 13, 5, tzinfo=UTC)),
        ("2026-02-18T11:12:08Z", datetime(2026, 2, 18, 11, 12, 8, tzinfo=UTC)),
        ("2026-02-18T11:12:08.123456-03:00", datetime(2026, 2, 18, 14, 12, 8, 123456, tzinfo=UTC)),
    ],
)
def test_instante_is_in_the_zone_of_the_account_unless_it_says_another(valor, momento):
    assert instante(valor, GUAYAQUIL) == momento


@pytest.mark.parametrize(
    "valor", ["ayer", "31/02/2026", "18/02/2026 25:00", "9999-12-31T23:00:00", "18/02/2026 5 pm", 7]
)
def test_an_instant_that_cannot_be_read_is_none(valor):
    assert instante(valor, GUAYAQUIL) is None


@pytest.mark.parametrize(
    ("valor", "si"), [(True, True), ("S", True), (1, True), ("False", False), ("0", False), ("no", False)]
)
def test_afirmado_reads_flags_of_all_kinds(valor, si):
    assert afirmado(valor) is si


@pytest.mark.parametrize("valor", ["quizá", 2, [], {}])
def test_afirmado_refuses_what_is_no_flag(valor):
    with pytest.raises(Rejected, match="valor_inesperado"):
        afirmado(valor)


def test_texto_is_trimmed_and_cleaned():
    assert texto(" a\tb\r\nc\0d\x85 ") == "a b cd"
    assert texto("x\ud83d") == "x\ufffd"
    assert (texto(7), texto(Decimal("1.50"))) == ("7", "1.50")
    with pytest.raises(Rejected, match="valor_inesperado"):
        texto({"a": 1})


def test_identificador_takes_the_id_of_an_object():
    assert identificador({"id": "x1", "nombre": "Y"}) == "x1"
    assert identificador("x1") == "x1"


@pytest.mark.parametrize(
    ("valor", "numero"), [("15", 15), ("15.0", 15), (15, 15), ("15.5", None), ("x", None), (2**31, None)]
)
def test_entero_is_a_whole_number_or_nothing(valor, numero):
    assert entero(valor) == numero


@given(CUALQUIERA)
def test_any_value_is_read_or_rejected(valor):
    for read in (texto, identificador, decimal, entero, afirmado, fecha, lambda x: instante(x, GUAYAQUIL)):
        said = ""
        try:
            read(valor)
        except Rejected as error:
            said = error.mensaje
        assert said.encode() is not None


@given(st.decimals(-(10**13), 10**13, allow_nan=False))
def test_decimal_reads_every_number_from_text(numero):
    assert decimal(str(numero)) == numero
