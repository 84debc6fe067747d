import pytest

from inventory.models import ReglaBodega, TipoBodega
from inventory.warehouses import Clasificador, clasificador

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("bodega", "tipo"),
    [
        ("", ""),
        ("BODEGA IMPLANTES", TipoBodega.IMPLANTE),
        ("Imp. cadera", TipoBodega.IMPLANTE),
        ("EQUIPO DE PODER", TipoBodega.EQUIPO_DE_PODER),
        ("eq-03", TipoBodega.EQUIPO_DE_PODER),
        ("Taladros de PÓDER", TipoBodega.EQUIPO_DE_PODER),
        ("MATERIAL PEQUEÑO", TipoBodega.INSTRUMENTAL),
        ("LIMPIEZA", TipoBodega.INSTRUMENTAL),
        ("IMPORTADOS", TipoBodega.INSTRUMENTAL),
        ("BODEGA PRINCIPAL", TipoBodega.INSTRUMENTAL),
        ("---", TipoBodega.INSTRUMENTAL),
    ],
)
def test_tipo_follows_the_default_rules_word_by_word(bodega, tipo):
    assert clasificador().tipo(bodega) == tipo


def test_tipo_takes_the_first_rule_in_order():
    ReglaBodega.objects.create(orden=1, palabras="Caja  fuerte, , BODEGA", tipo_bodega=TipoBodega.IMPLANTE)
    assert clasificador().tipo("CAJA FUERTE EQ") == TipoBodega.IMPLANTE
    assert clasificador().tipo("CAJA EQ FUERTE") == TipoBodega.EQUIPO_DE_PODER


def test_tipo_is_instrumental_without_rules():
    assert Clasificador([]).tipo("IMPLANTES") == TipoBodega.INSTRUMENTAL
