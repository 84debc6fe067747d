"""Every reason that the code gives has its sentence and its remedy."""

import re
from pathlib import Path

import pytest

import inventory
from inventory.reasons import REMEDIOS, Motivo

DE_UNA_FILA = ("conversion.py", "values.py")


def test_every_code_of_a_rejected_row_is_a_reason():
    texts = [(Path(inventory.__file__).parent / name).read_text() for name in DE_UNA_FILA]
    codes = {code for text in texts for code in re.findall(r'Rejected\(\s*"([a-z_]+)"', text)}
    assert codes == set(Motivo.values)


@pytest.mark.parametrize("motivo", Motivo)
def test_every_reason_has_a_sentence_and_a_remedy(motivo):
    assert motivo.label[0].isupper()
    assert len(REMEDIOS[motivo]) > 40
