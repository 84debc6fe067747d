import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.co.nit import calc_check_digit

from companies.nit import Nit, analizar
from lib.errors import Rejected

# Known numbers with their check digits: the tax office itself, three large companies, edge remainders, a cédula.
VECTORES = {
    "800197268": "4",
    "860034313": "7",
    "890903938": "8",
    "899999063": "3",
    "900123456": "8",
    "900869750": "0",
    "222222222222": "7",
    "700085371": "1",
    "13279115": "4",
}
DIGITOS = st.text("0123456789", min_size=1, max_size=15).filter(lambda texto: texto.strip("0"))


@pytest.mark.parametrize(("base", "dv"), VECTORES.items())
def test_analizar_splits_the_digit_after_a_dash(base, dv):
    assert analizar(f"{base}-{dv}") == Nit(f"{base}-{dv}", base + dv, base, dv, True, "")


def test_analizar_keeps_and_flags_a_wrong_check_digit():
    partes = analizar("900.123.456-7")
    assert (partes.nit, partes.base, partes.dv, partes.dv_valido) == ("9001234567", "900123456", "7", False)


def test_analizar_takes_all_digits_as_base_without_a_dash():
    partes = analizar("900123456")
    assert (partes.nit, partes.base, partes.dv, partes.dv_valido) == ("900123456", "900123456", "", None)


@pytest.mark.parametrize(
    ("texto", "candidato"),
    [
        ("9001234568", "900123456"),
        ("8001972684", "800197268"),
        ("9001234567", ""),  # the last digit is no check digit of the rest
        ("7000853711", ""),  # begins like no company
        ("90012345", ""),
        ("900123456-8", ""),  # declared, so nothing to guess
    ],
)
def test_analizar_offers_a_candidate_for_a_company_glued_to_its_digit(texto, candidato):
    assert analizar(texto).candidato == candidato


@pytest.mark.parametrize(
    "texto",
    [
        "900.123.456-8",
        " 900 123 456 - 8 ",
        "900,123,456-8",
        "900-123-456-8",
        "900123456–8",  # en dash
        "900123456—8",
        "900123456−8",  # minus sign
        "900123456\u00ad8",  # soft hyphen
        "900123456\u20118",  # non-breaking hyphen
        "900\u00a0123\u00a0456-8",
        "９００１２３４５６-８",  # full width
        "٩٠٠١٢٣٤٥٦-٨",  # Arabic-Indic
        "900123456--8",
    ],
)
def test_analizar_reads_every_way_of_writing_it(texto):
    partes = analizar(texto)
    assert (partes.original, partes.base, partes.dv, partes.dv_valido) == (texto.strip(), "900123456", "8", True)


@pytest.mark.parametrize("texto", ["900123456-", "-900123456", "900-123-456"])
def test_analizar_sees_no_check_digit_in_other_dashes(texto):
    assert (analizar(texto).base, analizar(texto).dv) == ("900123456", "")


@pytest.mark.parametrize(
    ("texto", "codigo"),
    [
        ("", "nit_vacio"),
        ("   ", "nit_vacio"),
        (".-.", "nit_vacio"),
        ("000000000", "nit_vacio"),
        ("0-0", "nit_vacio"),
        ("900123456A", "nit_invalido"),
        ("NIT 900123456-8", "nit_invalido"),
        ("900123456²", "nit_invalido"),
        ("900123456\x00", "nit_invalido"),
        ("900123456/8", "nit_invalido"),
        ("1234567890123456", "nit_demasiado_largo"),
        ("9" + " " * 60, "nit_demasiado_largo"),
    ],
)
def test_analizar_rejects_what_is_no_nit(texto, codigo):
    with pytest.raises(Rejected) as caught:
        analizar(texto)
    assert caught.value.codigo == codigo
    assert caught.value.remedio


@given(DIGITOS)
def test_analizar_declares_valid_exactly_the_computed_digit(base):
    valid = [dv for dv in "0123456789" if analizar(f"{base}-{dv}").dv_valido]
    assert valid == [calc_check_digit(base)]


@given(DIGITOS, st.sampled_from(["", "-1"]))
def test_analizar_is_stable_under_its_own_writing(base, cola):
    partes = analizar(base + cola)
    again = analizar(f"{partes.base}-{partes.dv}" if partes.dv else partes.base)
    assert (again.nit, again.base, again.dv) == (partes.nit, partes.base, partes.dv)


@given(st.text(max_size=60))
def test_analizar_ends_in_parts_or_a_rejection(texto):
    try:
        partes = analizar(texto)
    except Rejected:
        return
    assert partes.nit.isascii()
    assert partes.nit.isdigit()
    assert partes.nit == partes.base + partes.dv
