import pytest

from inventory.contifico.pairs import COMPRAS, VENTAS, consultas, normalizar
from inventory.contifico.resources import POR_NOMBRE
from lib.errors import Rejected


def test_the_defaults_are_those_of_the_resources():
    assert consultas(COMPRAS) == POR_NOMBRE["purchases"].consultas
    assert consultas(VENTAS) == POR_NOMBRE["sales"].consultas


def test_normalizar_writes_them_in_one_way():
    assert normalizar(" fac  pro,LQC PRO , FAC PRO") == COMPRAS


@pytest.mark.parametrize("texto", ["", "FAC", "FAC PRO,", "FACT PRO", "FAC XXX", "FAC-PRO", "FAC PRO; LQC PRO"])
def test_consultas_refuses_what_is_no_pair(texto):
    with pytest.raises(Rejected, match="pares_invalidos"):
        consultas(texto)
