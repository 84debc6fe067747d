import pytest

from inventory.contifico.ruc import aviso, limpiar


@pytest.mark.parametrize("ruc", ["", "1712345675001", "0912345675001", "1790011674001"])
def test_aviso_has_nothing_to_say_about_a_ruc_that_passes(ruc):
    assert aviso(ruc) == ""


@pytest.mark.parametrize("ruc", ["1712345676001", "1799999999001", "9999999999999"])
def test_aviso_warns_of_digits_that_do_not_pass(ruc):
    assert "no pasa la comprobación" in aviso(ruc)


@pytest.mark.parametrize("ruc", ["171234567", "1712345675", "RUC 1712345675001"])
def test_aviso_warns_of_a_wrong_length(ruc):
    assert "13 dígitos" in aviso(ruc)


def test_limpiar_leaves_the_digits():
    assert limpiar(" 17 1234-5675 001 ") == "1712345675001"
    assert limpiar(" por definir ") == "por definir"
