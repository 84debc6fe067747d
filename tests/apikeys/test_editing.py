"""The web origins of a key."""

import pytest

from apikeys.editing import poner_origenes
from apikeys.models import OrigenPermitido

UNO, OTRO, MAS = (f"https://{name}.example.com" for name in ("uno", "otro", "mas"))


@pytest.mark.parametrize(("antes", "despues"), [([], [UNO]), ([UNO, OTRO], [OTRO, MAS]), ([UNO], []), ([UNO], [UNO])])
def test_poner_origenes_leaves_exactly_these(emitida, antes, despues):
    poner_origenes(emitida.fila, antes)
    poner_origenes(emitida.fila, despues)
    assert sorted(emitida.fila.origenes.values_list("origen", flat=True)) == sorted(despues)


def test_poner_origenes_keeps_the_rows_that_stay(emitida):
    poner_origenes(emitida.fila, [UNO])
    [pk] = OrigenPermitido.objects.values_list("pk", flat=True)
    poner_origenes(emitida.fila, [UNO, OTRO])
    assert OrigenPermitido.objects.filter(pk=pk, origen=UNO).exists()
