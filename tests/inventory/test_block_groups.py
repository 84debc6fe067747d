import numpy as np
import pytest

from inventory.block_groups import Grupos, grupos
from lib.arrays import Bloque
from tests.inventory import arrays


def partes(*bloques):
    """The first values of each part, by group; those that came as rows in a tuple."""
    hechos = (arrays.bloque({"A": arrays.textos, "B": arrays.enteros}, filas) for filas in bloques)
    return [
        [[fila[0] for fila in parte.grupo(n)] for n in range(len(parte.inicios))]
        if isinstance(parte, Grupos)
        else tuple(fila[0] for fila in parte)
        for parte in grupos(hechos)
    ]


def filas(letras):
    return [(letra, n) for n, letra in enumerate(letras)]


@pytest.mark.parametrize(
    ("bloques", "esperadas"),
    [
        (["A"], [("A",)]),
        (["AAB"], [[["A", "A"]], ("B",)]),
        (["AAB", "BBC"], [[["A", "A"]], ("B", "B", "B"), ("C",)]),
        (["AA", "A", "AB"], [("A", "A", "A", "A"), ("B",)]),
        (["AB", "CCD", "E"], [[["A"]], ("B",), [["C", "C"]], ("D",), ("E",)]),
        (["ABA"], [[["A"], ["B"]], ("A",)]),
    ],
)
def test_grupos_keeps_whole_what_blocks_cut(bloques, esperadas):
    assert partes(*map(filas, bloques)) == esperadas


def test_grupos_tells_the_group_of_each_row():
    primera, _ = grupos(iter([arrays.bloque({"A": arrays.enteros}, [(1,), (1,), (2,), (3,)])]))
    assert primera.de_cada_fila().tolist() == [0, 0, 1]
    assert primera.con(np.array([False, True, False])).tolist() == [True, False]


def test_grupos_reads_by_row_what_no_array_holds():
    llano = arrays.bloque({"A": arrays.enteros}, [(1,), (1,), (2,)])
    raro = Bloque(llano.columnas, 3, [(1,), (7,), (2,)].__getitem__, np.array([False, True, False]))
    primera, _ = grupos(iter([raro]))
    assert primera.inicios.tolist() == [0, 1]
    sucio = arrays.textos(["ñ", "ñ"])
    malo = Bloque({"A": arrays.replace_codec(sucio, arrays.UTF8)}, 2, [("\ufffd",), ("\ufffd",)].__getitem__)
    assert list(grupos(iter([malo]))) == [[("\ufffd",), ("\ufffd",)]]
