"""Who asked for a run, in words."""

import pytest

from jobs.models import Ejecucion
from jobs.words import solicitante


@pytest.mark.parametrize(
    ("con", "palabras"), [("", "El sistema"), ("clave:Xy3abc", "Clave sk_Xy3abc…"), ("otro", "otro")]
)
def test_solicitante_names_a_key_as_lists_do(con, palabras):
    assert solicitante(Ejecucion(solicitada_con=con)) == palabras
