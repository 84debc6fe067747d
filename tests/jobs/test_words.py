"""Who asked for a run, in words."""

import pytest

from jobs.models import Ejecucion
from jobs.words import solicitante


@pytest.mark.parametrize(
    ("con", "palabras"), [("", "El sistema"), ("clave:Xy3abc", "Clave sk_Xy3abc…"), ("otro", "otro")]
)
def test_solicitante_names_a_key_as_lists_do(con, palabras):
    assert solicitante(Ejecucion(solicitada_con=con)) == palabras


def test_solicitante_names_a_person_with_the_token(django_user_model):
    ana = django_user_model(username="ana")
    assert solicitante(Ejecucion(solicitada_por=ana)) == "ana"
    assert solicitante(Ejecucion(solicitada_por=ana, solicitada_con="ficha:Ab1xyz")) == "ana, ficha pt_Ab1xyz…"
