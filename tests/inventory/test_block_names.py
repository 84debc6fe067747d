import numpy as np
import pytest

from inventory import values
from inventory.block_names import extendida, limpiar, por_distinto
from lib.array_values import valores
from lib.arrays import Glosados, Glosario
from tests.inventory import arrays

NOMBRES = ["plano", " antes", "\xa0a", "a\x07b", "a\tb", "ñ" * 9, "\x07" * 12, "Ñandú  ", "", None]


@pytest.mark.parametrize("codec", [arrays.LATIN, arrays.UTF8])
def test_limpiar_makes_of_every_name_what_is_made_of_one(codec):
    raras, limpiadas = np.zeros(10, bool), np.zeros(10, np.int64)
    limpios = limpiar(arrays.glosados(NOMBRES, codec), 8, raras, limpiadas)
    one_by_one = [values.limpiar(name) for name in NOMBRES]
    assert raras.tolist() == [len(text) > 8 for text, _ in one_by_one]
    assert valores(limpios) == ["" if len(text) > 8 else text for text, _ in one_by_one]
    assert limpiadas.tolist() == [int(dirty) for _, dirty in one_by_one]


def test_limpiar_reads_a_text_that_is_no_utf8_as_the_row_reader_does():
    raras = np.zeros(2, bool)
    glosario = Glosario(arrays.replace_codec(arrays.textos([" Café", "CafÃ©"]), arrays.UTF8))
    limpios = limpiar(Glosados(glosario, np.array([0, 1])), None, raras, np.zeros(2, np.int64))
    assert (valores(limpios), raras.any()) == (["Café", "Café"], False)


def test_limpiar_looks_at_a_glossary_once():
    columna, raras, limpiadas = arrays.glosados(NOMBRES), np.zeros(10, bool), np.zeros(10, np.int64)
    assert len({id(limpiar(columna, 8, raras, limpiadas).glosario) for _ in range(3)}) == 1
    assert limpiadas.max() == 3


@pytest.mark.parametrize("hacer", [arrays.textos, arrays.glosados])
def test_por_distinto_asks_once_for_each_text(hacer):
    asked = []
    columna, raras = hacer(["b", "a", "b", "ñ"]), np.zeros(4, bool)

    def decidir(texto):
        asked.append(texto)
        return texto.upper()

    for _ in range(2 if isinstance(columna, Glosados) else 1):
        decididos, cual = por_distinto(columna, decidir, raras)
        assert [decididos[n] for n in cual] == ["B", "A", "B", "Ñ"]
    assert len(asked) == len(set(asked))
    assert not raras.any()


def test_extendida_gives_every_row_its_text():
    extensa = extendida(arrays.glosados(["b", None, "b"]))
    assert valores(extensa) == ["b", None, "b"]
    assert extendida(extensa) is extensa
