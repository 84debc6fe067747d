"""Exact numbers: parsing, rounding, ranges, and sums that both databases make alike."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib import money
from lib.errors import Rejected


@pytest.mark.parametrize(
    ("valor", "number"),
    [
        (3, "3"), (Decimal("1.50"), "1.50"), (" -0.0001 ", "-0.0001"), ("1E+3", "1E+3"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
    ],
)  # fmt: skip
def test_decimal_de_keeps_every_digit(valor, number):
    assert str(money.decimal_de(valor)) == number


@pytest.mark.parametrize("valor", ["", "1,5", "$ 3", "NaN", "Infinity", "-inf", Decimal("NaN"), "1E+999999", 10**40])
def test_decimal_de_refuses_what_is_no_number_of_ours(valor):
    with pytest.raises(Rejected) as error:
        money.decimal_de(valor)
    assert error.value.codigo == "numero_invalido"


@pytest.mark.parametrize("valor", [1.5, True, None, b"1"])
def test_decimal_de_never_takes_a_float(valor):
    with pytest.raises(TypeError):
        money.decimal_de(valor)


@pytest.mark.parametrize(
    ("value", "rounded", "changed"),
    [
        ("1.00005", "1.0001", True), ("-1.00005", "-1.0001", True), ("1.00004999", "1.0000", True),
        ("1.5", "1.5000", False), ("1.500000", "1.5000", False), ("1E+30", "1" + "0" * 30 + ".0000", False),
        ("0.000049", "0.0000", True),
    ],
)  # fmt: skip
def test_redondear_goes_half_up_and_tells(value, rounded, changed):
    number, did = money.redondear_y_decir(Decimal(value))
    assert (str(number), did) == (rounded, changed)


def test_producto_is_rounded_once():
    assert money.producto(Decimal("99999999999999.9999"), Decimal("0.0001")) == Decimal("10000000000.0000")
    assert money.producto(Decimal("1.0001"), Decimal("0.5")) == Decimal("0.5001")


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("99999999999999.9999", True), ("-99999999999999.9999", True), ("100000000000000", False), ("1E+14", False),
        ("0.00001", False), ("1.50000000", True), ("0E-20", True), ("NaN", False), ("-Infinity", False),
    ],
)  # fmt: skip
def test_cabe_is_the_range_of_a_quantity(value, fits):
    assert money.cabe(Decimal(value)) is fits


def test_cabe_of_a_value_goes_to_twenty_integer_digits():
    assert money.cabe(Decimal("9" * 20 + ".9999"), money.CIFRAS_DE_VALOR)
    assert not money.cabe(Decimal("1E+20"), money.CIFRAS_DE_VALOR)


@pytest.mark.parametrize(
    ("value", "count"),
    [("0", 1), ("0.0000", 1), ("1200", 2), ("1.20", 2), ("-0.00012", 2), ("10.01", 4), ("9" * 16, 16)],
)
def test_digitos_counts_the_significant_ones(value, count):
    assert money.digitos(Decimal(value)) == count


QUINCE_CIFRAS = st.builds(
    lambda n, places: Decimal(n).scaleb(-places), st.integers(-(10**15), 10**15), st.integers(0, 4)
)


@given(QUINCE_CIFRAS)
def test_a_number_of_fifteen_digits_survives_a_double(value):
    assert money.cabe_en_sqlite(value)
    assert money.entero_de_sqlite(float(value)) == money.a_entero(value)


def test_a_number_of_sixteen_digits_is_not_for_sqlite():
    assert not money.cabe_en_sqlite(Decimal("123456789012.3456"))


@given(st.integers(-(10**30), 10**30))
def test_ten_thousandths_go_there_and_back(scaled):
    assert money.a_entero(money.desde_entero(scaled)) == scaled


def test_a_entero_refuses_a_fifth_decimal():
    with pytest.raises(ValueError, match="more than 4 decimals"):
        money.a_entero(Decimal("1.00001"))


def test_suma_exacta_of_no_rows_is_zero(muestra):
    assert muestra.objects.aggregate(total=money.SumaExacta("numero"))["total"] == Decimal(0)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(QUINCE_CIFRAS.filter(lambda value: abs(value) < 10**14) | st.none(), max_size=8))
def test_suma_exacta_is_exact_on_every_database(muestra, values):
    muestra.objects.all().delete()
    muestra.objects.bulk_create(muestra(grupo=1, clave=str(n), numero=value) for n, value in enumerate(values))
    total = muestra.objects.aggregate(total=money.SumaExacta("numero"))["total"]
    assert total == sum((value for value in values if value is not None), Decimal(0))
    groups = muestra.objects.values("grupo").annotate(total=money.SumaExacta("numero"))
    assert [row["total"] for row in groups] == ([total] if values else [])
