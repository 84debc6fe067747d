"""What a NIT sees and what it misses by a hair."""

import pytest
from django.contrib.admin.models import LogEntry

from companies import near_nits
from companies.models import EquivalenciaNit, nits_de
from lib.errors import Rejected

BASE, CON_DV, CON_DV_ERRADO = "900123456", "9001234568", "9001234567"


def casi(escrito):
    return {(c.nit_base, c.motivo) for c in near_nits.examinar(escrito).casi}


@pytest.mark.parametrize("escrito", [BASE, "900.123.456-8", "900123456-7", " 900 123 456 "])
def test_examinar_sees_the_companies_of_the_base(crear_empresa, escrito):
    crear_empresa(anio_fiscal=2024), crear_empresa("900123456", 2025), crear_empresa("860034313-7")
    examen = near_nits.examinar(escrito)
    assert [(e.nit_base, e.anio_fiscal) for e in examen.veria] == [(BASE, 2025), (BASE, 2024)]
    assert examen.casi == []


@pytest.mark.parametrize(
    ("escrito", "en_la_empresa", "motivo"),
    [
        (BASE, CON_DV, "dv_pegado_en_la_empresa"),
        ("900.123.456-8", CON_DV, "dv_pegado_en_la_empresa"),
        (BASE, CON_DV_ERRADO, "dv_errado"),
        (CON_DV, BASE, "dv_pegado_en_lo_escrito"),
        (CON_DV_ERRADO, BASE, "dv_errado"),
        (CON_DV_ERRADO, CON_DV, "dv_errado"),
        (BASE, "0900123456", "ceros"),
        ("000900123456", BASE, "ceros"),
        (BASE, "09001234568", "dv_pegado_en_la_empresa"),
        ("13279115", "132791154", "dv_pegado_en_la_empresa"),  # a person's, whose NIT is the cédula and its DV
        ("132791154", "13279115", "dv_pegado_en_lo_escrito"),
    ],
)
def test_examinar_tells_a_near_match_and_its_reason(crear_empresa, escrito, en_la_empresa, motivo):
    crear_empresa(en_la_empresa)
    assert casi(escrito) == {(en_la_empresa, motivo)}
    assert near_nits.examinar(escrito).veria == []


@pytest.mark.parametrize(
    ("escrito", "ajeno"),
    [
        (BASE, "900123457"),  # another company, one digit off
        (BASE, "90012345"),
        ("1020304050", "1020304051"),  # two persons
        ("1020304050", "102030405"),
        ("132791150", "13279115"),
    ],
)
def test_examinar_leaves_strangers_alone(crear_empresa, escrito, ajeno):
    crear_empresa(ajeno)
    assert casi(escrito) == set()


def test_examinar_flags_wrong_check_digits(crear_empresa):
    crear_empresa("900.123.456-7")
    examen = near_nits.examinar("900123456-3")
    assert [e.dv_valido for e in examen.veria] == [False]
    assert (examen.nit.dv_valido, examen.dv_esperado) == (False, "8")


@pytest.mark.parametrize("escrito", ["", "000", "NIT 9", "1" * 16, "9" * 51])
def test_examinar_refuses_what_is_no_nit(db, escrito):
    with pytest.raises(Rejected):
        near_nits.examinar(escrito)


def test_examinar_asks_two_queries_by_index(crear_empresa, django_assert_num_queries):
    crear_empresa(CON_DV), crear_empresa(BASE)
    with django_assert_num_queries(2):
        [str(e.servidor) for e in near_nits.examinar(BASE).veria]


def test_confirmar_opens_the_other_and_is_written_down(crear_empresa, admin):
    crear_empresa(CON_DV)
    assert near_nits.confirmar(BASE, CON_DV, por=admin)
    examen = near_nits.examinar(BASE)
    assert [e.nit_base for e in examen.veria] == [CON_DV]
    assert (examen.confirmados, examen.casi) == ((CON_DV,), [])
    assert EquivalenciaNit.objects.get().confirmada_por == admin
    assert CON_DV in LogEntry.objects.get(user=admin).change_message


def test_confirmar_twice_changes_nothing(crear_empresa, admin):
    crear_empresa(CON_DV)
    near_nits.confirmar(BASE, CON_DV, por=admin)
    assert not near_nits.confirmar("900.123.456-8", CON_DV, por=admin)
    assert (EquivalenciaNit.objects.count(), LogEntry.objects.count()) == (1, 1)


def test_confirmar_is_one_way(crear_empresa):
    crear_empresa(CON_DV), crear_empresa(BASE)
    near_nits.confirmar(BASE, CON_DV)
    assert nits_de(CON_DV) == (CON_DV,)


@pytest.mark.parametrize("otro", ["860034313", CON_DV_ERRADO, BASE])
def test_confirmar_refuses_what_is_no_near_match_now(crear_empresa, otro):
    crear_empresa(CON_DV), crear_empresa("860034313")
    with pytest.raises(Rejected, match="no_es_casi"):
        near_nits.confirmar(BASE, otro)
    assert not EquivalenciaNit.objects.exists()


def test_retirar_closes_it_again(crear_empresa, admin):
    crear_empresa(CON_DV)
    near_nits.confirmar(BASE, CON_DV, por=admin)
    assert near_nits.retirar(BASE, CON_DV, por=admin)
    assert not near_nits.retirar(BASE, CON_DV, por=admin)
    assert near_nits.examinar(BASE).veria == []
    assert LogEntry.objects.filter(user=admin).count() == 2
